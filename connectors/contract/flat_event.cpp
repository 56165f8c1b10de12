#include "connectors/contract/flat_event.h"

#include "base/check.h"
#include "runtime/io/event_json.h"
#include "runtime/io/json_text.h"

namespace varpulis::connectors {
namespace {

constexpr std::string_view kType = "{\"event_type\":\"";
constexpr std::string_view kTime = ",\"timestamp\":\"";

// Of the quote that ends the text that begins at `at`.
size_t EndOfText(std::string_view flat, size_t at) {
  while (flat[at] != '"') at += flat[at] == '\\' ? 2 : 1;
  return at;
}

}  // namespace

namespace {

// Behind the value that begins at `at`.
size_t EndOfValue(std::string_view flat, size_t at) {
  if (flat[at] == '"') return EndOfText(flat, at + 1) + 1;
  for (int depth = 0; at < flat.size(); ++at) {
    const char c = flat[at];
    if (c == '"') at = EndOfText(flat, at + 1);
    if (c == '{' || c == '[') ++depth;
    if (depth == 0 && (c == ',' || c == '}')) break;
    if (c == '}' || c == ']') --depth;
  }
  return at;
}

std::string Unescaped(std::string_view text) {
  std::string out(text.size(), '\0');
  out.resize(io::UnescapeJson(text, out.data()));
  return out;
}

}  // namespace

std::optional<std::string> MemberText(std::string_view flat, std::string_view name) {
  for (size_t at = 1; at < flat.size() && flat[at] == '"';) {
    const size_t key_end = EndOfText(flat, at + 1);
    const std::string key = Unescaped(flat.substr(at + 1, key_end - at - 1));
    const size_t value = key_end + 2;
    const size_t end = EndOfValue(flat, value);
    if (key == name) {
      return flat[value] == '"' ? Unescaped(flat.substr(value + 1, end - value - 2))
                                : std::string(flat.substr(value, end - value));
    }
    at = end + 1;
  }
  return std::nullopt;
}

FlatEventParts SplitFlatEvent(std::string_view flat) {
  VPL_CHECK(flat.starts_with(kType) && flat.back() == '}', "no flat event: {}", flat);
  FlatEventParts parts;
  const size_t type_end = EndOfText(flat, kType.size());
  parts.event_type = Unescaped(flat.substr(kType.size(), type_end - kType.size()));
  VPL_CHECK(flat.substr(type_end + 1).starts_with(kTime), "no time: {}", flat);
  const size_t time = type_end + 1 + kTime.size();
  const size_t time_end = EndOfText(flat, time);
  parts.timestamp = flat.substr(time, time_end - time);
  parts.members = flat.substr(time_end + 1, flat.size() - time_end - 2);
  if (!parts.members.empty()) parts.members.remove_prefix(1);  // the comma
  return parts;
}

std::string JoinFlatEvent(std::string_view event_type, std::string_view timestamp,
                          std::string_view members) {
  std::string flat = "{\"event_type\":";
  io::AppendJsonString(flat, event_type);
  flat += kTime;
  flat += timestamp;
  flat += '"';
  if (!members.empty()) flat += ',';
  flat += members;
  flat += '}';
  return flat;
}

}  // namespace varpulis::connectors
