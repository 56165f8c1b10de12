#include "runtime/io/injection_bytes.h"

#include <cstdint>

#include "runtime/io/field.h"

// varint: events | for each: begin, less that of the one before; index, likewise, times two, plus whether it has a
// time; the time, less that of the one before, with its sign in the lowest bit | the text, without what is behind it

namespace varpulis::io {
namespace {

constexpr size_t kBehindText = kPadding + 1;  // a line break, then padding

void AppendVarint(std::string& bytes, uint64_t value) {
  for (; value >= 0x80; value >>= 7) bytes += static_cast<char>(value | 0x80);
  bytes += static_cast<char>(value);
}

bool TakeVarint(std::string_view& bytes, uint64_t& value) {
  value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    if (bytes.empty()) return false;
    const auto byte = static_cast<uint8_t>(bytes.front());
    bytes.remove_prefix(1);
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

// Wraps around, as does the way back.
uint64_t Zigzag(uint64_t difference) { return difference << 1 ^ -(difference >> 63); }
uint64_t Unzigzag(uint64_t value) { return value >> 1 ^ -(value & 1); }

}  // namespace

std::string EncodeInjection(const Injection& injection) {
  std::string bytes;
  bytes.reserve(injection.text.size() + 4 * injection.events.size() + 16);
  AppendVarint(bytes, injection.events.size());
  InjectedEvent before{};
  for (const InjectedEvent& event : injection.events) {
    AppendVarint(bytes, event.begin - before.begin);
    AppendVarint(bytes, uint64_t{event.index - before.index} << 1 | (event.timed ? 1 : 0));
    if (event.timed) {
      AppendVarint(bytes,
                   Zigzag(static_cast<uint64_t>(event.time) - static_cast<uint64_t>(before.time)));
      before.time = event.time;
    }
    before.begin = event.begin;
    before.index = event.index;
  }
  bytes.append(injection.text, 0, injection.text.size() - kBehindText);
  return bytes;
}

Result<Injection> DecodeInjection(std::string_view bytes, size_t events) {
  const Status damaged(StatusCode::Malformed, "the injection is damaged");
  Injection injection;
  uint64_t count = 0;
  if (!TakeVarint(bytes, count) || count > bytes.size() || events > count) return damaged;
  injection.events.reserve(count);
  InjectedEvent event{};
  for (uint64_t i = 0; i < count; ++i) {
    uint64_t begin = 0;
    uint64_t index = 0;
    uint64_t time = 0;
    if (!TakeVarint(bytes, begin) || !TakeVarint(bytes, index)) return damaged;
    event.begin += begin;
    event.index += static_cast<uint32_t>(index >> 1);
    event.timed = (index & 1) != 0;
    if (event.timed) {
      if (!TakeVarint(bytes, time)) return damaged;
      event.time = static_cast<TimestampNs>(static_cast<uint64_t>(event.time) + Unzigzag(time));
    }
    injection.events.push_back(event);
  }
  for (const InjectedEvent& each : injection.events) {
    if (each.begin >= bytes.size() || bytes[each.begin] != '{') return damaged;
  }
  injection.events.resize(events);
  injection.text.reserve(bytes.size() + kBehindText);
  injection.text = bytes;
  injection.text += '\n';
  injection.text.append(kPadding, '\0');
  return injection;
}

}  // namespace varpulis::io
