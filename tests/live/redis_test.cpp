#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "tests/live/http_server.h"
#include "tests/live/lookup.h"
#include "tests/live/server_process.h"

namespace varpulis::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class Redis : public ::testing::Test {
 protected:
  void SetUp() override {
    program_ = FindProgram("redis-server");
    if (program_.empty()) GTEST_SKIP() << "redis-server is not installed";
    Start();
  }
  void Start(std::vector<std::string> more = {}) {
    std::vector<std::string> command = {program_, "--port",    std::to_string(port_),
                                        "--bind", "127.0.0.1", "--save",
                                        "",       "--dir",     folder_.path().string()};
    command.insert(command.end(), more.begin(), more.end());
    server_ = std::make_unique<ServerProcess>(command);
    ASSERT_TRUE(AwaitPort(port_));
  }
  std::string Url() const { return fmt::format("redis://127.0.0.1:{}", port_); }

  std::string program_;
  const int port_ = FreePort();
  ServerFolder folder_;
  std::unique_ptr<ServerProcess> server_;
};

TEST_F(Redis, FieldsOfAHashAreTexts) {
  Tell(port_, "HSET crm:7 segment gold score 12 name \"Ana \\\"A\\\"\"\r\n", 1);
  Lookup lookup("redis", {Item("url", Url()), Item("key_prefix", "crm:")});
  EXPECT_EQ(lookup.Find(int64_t{7}),
            "{\"segment\":\"gold\",\"score\":\"12\",\"name\":\"Ana \\\"A\\\"\"}");
  EXPECT_EQ(lookup.Find(int64_t{8}), "error: no such key");
}

TEST_F(Redis, ATextIsAnObject) {
  Tell(port_, "SET ana \"{\\\"a\\\": 1}\"\r\nRPUSH list 1\r\n", 2);
  Lookup lookup("redis", {Item("url", Url())});
  EXPECT_EQ(lookup.Find(std::string("ana")), "{\"a\": 1}");
  EXPECT_THAT(lookup.Find(std::string("list")), HasSubstr("WRONGTYPE"));
}

TEST_F(Redis, ABusyServerIsATimeout) {
  Lookup lookup("redis", {Item("url", Url())}, 100 * kNsPerMs);
  EXPECT_EQ(lookup.Find(std::string("ana")), "error: no such key");
  EXPECT_THAT(Tell(port_, "CLIENT PAUSE 1500 ALL\r\n", 1), HasSubstr("OK"));
  EXPECT_EQ(lookup.Find(std::string("ana")), "timeout");
}

TEST_F(Redis, AServerThatComesBackIsFoundAgain) {
  Lookup lookup("redis", {Item("url", Url())});
  Tell(port_, "SET a {}\r\n", 1);
  EXPECT_EQ(lookup.Find(std::string("a")), "{}");
  server_->Stop();
  EXPECT_THAT(lookup.Find(std::string("a")), StartsWith("error: "));
  Start();
  Tell(port_, "SET a {}\r\n", 1);
  EXPECT_EQ(lookup.Find(std::string("a")), "{}");
}

TEST_F(Redis, LogsInAndChoosesTheDatabase) {
  server_->Stop();
  Start({"--requirepass", "secret"});
  Tell(port_, "AUTH secret\r\nSELECT 3\r\nSET a {}\r\n", 3);
  Lookup right("redis", {Item("url", fmt::format("redis://:secret@127.0.0.1:{}/3", port_))});
  EXPECT_EQ(right.Find(std::string("a")), "{}");
  Lookup wrong("redis", {Item("url", fmt::format("redis://:wrong@127.0.0.1:{}/3", port_))});
  EXPECT_THAT(wrong.Find(std::string("a")), HasSubstr("WRONGPASS"));
}

}  // namespace
}  // namespace varpulis::testing
