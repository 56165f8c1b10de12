#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/server/server_process.h"

namespace varpulis::server_test {
namespace {

using ::testing::HasSubstr;

class Remote : public ::testing::Test {
 protected:
  Remote() {
    char name[] = "/tmp/varpulis-remote-test-XXXXXX";
    folder_ = mkdtemp(name);
    before_ = std::filesystem::current_path();
    std::filesystem::current_path(folder_);
    Write("hot.vpl", "stream Alert = Reading as t .where(t.value > 95) .emit(value: t.value)");
  }
  ~Remote() override {
    std::filesystem::current_path(before_);
    std::filesystem::remove_all(folder_);
  }
  void Write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
  }
  CommandRun Command(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"--server", server_.url(), "--api-key", "k1"});
    return RunCommand(std::move(arguments));
  }
  // Deploys hot.vpl and returns the id.
  std::string Deploy() const {
    const CommandRun run = Command({"deploy", "-f", "hot.vpl"});
    EXPECT_EQ(run.exit_code, 0) << run.output;
    const size_t at = run.output.find("ID: ");
    return at == std::string::npos ? "" : run.output.substr(at + 4, 36);
  }

  ServerProcess server_{{"--api-key", "k1"}};
  std::filesystem::path folder_;
  std::filesystem::path before_;
};

TEST_F(Remote, deploy_list_status_and_undeploy) {
  EXPECT_EQ(Command({"pipelines"}).output, "Pipelines (0 total):\n(none)\n");
  const CommandRun deployed = Command({"deploy", "-f", "hot.vpl", "--name", "my hot"});
  EXPECT_THAT(deployed.output, HasSubstr("Pipeline deployed successfully!\nID: "));
  EXPECT_THAT(deployed.output, HasSubstr("\nName: my hot\nStatus: running\n"));
  const std::string id = Deploy();
  EXPECT_THAT(Command({"list"}).output, HasSubstr(id + " | hot | running\n"));
  EXPECT_THAT(Command({"status"}).output, HasSubstr("Tenant: default\n"));
  EXPECT_THAT(Command({"status"}).output, HasSubstr("Active pipelines: 2\n"));
  EXPECT_EQ(Command({"undeploy", "--pipeline-id", id}).output, "Pipeline " + id + " deleted.\n");
  const CommandRun again = Command({"undeploy", "--pipeline-id", id});
  EXPECT_EQ(again.exit_code, 1);
  EXPECT_THAT(again.output, HasSubstr("404"));
}

TEST_F(Remote, refusals_and_absent_servers_have_exit_codes) {
  Write("bad.vpl", "stream X = (");
  const CommandRun refused = Command({"deploy", "-f", "bad.vpl"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.output, HasSubstr("parse_error"));
  EXPECT_EQ(Command({"deploy", "-f", "nowhere.vpl"}).exit_code, 2);
  EXPECT_EQ(RunCommand({"status", "--server", server_.url(), "--api-key", "wrong"}).exit_code, 1);
  EXPECT_EQ(RunCommand({"status", "--server", "http://127.0.0.1:1"}).exit_code, 4);
  const CommandRun nowhere = RunCommand({"status"});
  EXPECT_EQ(nowhere.exit_code, 3);
  for (const char* way : {"--server", "VARPULIS_SERVER", ".varpulis.toml"})
    EXPECT_THAT(nowhere.output, HasSubstr(way));
}

TEST_F(Remote, init_remembers_the_server_for_this_folder_and_those_below) {
  EXPECT_EQ(Command({"init"}).exit_code, 0);
  struct stat file{};
  ASSERT_EQ(stat(".varpulis.toml", &file), 0);
  EXPECT_EQ(file.st_mode & 0777, 0600u);
  EXPECT_EQ(Command({"init"}).exit_code, 2);
  std::filesystem::create_directory("below");
  std::filesystem::current_path("below");
  EXPECT_EQ(RunCommand({"status"}).exit_code, 0);
  std::filesystem::current_path(folder_);
}

TEST_F(Remote, inject_counts_what_was_taken) {
  const std::string id = Deploy();
  Write("events.jsonl",
        "{\"event_type\":\"Reading\",\"fields\":{\"value\":96}}\n\n"
        "{\"event_type\":\"Reading\"}\n{\"event_type\":\"Reading\",\"fields\":{\"value\":1}}\n");
  const CommandRun file = Command({"inject", "--pipeline-id", id, "--events", "events.jsonl"});
  EXPECT_EQ(file.exit_code, 0);
  EXPECT_THAT(file.output, HasSubstr("Accepted: 2\nRejected: 1\n"));
  const CommandRun one = Command(
      {"inject", "--pipeline-id", id, "--event", "{\"event_type\":\"Reading\",\"fields\":{}}"});
  EXPECT_EQ(one.output, "Accepted: 1\nRejected: 0\n");
  EXPECT_EQ(Command({"inject", "--pipeline-id", id}).exit_code, 2);
}

TEST_F(Remote, logs_show_outputs_until_the_pipeline_is_deleted) {
  const std::string id = Deploy();
  CommandRun logs{-1, ""};
  std::thread reader([&] { logs = Command({"logs", "--pipeline-id", id}); });
  // The record of the request says that the reader is there.
  EXPECT_TRUE(server_.WaitForOutput("/logs status=200"));
  const std::string key = "x-api-key: k1";
  server_.Call("POST", "/api/v1/pipelines/" + id + "/events",
               R"({"event_type":"Reading","timestamp":5,"fields":{"value":96}})", {key});
  server_.Call("DELETE", "/api/v1/pipelines/" + id, "", {key});
  reader.join();
  EXPECT_EQ(logs.exit_code, 0);
  EXPECT_THAT(logs.output, HasSubstr("[1970-01-01T00:00:00.005Z] \"Alert\" {\"value\":96}\n"));
  EXPECT_EQ(Command({"logs", "--pipeline-id", id}).exit_code, 1);
}

}  // namespace
}  // namespace varpulis::server_test
