#include "tests/lsp/show.h"

#include <fmt/format.h>

#include "cli/lsp/semantic_tokens.h"

namespace varpulis::lsp {
namespace {

constexpr size_t kColumns = 110;

std::string Lines(const Json& json, const std::string& indent, size_t column) {
  const std::string compact = json.dump();
  if (column + compact.size() <= kColumns || !json.is_structured() || json.empty()) return compact;
  std::string text(1, json.is_array() ? '[' : '{');
  const std::string deeper = indent + "  ";
  bool is_first = true;
  for (const auto& [key, value] : json.items()) {
    text += fmt::format("{}\n{}", is_first ? "" : ",", deeper);
    is_first = false;
    const std::string name = json.is_array() ? "" : fmt::format("\"{}\": ", key);
    text += name + Lines(value, deeper, deeper.size() + name.size());
  }
  return fmt::format("{}\n{}{}", text, indent, json.is_array() ? ']' : '}');
}

bool IsRange(const Json& json) {
  return json.is_object() && json.size() == 2 && json.contains("start") && json.contains("end");
}
std::string ShowPosition(const Json& position) {
  return fmt::format("{}:{}", position["line"].get<int>(), position["character"].get<int>());
}

}  // namespace

std::string Show(const Json& json) { return Lines(json, "", 0) + "\n"; }

Json WithShortRanges(const Json& json) {
  if (IsRange(json)) return ShowPosition(json["start"]) + "-" + ShowPosition(json["end"]);
  if (!json.is_structured()) return json;
  Json result = json.is_array() ? Json::array() : Json::object();
  for (const auto& [key, value] : json.items()) {
    if (json.is_array()) {
      result.push_back(WithShortRanges(value));
    } else {
      result[key] = WithShortRanges(value);
    }
  }
  return result;
}

std::string ShowCompletions(const Json& result) {
  const Json& items = result["items"];
  if (items.empty()) return "nothing\n";
  const std::string range = items.front()["textEdit"]["range"];
  std::string text = range + "\n";
  for (const Json& item : items) {
    text += fmt::format("{} ({})", item["label"].get<std::string>(), item["kind"].get<int>());
    if (item.contains("detail")) text += " " + item["detail"].get<std::string>();
    if (item["textEdit"]["newText"] != item["label"])
      text += " inserts " + item["textEdit"]["newText"].dump();
    if (item["textEdit"]["range"] != range) text += " elsewhere";
    text += '\n';
  }
  return text;
}

std::string ShowTokens(const Json& data) {
  std::string text;
  uint32_t line = 0;
  uint32_t character = 0;
  for (size_t i = 0; i + 5 <= data.size(); i += 5) {
    const auto number = [&](size_t n) { return data[i + n].get<uint32_t>(); };
    if (number(0) > 0) character = 0;
    line += number(0);
    character += number(1);
    text += fmt::format("{}:{}+{} {}", line, character, number(2), SemanticTokenTypes()[number(3)]);
    for (size_t bit = 0; bit < SemanticTokenModifiers().size(); ++bit) {
      if ((number(4) >> bit & 1) != 0) text += " " + SemanticTokenModifiers()[bit];
    }
    text += '\n';
  }
  return text;
}

}  // namespace varpulis::lsp
