// Conversations with the language server, one behaviour per file.

#include <filesystem>
#include <sstream>
#include <string>
#include <string_view>

#include "tests/cases/case_files.h"
#include "tests/lsp/conversation.h"

namespace varpulis::lsp {
namespace {

constexpr std::string_view kDocument = "--- document ";
constexpr std::string_view kExchange = "--- exchange";

std::string Answers(const std::string& text) {
  std::string answers;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);)
    answers += line.empty() ? "<\n" : "< " + line + "\n";
  return answers;
}

cases::Verdict Judge(const std::filesystem::path&, std::string_view text) {
  if (!text.starts_with("# ")) return {std::string(text), "a case starts with a sentence"};
  Conversation conversation;
  cases::Verdict verdict;
  std::string name, document;
  bool in_exchange = false, introduced = false;
  std::string opened;
  const auto open = [&] {
    if (name.empty()) return;
    if (!introduced) conversation.Introduce();
    introduced = true;
    opened += Answers(conversation.Open(name, document));
    name.clear();
    document.clear();
  };
  std::istringstream in{std::string(text)};
  for (std::string line; std::getline(in, line);) {
    if (!in_exchange) verdict.text += line + "\n";
    if (line.starts_with(kDocument) && !in_exchange) {
      open();
      name = line.substr(kDocument.size());
    } else if (line == kExchange) {
      open();
      in_exchange = true;
      verdict.text += opened;
    } else if (!in_exchange && !name.empty()) {
      document += line + "\n";
    } else if (in_exchange && line.starts_with("> ")) {
      verdict.text += line + "\n";
      const std::string answer = conversation.Say(line.substr(2));
      if (answer.starts_with("!")) verdict.complaint = line + answer;
      verdict.text += Answers(answer);
    } else if (in_exchange && !line.starts_with("<")) {
      verdict.text += line + "\n";
    }
  }
  if (!in_exchange) verdict.complaint = "there is no exchange";
  return verdict;
}

}  // namespace
}  // namespace varpulis::lsp

int main(int argc, char** argv) {
  return varpulis::cases::RunCases(argc, argv,
                                   {"lsp", VPL_LSP_CASES, ".case", varpulis::lsp::Judge});
}
