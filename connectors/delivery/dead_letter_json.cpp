#include <nlohmann/json.hpp>

#include "connectors/contract/flat_event.h"
#include "connectors/delivery/dead_letters.h"
#include "runtime/io/event_json.h"

namespace varpulis::connectors {
namespace {

using Json = nlohmann::ordered_json;

void AppendMember(std::string& line, std::string_view name, std::string_view text) {
  line += ",\"";
  line += name;
  line += "\":";
  io::AppendJsonString(line, text);
}

// Empty if it is no text.
std::string TextAt(const Json& object, const char* name) {
  const auto at = object.find(name);
  return at != object.end() && at->is_string() ? at->get<std::string>() : std::string();
}

std::string Text(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// As text that JSON can hold: bytes that are no UTF-8 are replaced, and what is long is cut.
std::string Shown(const std::string& payload) {
  constexpr size_t kMostShown = 64u << 10;
  return Json::parse(Text(Json(payload.substr(0, kMostShown)))).get<std::string>();
}

}  // namespace

std::string LineOf(const DeadLetter& letter) {
  std::string line = "{\"timestamp\":\"" + base::FormatTimestamp(letter.time) + "\"";
  AppendMember(line, "connector", letter.connector);
  AppendMember(line, "error", letter.error);
  line += ",\"event\":{\"event_type\":";
  io::AppendJsonString(line, letter.event_type);
  if (letter.event.empty()) {
    line += ",\"data\":{\"payload\":";
    io::AppendJsonString(line, Shown(letter.payload));
  } else {
    const FlatEventParts parts = SplitFlatEvent(letter.event);
    line += ",\"timestamp\":\"";
    line += parts.timestamp;
    line += "\",\"data\":{";
    line += parts.members;
  }
  line += '}';
  AppendMember(line, "dlq_id", letter.id);
  line += '}';
  AppendMember(line, "tenant_id", letter.tenant_id);
  AppendMember(line, "pipeline_id", letter.pipeline_id);
  AppendMember(line, "stream", letter.stream);
  AppendMember(line, "topic", letter.topic);
  line += ",\"attempts\":" + std::to_string(letter.attempts);
  AppendMember(line, "id", letter.id);
  line += "}\n";
  return line;
}

std::optional<DeadLetter> ReadLine(std::string_view line) {
  const Json json = Json::parse(line, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  const auto event = json.find("event");
  if (event == json.end() || !event->is_object()) return std::nullopt;
  DeadLetter letter;
  letter.id = TextAt(json, "id");
  letter.time = base::ParseTimestamp(TextAt(json, "timestamp")).value_or(0);
  letter.connector = TextAt(json, "connector");
  letter.error = TextAt(json, "error");
  letter.event_type = TextAt(*event, "event_type");
  letter.tenant_id = TextAt(json, "tenant_id");
  letter.pipeline_id = TextAt(json, "pipeline_id");
  letter.stream = TextAt(json, "stream");
  letter.topic = TextAt(json, "topic");
  const auto attempts = json.find("attempts");
  if (attempts != json.end() && attempts->is_number_unsigned())
    letter.attempts = attempts->get<uint32_t>();
  const auto data = event->find("data");
  const std::string time = TextAt(*event, "timestamp");
  if (time.empty()) {
    letter.payload = data == event->end() ? "" : TextAt(*data, "payload");
    return letter;
  }
  const std::string members = data != event->end() && data->is_object() ? Text(*data) : "{}";
  letter.event = JoinFlatEvent(letter.event_type, time,
                               std::string_view(members).substr(1, members.size() - 2));
  return letter;
}

}  // namespace varpulis::connectors
