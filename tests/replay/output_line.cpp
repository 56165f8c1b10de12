#include "tests/replay/output_line.h"

#include <vector>

#include "base/time.h"

namespace varpulis::testing {

namespace {

struct Field {
  std::string_view key;    // without quotes
  std::string_view value;  // as written
};

// The end of the text literal that starts at `at`.
size_t EndOfText(std::string_view json, size_t at) {
  for (++at; at < json.size() && json[at] != '"'; ++at) {
    if (json[at] == '\\') ++at;
  }
  return at + 1;
}

size_t EndOfValue(std::string_view json, size_t at) {
  int depth = 0;
  while (at < json.size()) {
    const char c = json[at];
    if (c == '"') {
      at = EndOfText(json, at);
      continue;
    }
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    if (depth < 0 || (depth == 0 && c == ',')) break;
    ++at;
  }
  return at;
}

std::vector<Field> Fields(std::string_view json) {
  std::vector<Field> fields;
  size_t at = 1;
  while (at < json.size() && json[at] == '"') {
    const size_t key_end = EndOfText(json, at);
    const size_t value_end = EndOfValue(json, key_end + 1);
    fields.push_back(
        {json.substr(at + 1, key_end - at - 2), json.substr(key_end + 1, value_end - key_end - 1)});
    at = value_end + 1;
  }
  return fields;
}

}  // namespace

std::string CaseLine(std::string_view json) {
  const std::vector<Field> fields = Fields(json);
  if (fields.size() < 2) return std::string(json);
  const auto unquoted = [](std::string_view text) { return text.substr(1, text.size() - 2); };
  const auto time = base::ParseTimestamp(unquoted(fields[1].value));
  std::string line = time ? "@" + base::FormatDuration(*time) : std::string(fields[1].value);
  line += ' ';
  line += unquoted(fields[0].value);
  line += " {";
  for (size_t i = 2; i < fields.size(); ++i) {
    line += i == 2 ? " " : ", ";
    line += std::string(fields[i].key) + ": " + std::string(fields[i].value);
  }
  return line + (fields.size() > 2 ? " }" : "}");
}

}  // namespace varpulis::testing
