#include "tests/documents/document.h"

#include <sstream>

#include <fmt/format.h>

namespace varpulis::testing {

namespace {

class Parser {
 public:
  Document Parse(std::string_view text) {
    document_.parts.emplace_back();
    std::istringstream in{std::string(text)};
    for (std::string line; std::getline(in, line);) {
      ++number_;
      if (block_.empty()) {
        Outside(line);
      } else {
        Inside(line);
      }
    }
    if (!block_.empty()) Complain("a block has no end");
    return std::move(document_);
  }

 private:
  void Complain(const std::string& what) {
    document_.problem += fmt::format("line {}: {}\n", number_, what);
  }

  void Outside(const std::string& line) {
    Keep(line);
    if (!line.starts_with("```") || line == "```") return;
    block_ = line.substr(3);
    if (block_ == "vpl" || block_.starts_with("vpl ")) {
      Example example;
      example.line = number_ + 1;
      if (block_.size() > 4) example.expected_code = block_.substr(4);
      document_.examples.push_back(std::move(example));
      block_ = "vpl";
    } else if (block_ == "lookups" || block_ == "events" || block_ == "output") {
      if (document_.examples.empty())
        return Complain("lookups, events or output without a program");
      if (block_ == "events") document_.examples.back().has_events = true;
      if (block_ == "output") {
        document_.outputs.push_back(document_.examples.size() - 1);
        document_.parts.emplace_back();
      }
    }
  }

  void Inside(const std::string& line) {
    if (line == "```") {
      Keep(line);
      block_.clear();
      return;
    }
    if (block_ == "output") {
      document_.examples.back().output.push_back(line);
      return;
    }
    Keep(line);
    if (block_ == "vpl") document_.examples.back().program += line + "\n";
    if (block_ == "lookups") document_.examples.back().lookups += line + "\n";
    if (block_ == "events") document_.examples.back().events += line + "\n";
  }

  void Keep(const std::string& line) { document_.parts.back() += line + "\n"; }

  Document document_;
  std::string block_;
  int number_ = 0;
};

}  // namespace

std::string Document::Text() const {
  std::string text = parts.front();
  for (size_t i = 0; i < outputs.size(); ++i) {
    for (const std::string& line : examples[outputs[i]].output) text += line + "\n";
    text += parts[i + 1];
  }
  return text;
}

Document ParseDocument(std::string_view text) { return Parser().Parse(text); }

}  // namespace varpulis::testing
