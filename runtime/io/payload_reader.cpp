#include "runtime/io/payload_reader.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "base/limits.h"
#include "runtime/io/event_json.h"
#include "runtime/io/json_text.h"

namespace varpulis::io {
namespace {

const ir::Plan& NoPlan() {
  static const ir::Plan plan;
  return plan;
}

constexpr std::string_view kBegin = "{\"events\":[";

}  // namespace

PayloadReader::PayloadReader(std::vector<std::string> known_types)
    : known_types_(std::make_move_iterator(known_types.begin()),
                   std::make_move_iterator(known_types.end())),
      keys_(NoPlan(), {}),
      scanner_(keys_) {}

bool PayloadReader::Fail(Refusal refusal, std::string reason) {
  refusal_ = refusal;
  reason_ = std::move(reason);
  return false;
}

// Into members_, which point into line_.
bool PayloadReader::Split(std::string_view payload) {
  line_.assign(payload);
  std::replace(line_.begin(), line_.end(), '\n', '\t');
  line_ += '\n';
  line_.append(kPadding, '\0');
  members_.clear();
  const char* at = SkipBlanks(line_.data());
  if (*at != '{') return Fail(Refusal::Malformed, "the payload is no JSON object");
  at = SkipBlanks(at + 1);
  while (*at != '}') {
    bool escaped = false;
    uint32_t high = 0;
    const char* key = at + 1;
    const char* key_end = *at == '"' ? ScanJsonString(key, escaped, high) : nullptr;
    if (key_end == nullptr) return Fail(Refusal::Malformed, "expected a key");
    at = SkipBlanks(key_end);
    if (*at != ':') return Fail(Refusal::Malformed, "expected : behind a key");
    const char* value = SkipBlanks(at + 1);
    at = scanner_.Check(value);
    if (at == nullptr) {
      return Fail(scanner_.broke_limit() ? Refusal::Limit : Refusal::Malformed,
                  scanner_.error(line_.data()));
    }
    members_.push_back(
        {{key, static_cast<size_t>(key_end - 1 - key)}, {value, static_cast<size_t>(at - value)}});
    at = SkipBlanks(at);
    if (*at != ',' && *at != '}') return Fail(Refusal::Malformed, "expected , or } behind a value");
    if (*at == ',') {
      at = SkipBlanks(at + 1);
      if (*at == '}') return Fail(Refusal::Malformed, "expected a key");
    }
  }
  if (SkipBlanks(at + 1) != line_.data() + payload.size())
    return Fail(Refusal::Malformed, "there is something behind the object");
  return true;
}

// The last one, as everywhere.
const PayloadReader::Member* PayloadReader::Find(std::string_view key) const {
  for (size_t i = members_.size(); i > 0; --i) {
    if (members_[i - 1].key == key) return &members_[i - 1];
  }
  return nullptr;
}

std::string_view PayloadReader::RawText(std::string_view key) const {
  const Member* member = Find(key);
  if (member == nullptr || member->value.front() != '"' || member->value.size() < 3) return {};
  return member->value;
}

// As JSON text; empty if it is the bound one. `consumed` is the key that named it.
std::string_view PayloadReader::TypeOf(const PayloadRules& rules,
                                       std::string_view& consumed) const {
  if (const std::string_view type = RawText("event_type"); !type.empty()) {
    consumed = "event_type";
    return type;
  }
  const std::string_view type = RawText("type");
  if (type.empty()) return {};
  const std::string name(type.substr(1, type.size() - 2));
  if (!known_types_.contains(name) && name != rules.bound_type) return {};
  consumed = "type";
  return type;
}

bool PayloadReader::ReadTime(std::string_view value, int64_t unit, TimestampNs& time) {
  if (value.front() == '"') {
    const auto parsed = times_.Parse(value.substr(1, value.size() - 2));
    time = parsed.value_or(0);
    return parsed.has_value();
  }
  Field number{};
  if (value.front() != '-' && (value.front() < '0' || value.front() > '9')) return false;
  if (ScanNumber(value.data(), number) == nullptr) return false;
  if (number.kind == FieldKind::Int) {
    TimestampNs product = 0;
    if (__builtin_mul_overflow(number.integer, unit, &product)) return false;
    time = product;
    return true;
  }
  const double ns = number.number * static_cast<double>(unit);
  if (!(std::fabs(ns) < 9.2e18)) return false;
  time = static_cast<TimestampNs>(ns);
  return true;
}

bool PayloadReader::Add(std::string_view payload, const PayloadRules& rules, Injection& injection) {
  if (payload.size() > limits::kMaxEventLineBytes) {
    return Fail(Refusal::Limit,
                fmt::format("the payload has more than {} bytes", limits::kMaxEventLineBytes));
  }
  if (!Split(payload)) return false;
  std::string_view consumed;
  const std::string_view type = TypeOf(rules, consumed);
  InjectedEvent event{.begin = 0,
                      .time = 0,
                      .index = static_cast<uint32_t>(injection.events.size()),
                      .timed = false};
  // An unreadable time is passed over for the next one; without one it is when the event arrived.
  for (const std::string_view key : {"@timestamp", "ts", "timestamp"}) {
    const Member* member = event.timed ? nullptr : Find(key);
    if (member != nullptr) event.timed = ReadTime(member->value, rules.time_unit, event.time);
  }
  const size_t begin = injection.text.size();
  injection.text += injection.text.empty() ? kBegin : std::string_view(",");
  event.begin = injection.text.size();
  injection.text += "{\"event_type\":";
  if (type.empty()) {
    AppendJsonString(injection.text, rules.bound_type);
  } else {
    injection.text += type;
  }
  if (event.timed) injection.text += ",\"timestamp\":\"" + base::FormatTimestamp(event.time) + "\"";
  injection.text += ",\"fields\":";
  const Member* data = Find("data");
  if (data == nullptr || data->value.front() != '{') data = Find("fields");
  if (data != nullptr && data->value.front() == '{') {
    injection.text += data->value;
  } else {
    size_t fields = 0;
    injection.text += '{';
    for (const Member& member : members_) {
      if (member.key == consumed || member.key == "event_type") continue;
      if (fields == limits::kMaxEventFields) {
        ++dropped_fields_;
        continue;
      }
      if (fields++ > 0) injection.text += ',';
      injection.text += '"';
      injection.text += member.key;
      injection.text += "\":";
      injection.text += member.value;
    }
    injection.text += '}';
  }
  injection.text += '}';
  // Whoever decodes it relies on its being one.
  const size_t end = injection.text.size();
  Finish(injection);
  arena_.Reset();
  const bool good = scanner_.Scan(injection.text.data() + event.begin, arena_) != nullptr;
  if (!good) {
    Fail(scanner_.broke_limit() ? Refusal::Limit : Refusal::Malformed,
         scanner_.error(injection.text.data() + event.begin));
  }
  injection.text.resize(good ? end : begin);
  if (good) injection.events.push_back(event);
  return good;
}

void PayloadReader::Finish(Injection& injection) {
  injection.text += "]}\n";
  injection.text.append(kPadding, '\0');
}

}  // namespace varpulis::io
