#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "base/limits.h"
#include "runtime/io/injection.h"
#include "runtime/io/json_text.h"

namespace varpulis::io {
namespace {

// Keys of requests have the ids of SpecialKey, which no plan changes.
const ir::Plan& NoPlan() {
  static const ir::Plan plan;
  return plan;
}

// What the scanner takes for the end of a text becomes a blank; inside of strings it is forbidden either
// way.
std::string AsOneLine(std::string body) {
  std::replace(body.begin(), body.end(), '\n', '\t');
  body += '\n';
  body.append(kPadding, '\0');
  return body;
}

// Behind a value whose brackets and quotes are balanced, whatever else it is; null if it does not end.
const char* SkipBalanced(const char* at) {
  int depth = 0;
  for (;; ++at) {
    switch (*at) {
      case '"':
        for (++at; *at != '"'; ++at) {
          if (*at == '\\') ++at;
          if (*at == '\n') return nullptr;
        }
        break;
      case '{':
      case '[':
        ++depth;
        break;
      case '}':
      case ']':
        if (--depth == 0) return at + 1;
        if (depth < 0) return nullptr;
        break;
      case '\n':
        return nullptr;
      default:
        break;
    }
  }
}

// Whether some string of the checked JSON text is longer than a value may be.
bool HasLongString(const char* at, const char* end, std::string& scratch) {
  if (static_cast<size_t>(end - at) <= limits::kMaxStringBytes) return false;
  while ((at = static_cast<const char*>(std::memchr(at, '"', static_cast<size_t>(end - at))))) {
    bool escaped = false;
    uint32_t high = 0;
    const char* text = at + 1;
    at = ScanJsonString(text, escaped, high);
    const auto size = static_cast<size_t>(at - 1 - text);
    if (size <= limits::kMaxStringBytes) continue;
    scratch.resize(size);
    if (!escaped || UnescapeJson({text, size}, scratch.data()) > limits::kMaxStringBytes)
      return true;
  }
  return false;
}

}  // namespace

void Injection::Refuse(size_t index, Refusal refusal, std::string reason) {
  ++refusals;
  if (refusal == Refusal::Limit) ++over_limit;
  if (refused.size() >= limits::kMaxReportedRefusals) return;
  refused.push_back({index, refusal, std::move(reason)});
}

InjectionReader::InjectionReader() : keys_(NoPlan(), {}), scanner_(keys_) {}

const char* InjectionReader::Malformed(std::string reason) {
  reason_ = std::move(reason);
  refusal_ = Refusal::Malformed;
  return nullptr;
}

bool InjectionReader::ReadTime(const Field* field, InjectedEvent& event) {
  if (field == nullptr || field->kind == FieldKind::Null) return true;
  event.timed = true;
  // An integer is milliseconds here, not of a unit that its size tells (decision E11).
  if (field->kind == FieldKind::Int)
    return !__builtin_mul_overflow(field->integer, kNsPerMs, &event.time);
  if (field->kind != FieldKind::Str || field->escaped) return false;
  const std::optional<TimestampNs> time = times_.Parse(field->text_view());
  event.time = time.value_or(0);
  return time.has_value();
}

bool InjectionReader::Take(const char* begin, const char* end, size_t index, Injection& injection) {
  const EventFields event = scanner_.event();
  const Field* type = event.Find(kKeyEventType);
  const Field* data = event.Find(kKeyData);
  const Field* fields = data != nullptr ? data : event.Find(kKeyFields);
  InjectedEvent taken{.begin = static_cast<size_t>(begin - injection.text.data()),
                      .time = 0,
                      .index = static_cast<uint32_t>(index),
                      .timed = false};
  refusal_ = Refusal::Malformed;
  if (type == nullptr || type->kind != FieldKind::Str || type->text_size == 0) {
    reason_ = "event_type must be a text that is not empty";
  } else if (fields == nullptr || fields->kind != FieldKind::Object) {
    reason_ = "fields must be an object";
  } else if (!ReadTime(event.Find(kKeyTimestamp), taken)) {
    reason_ = "timestamp must be RFC 3339 text or milliseconds since 1970";
  } else {
    refusal_ = Refusal::Limit;
    if (static_cast<size_t>(end - begin) > limits::kMaxEventLineBytes) {
      reason_ = fmt::format("the event has more than {} bytes", limits::kMaxEventLineBytes);
    } else if (HasLongString(begin, end, scratch_)) {
      reason_ = fmt::format("a text has more than {} bytes", limits::kMaxStringBytes);
    } else {
      injection.events.push_back(taken);
      return true;
    }
  }
  return false;
}

Result<Injection> InjectionReader::ReadEvent(std::string body) {
  arena_.Reset();
  Injection injection;
  injection.text = AsOneLine(std::move(body));
  const char* begin = SkipBlanks(injection.text.data());
  if (*begin != '{') return Status(StatusCode::Malformed, "the body must be a JSON object");
  const char* end = scanner_.Scan(begin, arena_);
  if (end == nullptr) {
    return Status(scanner_.broke_limit() ? StatusCode::ResourceExhausted : StatusCode::Malformed,
                  scanner_.error(begin));
  }
  // A NUL byte or anything else behind the object is no event.
  if (SkipBlanks(end) != injection.text.data() + injection.text.size() - kPadding - 1)
    return Status(StatusCode::Malformed, "there is something behind the event");
  if (Take(begin, end, 0, injection)) return injection;
  return Status(refusal_ == Refusal::Limit ? StatusCode::ResourceExhausted : StatusCode::Malformed,
                reason_);
}

const char* InjectionReader::ReadItem(const char* at, size_t index, Injection& injection) {
  if (*at != '{') {
    const char* end = scanner_.Check(at);
    if (end == nullptr) return Malformed(scanner_.error(injection.text.data()));
    injection.Refuse(index, Refusal::Malformed, "an event must be an object");
    return end;
  }
  arena_.Reset();
  if (const char* end = scanner_.Scan(at, arena_)) {
    if (!Take(at, end, index, injection)) injection.Refuse(index, refusal_, reason_);
    return end;
  }
  if (!scanner_.broke_limit()) return Malformed(scanner_.error(injection.text.data()));
  injection.Refuse(index, Refusal::Limit, scanner_.error(at));
  const char* end = SkipBalanced(at);
  return end != nullptr ? end : Malformed(fmt::format("event {} does not end", index));
}

const char* InjectionReader::ReadEvents(const char* at, Injection& injection) {
  if (*at != '[') return Malformed("events must be an array");
  at = SkipBlanks(at + 1);
  if (*at == ']') return at + 1;
  for (size_t index = 0;; ++index) {
    at = ReadItem(at, index, injection);
    if (at == nullptr) return nullptr;
    at = SkipBlanks(at);
    if (*at == ']') return at + 1;
    if (*at != ',') return Malformed(fmt::format("expected , or ] behind event {}", index));
    at = SkipBlanks(at + 1);
  }
}

Result<Injection> InjectionReader::ReadBatch(std::string body) {
  Injection injection;
  injection.text = AsOneLine(std::move(body));
  const auto fail = [&](std::string reason) {
    return Status(StatusCode::Malformed, std::move(reason));
  };
  const char* at = SkipBlanks(injection.text.data());
  if (*at != '{') return fail("the body must be a JSON object");
  at = SkipBlanks(at + 1);
  bool has_events = false;
  while (*at != '}') {
    bool escaped = false;
    uint32_t high = 0;
    const char* key = at + 1;
    at = *at == '"' ? ScanJsonString(key, escaped, high) : nullptr;
    if (at == nullptr) return fail("expected a key");
    const std::string_view name(key, static_cast<size_t>(at - 1 - key));
    at = SkipBlanks(at);
    if (*at != ':') return fail("expected :");
    at = SkipBlanks(at + 1);
    if (name == "events") {
      if (has_events) return fail("events stands there twice");
      has_events = true;
      at = ReadEvents(at, injection);
      if (at == nullptr) return fail(reason_);
    } else {
      at = scanner_.Check(at);
      if (at == nullptr) return fail(scanner_.error(injection.text.data()));
    }
    at = SkipBlanks(at);
    if (*at != ',' && *at != '}') return fail("expected , or }");
    if (*at == ',') {
      at = SkipBlanks(at + 1);
      if (*at == '}') return fail("expected a key");
    }
  }
  if (SkipBlanks(at + 1) != injection.text.data() + injection.text.size() - kPadding - 1)
    return fail("there is something behind the object");
  if (!has_events) return fail("events is missing");
  return injection;
}

}  // namespace varpulis::io
