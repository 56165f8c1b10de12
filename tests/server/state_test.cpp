#include <csignal>
#include <filesystem>
#include <string>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/server/folder.h"
#include "tests/server/server_process.h"

// What a state directory keeps across processes, and reload, checkpoint and restore over HTTP.

namespace varpulis::server_test {
namespace {

using Json = nlohmann::ordered_json;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kHot = "stream Alert = Reading as t .where(t.value > 95) .emit(value: t.value)";
const std::string kPair =
    "stream Pair = A as a -> B as b .within(5m) .where(a.u == b.u) .emit(u: a.u)";
const std::string kPipelines = "/api/v1/pipelines/";

std::string Reading(int value) {
  return fmt::format(R"({{"event_type":"Reading","fields":{{"value":{}}}}})", value);
}
std::string Source(const std::string& source) { return Json({{"source", source}}).dump(); }

TEST(State, tenants_with_their_keys_quotas_and_usage_survive) {
  const Folder folder;
  std::string id;
  std::string key;
  std::string pipeline;
  {
    ServerProcess server({"--api-key", "k1", "--state-dir", folder.path()});
    const Json tenant = server
                            .Call("POST", "/api/v1/tenants",
                                  R"({"name":"Ana","quota_tier":"free"})", {"x-admin-key: k1"})
                            .json();
    id = tenant["id"];
    key = "x-api-key: " + tenant["api_key"].get<std::string>();
    pipeline = server.Deploy(kHot, {key});
    EXPECT_EQ(server.Call("POST", kPipelines + pipeline + "/events", Reading(96), {key}).status,
              200);
    const Json gone =
        server.Call("POST", "/api/v1/tenants", R"({"name":"Bo"})", {"x-admin-key: k1"}).json();
    EXPECT_EQ(server
                  .Call("DELETE", "/api/v1/tenants/" + gone["id"].get<std::string>(), "",
                        {"x-admin-key: k1"})
                  .status,
              200);
    server.Kill();
  }
  const ServerProcess server({"--api-key", "k2", "--state-dir", folder.path()});
  const Json usage = server.Call("GET", "/api/v1/usage", "", {key}).json();
  EXPECT_EQ(usage["tenant_id"], id);
  EXPECT_EQ(usage["events_processed"], 1);
  EXPECT_EQ(usage["active_pipelines"], 1);
  EXPECT_EQ(usage["quota"]["max_pipelines"], 2);
  EXPECT_EQ(server.Call("GET", kPipelines + pipeline, "", {key}).json()["source"], kHot);
  // The default tenant has the key of this start.
  EXPECT_EQ(server.Call("GET", "/api/v1/usage", "", {"x-api-key: k2"}).status, 200);
  EXPECT_EQ(server.Call("GET", "/api/v1/usage", "", {"x-api-key: k1"}).status, 401);
  EXPECT_EQ(server.Call("GET", "/api/v1/tenants", "", {"x-admin-key: k2"}).json()["total"], 2);
}

TEST(State, a_directory_belongs_to_one_server) {
  const Folder folder;
  const ServerProcess server({"--state-dir", folder.path()});
  const CommandRun second = RunCommand({"server", "--port", "0", "--state-dir", folder.path()});
  EXPECT_EQ(second.exit_code, 4);
  EXPECT_THAT(second.output, HasSubstr("--state-dir: " + folder.path() + " is in use"));
}

TEST(State, a_directory_that_is_none_is_refused) {
  const Folder folder;
  const std::string file = folder.Write("notes.txt", "x");
  const CommandRun other = RunCommand({"server", "--port", "0", "--state-dir", folder.path()});
  EXPECT_EQ(other.exit_code, 3);
  EXPECT_THAT(other.output, HasSubstr("notes.txt"));
  EXPECT_EQ(RunCommand({"server", "--port", "0", "--state-dir", file + "/x"}).exit_code, 2);
}

TEST(State, a_graceful_end_leaves_a_checkpoint_of_everything) {
  const Folder folder;
  std::string id;
  {
    ServerProcess server({"--state-dir", folder.path(), "--checkpoint-interval", "0"});
    id = server.Deploy(kPair);
    server.Inject(id, R"({"event_type":"A","fields":{"u":1}})");
    EXPECT_EQ(server.Stop(), 0);
    EXPECT_THAT(server.output(), HasSubstr("Checkpoint created"));
  }
  const ServerProcess server({"--state-dir", folder.path()});
  const Json list = server.Call("GET", kPipelines + id + "/checkpoints").json();
  EXPECT_EQ(list["total"], 2);
  EXPECT_EQ(list["checkpoints"][0]["events_processed"], 1);
  EXPECT_THAT(server.output(), HasSubstr("Pipeline deployed pipeline_id=" + id));
  EXPECT_EQ(
      server.Inject(id, R"({"event_type":"B","fields":{"u":1}})").json()["output_events"].size(),
      1u);
}

TEST(State, checkpoints_are_taken_by_themselves) {
  const Folder folder;
  ServerProcess server({"--state-dir", folder.path(), "--checkpoint-interval", "0.1"});
  const std::string id = server.Deploy(kHot);
  server.Inject(id, Reading(96));
  EXPECT_TRUE(server.WaitForOutput("checkpoint_id=2"));
  EXPECT_THAT(server.Call("GET", kPipelines + id).json()["last_checkpoint_at"].get<std::string>(),
              HasSubstr("Z"));
}

TEST(State, reload_answers_what_became_of_the_streams) {
  const ServerProcess server;
  const std::string id = server.Deploy(kPair);
  server.Inject(id, R"({"event_type":"A","fields":{"u":1}})");
  const std::string path = kPipelines + id + "/reload";
  const Json reloaded =
      server.Call("POST", path, Source(kPair + "\nstream Other = A .emit(u: u)")).json();
  EXPECT_EQ(reloaded, Json({{"reloaded", true},
                            {"generation", 2},
                            {"streams_added", {"Other"}},
                            {"streams_removed", Json::array()},
                            {"streams_updated", Json::array()},
                            {"state_preserved", {"Pair"}},
                            {"state_reset", Json::array()}}));
  EXPECT_EQ(server.Call("GET", kPipelines + id).json()["generation"], 2);
  const Answer syntax = server.Call("POST", path, Source("stream X = ("));
  EXPECT_EQ(syntax.status, 400);
  EXPECT_EQ(syntax.code(), "parse_error");
  EXPECT_FALSE(syntax.json()["details"].empty());
  EXPECT_EQ(server.Call("POST", path, Source("stream X = A .where(no_such(u))")).status, 422);
  EXPECT_EQ(server.Call("POST", path, "{}").code(), "invalid_request");
  EXPECT_EQ(server.Call("POST", kPipelines + "x/reload", Source(kHot)).status, 404);
  EXPECT_EQ(
      server.Inject(id, R"({"event_type":"B","fields":{"u":1}})").json()["output_events"].size(),
      1u);
}

TEST(State, restore_refuses_what_is_no_checkpoint) {
  const ServerProcess server;
  const std::string id = server.Deploy(kHot);
  const std::string path = kPipelines + id + "/restore";
  for (const char* body : {"", "[]", "{}", R"({"checkpoint":5})", R"({"checkpoint":{"version":1}})",
                           R"({"checkpoint":{"version":"1","state":""}})"})
    EXPECT_EQ(server.Call("POST", path, body).status, 400) << body;
  const Answer newer = server.Call("POST", path, R"({"checkpoint":{"version":99,"state":"AAAA"}})");
  EXPECT_EQ(newer.status, 422);
  EXPECT_EQ(newer.code(), "incompatible_checkpoint");
  EXPECT_THAT(newer.json()["error"].get<std::string>(), HasSubstr("99"));
  for (const char* state : {"AAAA", "AAA", "!!!!", "===="}) {
    const std::string body = Json({{"checkpoint", {{"state", state}}}}).dump();
    EXPECT_EQ(server.Call("POST", path, body).code(), "incompatible_checkpoint") << state;
  }
  EXPECT_EQ(server.Call("POST", path + "?checkpoint_id=1").status, 404);
  EXPECT_EQ(server.Call("POST", path + "?checkpoint_id=x").status, 400);
  EXPECT_EQ(server.Call("POST", kPipelines + id + "/checkpoint?store=true").status, 409);
}

TEST(State, a_stored_checkpoint_is_restored_by_its_number) {
  const Folder folder;
  const ServerProcess server({"--state-dir", folder.path()});
  const std::string id = server.Deploy(kPair);
  server.Inject(id, R"({"event_type":"A","fields":{"u":1}})");
  const Json taken = server.Call("POST", kPipelines + id + "/checkpoint?store=true").json();
  EXPECT_FALSE(taken.contains("checkpoint"));
  EXPECT_EQ(taken["events_processed"], 1);
  const std::string b = R"({"event_type":"B","fields":{"u":1}})";
  EXPECT_EQ(server.Inject(id, b).json()["output_events"].size(), 1u);
  const Json restored = server
                            .Call("POST", fmt::format("{}{}/restore?checkpoint_id={}", kPipelines,
                                                      id, taken["checkpoint_id"].get<int>()))
                            .json();
  EXPECT_EQ(restored["restored"], true);
  EXPECT_EQ(restored["events_restored"], 1);
  EXPECT_EQ(server.Inject(id, b).json()["output_events"].size(), 1u);
}

TEST(State, the_clients_commands_reload_save_and_restore) {
  const Folder folder;
  const ServerProcess server;
  const std::string id = server.Deploy(kPair);
  server.Inject(id, R"({"event_type":"A","fields":{"u":1}})");
  const auto command = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.end(),
                     {"--pipeline-id", id, "--server", server.url(), "--api-key", "k"});
    return RunCommand(std::move(arguments));
  };
  const std::string file = folder.path() + "/checkpoint.json";
  EXPECT_THAT(command({"checkpoint", "-o", file}).output, HasSubstr("Checkpoint of 1 events"));
  const CommandRun reloaded =
      command({"reload", "-f", folder.Write("p.vpl", kPair + "\nstream O = A .emit(u: u)")});
  EXPECT_EQ(reloaded.exit_code, 0);
  EXPECT_THAT(reloaded.output,
              HasSubstr("Generation: 2\nStreams added: O\nState preserved: Pair\n"));
  const CommandRun restored = command({"restore", "-i", file});
  EXPECT_EQ(restored.exit_code, 0) << restored.output;
  EXPECT_THAT(restored.output, HasSubstr("restored: 1 events."));
  const CommandRun strict = command({"restore", "-i", file, "--strict"});
  EXPECT_EQ(strict.exit_code, 1);
  EXPECT_THAT(strict.output, HasSubstr("incompatible_checkpoint"));
  EXPECT_EQ(command({"restore"}).exit_code, 2);
  EXPECT_EQ(command({"reload", "-f", folder.Write("bad.vpl", "stream X = (")}).exit_code, 1);
  EXPECT_THAT(command({"checkpoint"}).output, HasSubstr(R"("version":1)"));
}

TEST(State, the_query_file_is_one_pipeline_across_starts) {
  const Folder folder;
  const std::string program = folder.Write("rules.vpl", kHot);
  const std::string config = folder.Write(
      "c.yaml", "query_file: " + program + "\nserver: {state_dir: " + folder.path() + "/state}\n");
  {
    ServerProcess server({"-c", config});
    EXPECT_TRUE(server.WaitForOutput("Pipeline deployed"));
    server.Kill();
  }
  folder.Write("rules.vpl", kHot + "\nstream Other = A .emit(u: u)");
  const ServerProcess server({"-c", config});
  EXPECT_TRUE(server.WaitForOutput("Pipeline reloaded"));
  const Json list = server.Call("GET", "/api/v1/pipelines").json();
  EXPECT_EQ(list["total"], 1);
  EXPECT_EQ(list["pipelines"][0]["generation"], 2);
}

}  // namespace
}  // namespace varpulis::server_test
