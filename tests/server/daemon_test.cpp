#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <unistd.h>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/server/folder.h"
#include "tests/server/server_process.h"

// The process: settings, signals, log, exit codes, metrics.

namespace varpulis::server_test {
namespace {

using Json = nlohmann::ordered_json;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kHot = "stream Alert = Reading as t .where(t.value > 95) .emit(value: t.value)";

TEST(Daemon, the_banner_says_where_it_is) {
  ServerProcess server({"--metrics", "--api-key", "k1", "--rate-limit", "50"});
  const std::string output = server.output();
  EXPECT_THAT(output, HasSubstr(fmt::format("Varpulis 0.1.0 listening on {}\n", server.url())));
  EXPECT_THAT(output, HasSubstr(fmt::format("WebSocket: ws://127.0.0.1:{}/ws\n", server.port())));
  EXPECT_THAT(output, HasSubstr(fmt::format("REST API: {}/api/v1\n", server.url())));
  EXPECT_THAT(output, HasSubstr("TLS: off\nAuth: on\nRate limit: 50 requests/s per client\n"
                                "State: in-memory\n"));
  EXPECT_EQ(server.Stop(), 0) << server.output();
  EXPECT_THAT(server.output(), HasSubstr(" INFO varpulis_cli: Shutdown complete"));
}

// Answers that came behind a head: another thread of the server may be the one that reads it, so one is not enough.
void LetItReadTheHead(const ServerProcess& server) {
  for (int i = 0; i < 100; ++i) EXPECT_EQ(server.Call("GET", "/health").status, 200);
}

TEST(Daemon, requests_under_way_are_finished_when_it_is_asked_to_stop) {
  ServerProcess server;
  const std::string id = server.Deploy(kHot);
  const std::string event = R"({"event_type":"Reading","fields":{"value":96}})";
  Client client(server.port());
  client.Send(fmt::format(
      "POST /api/v1/pipelines/{}/events HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n", id,
      event.size()));
  client.Send(event.substr(0, 10));
  LetItReadTheHead(server);
  server.Signal(SIGTERM);
  EXPECT_TRUE(server.WaitForOutput("Shutting down"));
  client.Send(event.substr(10));
  const Answer answer = client.ReadAnswer();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("connection"), "close");
  EXPECT_EQ(answer.json()["output_events"].size(), 1u);
  EXPECT_EQ(server.Wait(), 0);
}

TEST(Daemon, a_second_signal_ends_it_at_once) {
  ServerProcess server;
  Client client(server.port());
  client.Send("POST /api/v1/validate HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n");
  LetItReadTheHead(server);
  server.Signal(SIGINT);
  EXPECT_TRUE(server.WaitForOutput("Shutting down"));
  server.Signal(SIGINT);
  EXPECT_EQ(server.Wait(), 128 + SIGINT);
}

TEST(Daemon, settings_come_from_flags_then_environment_then_file) {
  const Folder folder;
  const std::string file = folder.Write(
      "c.yaml", "server: {rate_limit: 7, metrics_enabled: false}\nauth: {api_key: from-file}\n");
  const ServerProcess by_file({"--config", file});
  EXPECT_EQ(by_file.Call("GET", "/api/v1/usage", "", {"x-api-key: from-file"})
                .header("x-ratelimit-limit"),
            "7");
  const ServerProcess by_environment({}, {"VARPULIS_CONFIG=" + file, "VARPULIS_RATE_LIMIT=8",
                                          "VARPULIS_API_KEY=from-environment"});
  EXPECT_EQ(by_environment.Call("GET", "/api/v1/usage", "", {"x-api-key: from-environment"})
                .header("x-ratelimit-limit"),
            "8");
  const ServerProcess by_flag({"-c", file, "--rate-limit=9", "--api-key", ""},
                              {"VARPULIS_RATE_LIMIT=8"});
  EXPECT_EQ(by_flag.Call("GET", "/api/v1/usage", "", {"x-api-key: from-file"})
                .header("x-ratelimit-limit"),
            "9");
}

TEST(Daemon, a_hangup_reads_log_and_rate_again) {
  const Folder folder;
  const std::string file =
      folder.Write("c.toml", "[server]\nrate_limit = 7\n[logging]\nlevel = \"warn\"\n");
  ServerProcess server({"-c", file});
  EXPECT_THAT(server.output(), Not(HasSubstr("INFO")));
  folder.Write("c.toml", "[server]\nrate_limit = 70\n[logging]\nlevel = \"info\"\n");
  server.Signal(SIGHUP);
  EXPECT_TRUE(server.WaitForOutput("Configuration read again rate_limit=70"));
  EXPECT_EQ(server.Call("GET", "/api/v1/usage").header("x-ratelimit-limit"), "70");
  folder.Write("c.toml", "[server\n");
  server.Signal(SIGHUP);
  EXPECT_TRUE(server.WaitForOutput("c.toml: line"));
  EXPECT_EQ(server.Call("GET", "/health").status, 200);
}

TEST(Daemon, the_program_of_the_file_is_deployed) {
  const Folder folder;
  const std::string program = folder.Write("rules.vpl", kHot);
  const std::string file = folder.Write("c.yaml", "query_file: " + program + "\n");
  const ServerProcess server({"-c", file});
  ASSERT_TRUE(server.WaitForOutput("Pipeline deployed pipeline_id="));
  const Json list = server.Call("GET", "/api/v1/pipelines").json();
  EXPECT_EQ(list["pipelines"][0]["name"], "rules");
  const ServerProcess without({"-c", folder.Write("d.yaml", "query_file: nowhere.vpl\n")});
  EXPECT_TRUE(without.WaitForOutput("WARN varpulis_cli: The query file cannot be read"));
}

TEST(Daemon, programs_import_below_the_work_directory_only) {
  const Folder folder;
  folder.Write("lib.vpl", "event Reading:\n    value: float\n");
  std::filesystem::create_symlink("/etc/hostname", folder.path() + "/out.vpl");
  const ServerProcess server({"--workdir", folder.path()});
  server.Deploy("import \"lib.vpl\"\n" + kHot);
  for (const char* path : {"out.vpl", "../lib.vpl", "/etc/hostname"}) {
    const Answer answer = server.Call(
        "POST", "/api/v1/pipelines",
        Json({{"name", "x"}, {"source", fmt::format("import \"{}\"\n{}", path, kHot)}}).dump());
    EXPECT_EQ(answer.status, 422) << path;
    EXPECT_THAT(answer.body, HasSubstr("there is no file")) << path;
  }
}

TEST(Daemon, the_filter_of_records_is_honoured) {
  ServerProcess quiet({}, {"RUST_LOG=error"});
  quiet.Deploy(kHot);
  EXPECT_EQ(quiet.Stop(), 0) << quiet.output();
  EXPECT_THAT(quiet.output(), Not(HasSubstr("INFO")));
  ServerProcess loud({}, {"RUST_LOG=info,varpulis_runtime::engine=trace,bad=loud"});
  const std::string id = loud.Deploy("stream P = A as a -> B as b .within(1m) .emit(x: a.x)");
  loud.Inject(id, R"({"event_type":"A","fields":{"x":1}})");
  EXPECT_TRUE(loud.WaitForOutput("TRACE varpulis_runtime::engine::sase: runs changed"));
  EXPECT_THAT(loud.output(), HasSubstr("RUST_LOG: `bad=loud` is no directive"));
  EXPECT_THAT(loud.output(), Not(HasSubstr("DEBUG varpulis::http")));
}

TEST(Daemon, what_a_program_prints_and_logs_is_a_record) {
  const ServerProcess server;
  const std::string id = server.Deploy(
      "stream S = A as a .print(\"seen {a.x}\") .log(level: \"warn\", message: \"careful\") "
      ".emit(x: a.x)");
  server.Inject(id, R"({"event_type":"A","fields":{"x":"two\nlines"}})");
  EXPECT_TRUE(server.WaitForOutput("WARN varpulis_runtime::engine: "));
  EXPECT_THAT(server.output(), HasSubstr("INFO varpulis_runtime::engine: [PRINT]"));
  EXPECT_THAT(server.output(), HasSubstr("pipeline_id=" + id));
}

TEST(Daemon, in_json_every_record_is_an_object) {
  const Folder folder;
  const std::string log = folder.path() + "/server.log";
  const std::string file =
      folder.Write("c.yaml", "logging: {format: json, timestamps: false, file: " + log + "}\n");
  ServerProcess server({"-c", file});
  server.Deploy(kHot);
  EXPECT_EQ(server.Stop(), 0) << server.output();
  std::ifstream in(log);
  int records = 0;
  for (std::string line; std::getline(in, line); ++records) {
    const Json record = Json::parse(line);
    EXPECT_FALSE(record.contains("timestamp"));
    EXPECT_EQ(record["level"], "INFO") << line;
    EXPECT_THAT(record["target"].get<std::string>(), HasSubstr("varpulis"));
  }
  EXPECT_GE(records, 4);
}

TEST(Daemon, exit_codes_say_what_is_wrong) {
  const Folder folder;
  EXPECT_EQ(RunCommand({"server", "--port", "70000"}).exit_code, 2);
  EXPECT_EQ(RunCommand({"server", "--no-such-flag"}).exit_code, 2);
  EXPECT_EQ(RunCommand({"server", "--bind", "nowhere"}).exit_code, 3);
  EXPECT_EQ(RunCommand({"server", "--tls-cert", "x.pem"}).exit_code, 3);
  EXPECT_EQ(RunCommand({"server", "--tls-cert", "x.pem", "--tls-key", "x.key"}).exit_code, 3);
  EXPECT_EQ(RunCommand({"server", "--port", "9", "--metrics", "--metrics-port", "9"}).exit_code, 3);
  EXPECT_EQ(RunCommand({"server", "--workdir", "/nowhere"}).exit_code, 3);
  EXPECT_EQ(RunCommand({"server", "-c", "/nowhere.yaml"}).exit_code, 2);
  EXPECT_EQ(RunCommand({"server", "-c", folder.Write("a.yaml", "server: {port: x}")}).exit_code, 3);
  EXPECT_EQ(
      RunCommand({"server", "-c", folder.Write("b.yaml", "logging: {level: loud}")}).exit_code, 3);
  const ServerProcess server;
  const CommandRun taken = RunCommand({"server", "--port", std::to_string(server.port())});
  EXPECT_EQ(taken.exit_code, 4);
  EXPECT_THAT(taken.output, HasSubstr(std::to_string(server.port())));
  EXPECT_THAT(taken.output, HasSubstr("--port"));
}

TEST(Daemon, what_is_not_built_is_refused_by_name) {
  const Folder folder;
  for (const std::string flag :
       {"--coordinator", "--worker-id", "--advertise-address", "--nats", "--tls-ca-cert",
        "--tls-client-cert", "--tls-client-key", "--coordinator-api-key", "--otel-endpoint"}) {
    const CommandRun run = RunCommand({"server", flag, "x"});
    EXPECT_EQ(run.exit_code, 3) << flag;
    EXPECT_THAT(run.output, HasSubstr(flag));
    EXPECT_THAT(run.output, HasSubstr("not built yet"));
  }
  EXPECT_EQ(RunCommand({"server"}, {"VARPULIS_COORDINATOR=http://x"}).exit_code, 3);
  for (const char* text :
       {"http_webhook: {enabled: true}", "cluster: {coordinator: \"http://x\"}"}) {
    const CommandRun run = RunCommand({"server", "-c", folder.Write("c.yaml", text)});
    EXPECT_EQ(run.exit_code, 3) << text;
    EXPECT_THAT(run.output, HasSubstr("not built yet")) << text;
  }
}

TEST(Daemon, the_example_configuration_loads_with_every_command) {
  const Folder folder;
  const std::string program = folder.Write("r.vpl", kHot);
  for (const std::string format : {"yaml", "yml", "toml"}) {
    const std::string file = folder.path() + "/g." + format;
    EXPECT_EQ(RunCommand({"config-gen", "--format", format, "-o", file}).exit_code, 0);
    const CommandRun check = RunCommand({"--config", file, "check", program});
    EXPECT_EQ(check.exit_code, 0) << check.output;
    EXPECT_THAT(check.output, Not(HasSubstr("warning")));
  }
  EXPECT_EQ(RunCommand({"config-gen", "--format", "ini"}).exit_code, 3);
  EXPECT_EQ(
      RunCommand({"--config", folder.Write("bad.yaml", "server: 5"), "check", program}).exit_code,
      3);
}

TEST(Metrics, have_the_names_and_labels_of_the_contract) {
  ServerProcess server({"--metrics"});
  const std::string id = server.Deploy(kHot);
  server.Deploy("stream Pair = A as a -> B as b .within(1h) .emit(x: a.x)");
  server.Inject(id, R"({"event_type":"Reading","fields":{"value":96}})");
  server.Inject(id, R"({"event_type":"Other","fields":{}})");
  server.Inject(id, "{}");
  const std::string text = server.Metrics();
  for (const char* line :
       {"# TYPE varpulis_processing_latency_seconds histogram\n",
        "varpulis_events_total{event_type=\"Reading\"} 1\n",
        "varpulis_events_total{event_type=\"Other\"} 1\n",
        "# TYPE varpulis_events_processed counter\n",
        "varpulis_events_processed{stream=\"Alert\"} 1\n",
        "varpulis_output_events_total{stream=\"Alert\",event_type=\"Alert\"} 1\n",
        "varpulis_processing_latency_seconds_count{stream=\"Alert\"} 1\n",
        "varpulis_stream_queue_size{stream=\"Alert\"} 0\n", "varpulis_active_streams 2\n",
        "varpulis_backlog_events 0\n", "varpulis_events_rejected_total{reason=\"parse\"} 1\n",
        "varpulis_sase_active_runs{stream=\"Pair\"} 0\n",
        "varpulis_http_requests_total{method=\"POST\",route=\"/api/v1/pipelines\",status=\"201\"} "
        "2\n",
        "process_resident_memory_bytes ", "process_open_fds ",
        "varpulis_build_info{version=\"0.1.0\""}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
  for (const char* bound :
       {"0.0001", "0.0005", "0.001", "0.005", "0.01", "0.05", "0.1", "0.5", "1", "+Inf"}) {
    EXPECT_THAT(
        text,
        HasSubstr(fmt::format(
            "varpulis_processing_latency_seconds_bucket{{stream=\"Alert\",le=\"{}\"}} ", bound)));
  }
  // Counters stay when the pipeline goes.
  server.Call("DELETE", "/api/v1/pipelines/" + id);
  const std::string later = server.Metrics();
  EXPECT_THAT(later, HasSubstr("varpulis_events_processed{stream=\"Alert\"} 1\n"));
  EXPECT_THAT(later, HasSubstr("varpulis_active_streams 1\n"));
  EXPECT_THAT(later, Not(HasSubstr("varpulis_stream_queue_size{stream=\"Alert\"}")));
  Client client(server.metrics_port());
  client.SendRequest("GET", "/health");
  EXPECT_EQ(client.ReadAnswer().status, 404);
}

}  // namespace
}  // namespace varpulis::server_test
