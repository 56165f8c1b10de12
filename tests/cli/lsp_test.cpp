// `varpulis lsp` over its standard streams.

#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/cli/command.h"

namespace varpulis::cli_test {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string Framed(const std::string& message) {
  return fmt::format("Content-Length: {}\r\n\r\n{}", message.size(), message);
}

// The messages in what the server wrote; a wrong frame ends the list with null.
std::vector<json> Messages(std::string_view text) {
  std::vector<json> messages;
  while (!text.empty()) {
    const size_t body = text.find("\r\n\r\n");
    constexpr std::string_view kHeader = "Content-Length: ";
    if (body == std::string_view::npos || !text.starts_with(kHeader)) {
      messages.emplace_back();
      break;
    }
    const size_t size = std::stoul(std::string(text.substr(kHeader.size())));
    messages.push_back(json::parse(text.substr(body + 4, size), nullptr, false));
    text.remove_prefix(std::min(body + 4 + size, text.size()));
  }
  return messages;
}

const std::string kInitialize =
    Framed(R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{}})");
const std::string kShutdown = Framed(R"({"jsonrpc":"2.0","id":2,"method":"shutdown"})");
const std::string kExit = Framed(R"({"jsonrpc":"2.0","method":"exit"})");

TEST(Lsp, AnswersAndLeaves) {
  for (bool piped : {false, true}) {
    const std::string open = Framed(
        R"({"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":)"
        R"({"uri":"file:///a.vpl","languageId":"varpulis","version":7,"text":"stream = A\n"}}})");
    const std::string symbols = Framed(
        R"({"jsonrpc":"2.0","id":3,"method":"textDocument/documentSymbol","params":{"textDocument":)"
        R"({"uri":"file:///a.vpl"}}})");
    const Outcome outcome = Varpulis(Call{.arguments = {"lsp", "--stdio"},
                                          .input = kInitialize + open + symbols + kShutdown + kExit,
                                          .piped = piped});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
    EXPECT_THAT(outcome.err, IsEmpty());
    const std::vector<json> messages = Messages(outcome.out);
    ASSERT_GE(messages.size(), 3u) << outcome.Text();
    EXPECT_EQ(messages.front()["result"]["capabilities"]["positionEncoding"], "utf-16");
    EXPECT_EQ(messages.back()["id"], 2);
    for (const json& message : messages) EXPECT_EQ(message["jsonrpc"], "2.0") << message;
  }
}

TEST(Lsp, LivesOnAfterWhatIsNoMessage) {
  const Outcome outcome =
      Varpulis({"lsp"}, kInitialize + "Content-Size: 1\r\n\r\n" + Framed("{") + kShutdown + kExit);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  const std::vector<json> messages = Messages(outcome.out);
  ASSERT_EQ(messages.size(), 4u) << outcome.Text();
  EXPECT_EQ(messages[1]["error"]["code"], -32700);
  EXPECT_EQ(messages[2]["error"]["code"], -32700);
  EXPECT_TRUE(messages[3].contains("result"));
}

TEST(Lsp, TheEndOfInputIsTheEnd) {
  EXPECT_EQ(Varpulis({"lsp"}, "").exit_code, 1);
  EXPECT_EQ(Varpulis({"lsp"}, kInitialize).exit_code, 1);
  EXPECT_EQ(Varpulis({"lsp"}, kInitialize + kExit).exit_code, 1);
  EXPECT_EQ(Varpulis({"lsp"}, kInitialize + kShutdown).exit_code, 0);
}

TEST(Lsp, DeepNestingIsNoCrash) {
  const std::string deep(1'000'000, '[');
  const Outcome outcome =
      Varpulis({"lsp"}, kInitialize + Framed(deep) + Framed(deep + std::string(1'000'000, ']')) +
                            kShutdown + kExit);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  EXPECT_EQ(Messages(outcome.out).size(), 4u);
}

TEST(Lsp, UnknownArgumentsAreRefused) {
  const Outcome outcome = Varpulis({"lsp", "--tcp"});
  EXPECT_EQ(outcome.exit_code, 2) << outcome.Text();
  EXPECT_THAT(outcome.err, HasSubstr("--tcp"));
}

}  // namespace
}  // namespace varpulis::cli_test
