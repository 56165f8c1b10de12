#include <optional>

#include "base/check.h"
#include "base/limits.h"
#include "runtime/io/injection.h"
#include "runtime/io/json_text.h"

namespace varpulis::io {

namespace {

constexpr std::string_view kOther = "_other";

}  // namespace

void TypeCounts::Count(std::string_view event_type, uint64_t events) {
  uint32_t index = names_.Find(event_type);
  if (index == NameTable::kAbsent) {
    if (names_.size() >= limits::kMaxCountedTypes) {
      other_ += events;
      return;
    }
    index = names_.Add(event_type);
    counts_.push_back(0);
  }
  counts_[index] += events;
}

void TypeCounts::Add(const std::vector<std::pair<std::string, uint64_t>>& counts) {
  for (const auto& [type, events] : counts) {
    if (type == kOther) {
      other_ += events;
    } else {
      Count(type, events);
    }
  }
}

std::vector<std::pair<std::string, uint64_t>> TypeCounts::All() const {
  std::vector<std::pair<std::string, uint64_t>> all;
  for (uint32_t i = 0; i < names_.size(); ++i) all.emplace_back(names_.name(i), counts_[i]);
  if (other_ > 0) all.emplace_back(kOther, other_);
  return all;
}

InjectionDecoder::InjectionDecoder(const ir::Plan& plan)
    : decoding_(plan, {}), scanner_(decoding_.keys), typer_(decoding_) {}

void InjectionDecoder::CountType(const Field& type) {
  if (!type.escaped) {
    types_.Count(type.text_view());
    return;
  }
  scratch_.resize(type.text_size);
  scratch_.resize(UnescapeJson(type.text_view(), scratch_.data()));
  types_.Count(scratch_);
}

size_t InjectionDecoder::Decode(const Injection& injection, size_t first, TimestampNs stamp,
                                row::Batch& batch) {
  batch.Clear();
  size_t next = first;
  for (; next < injection.events.size() && batch.order.size() < limits::kBatchRows; ++next) {
    const InjectedEvent& injected = injection.events[next];
    const char* end = scanner_.Scan(injection.text.data() + injected.begin, batch.arena);
    VPL_CHECK(end != nullptr, "an event that was accepted cannot be read: {}",
              scanner_.error(injection.text.data() + injected.begin));
    const EventFields event = scanner_.event();
    CountType(*event.Find(kKeyEventType));
    const bool delivered =
        typer_.DeliverNative(event, scanner_.members(kKeyData), scanner_.members(kKeyFields),
                             injected.timed ? injected.time : stamp, batch);
    VPL_CHECK(delivered, "an event that was accepted has no fields");
  }
  return next;
}

}  // namespace varpulis::io
