#include "runtime/io/line_decoder.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "base/limits.h"

namespace varpulis::io {
namespace {

constexpr const char* kTooLong = "the line is longer than 1 MiB";

const char* SkipBlanks(const char* at) {
  while (*at == ' ' || *at == '\t' || *at == '\r') ++at;
  return at;
}

// Behind an optional `;` and the '\n'; null if anything else follows.
const char* SkipLineEnd(const char* at) {
  at = SkipBlanks(at);
  if (*at == ';') at = SkipBlanks(at + 1);
  return *at == '\n' ? at + 1 : nullptr;
}

bool IsComment(const char* at) { return *at == '#' || (at[0] == '/' && at[1] == '/'); }

bool IsBatch(const char* at) {
  return std::memcmp(at, "BATCH", 5) == 0 && (at[5] == ' ' || at[5] == '\t' || at[5] == '\r' || at[5] == '\n');
}

LinePrefix ReadBatch(const char* at) {
  LinePrefix prefix{.kind = LinePrefix::Kind::Bad, .reason = "BATCH needs a number of milliseconds"};
  at = SkipBlanks(at + 5);
  DurationNs offset = 0;
  const char* digits = at;
  while (*at >= '0' && *at <= '9') ++at;
  const char* end = ScanOffset(digits, offset);
  if (end == nullptr || end != at || SkipLineEnd(at) == nullptr) return prefix;
  return {.kind = LinePrefix::Kind::Batch, .arrival = {true, offset}};
}

}  // namespace

LinePrefix ReadPrefix(const char* line, const Arrival& batch) {
  const char* at = SkipBlanks(line);
  if (*at == '\n' || IsComment(at)) return {};
  if (IsBatch(at)) return ReadBatch(at);
  LinePrefix prefix{.kind = LinePrefix::Kind::Event, .event = at, .arrival = batch};
  if (*at != '@') return prefix;
  const char* end = ScanOffset(at + 1, prefix.arrival.offset);
  if (end == nullptr) {
    return {.kind = LinePrefix::Kind::Bad, .reason = "@ needs a number, with ns, us, ms, s, m, h or d"};
  }
  prefix.arrival.in_force = true;
  prefix.event = SkipBlanks(end);
  return prefix;
}

LineDecoder::LineDecoder(Decoding& decoding, ByteSource source)
    : decoding_(&decoding), buffer_(std::move(source)), json_(decoding), text_(decoding) {}

bool LineDecoder::Refill(Progress& progress) {
  while (buffer_.state() == LineBuffer::State::Empty) {
    auto state = buffer_.Fill();
    if (!state.ok()) {
      decoding_->error = state.status();
      progress = Progress::Failed;
      return false;
    }
    if (*state == LineBuffer::State::End) {
      progress = Progress::Done;
      return false;
    }
    if (*state == LineBuffer::State::TooLong && !decoding_->Bad(++line_number_, kTooLong)) {
      progress = Progress::Failed;
      return false;
    }
  }
  return true;
}

Progress LineDecoder::Append(row::Batch& batch) {
  if (must_hold_) return AppendHeld(batch);
  size_t limit = decoding_->options.batch_rows;
  while (batch.order.size() < limit) {
    if (buffer_.state() == LineBuffer::State::Empty) {
      // What has arrived is not kept waiting.
      if (!buffer_.source_is_complete() && !batch.order.empty()) return Progress::Full;
      Progress progress{};
      if (!Refill(progress)) return progress;
    }
    const char* line = buffer_.line();
    const char* end = DecodeLine(line, batch);
    if (must_hold_) {
      if (!HoldRest()) return Progress::Failed;
      return AppendHeld(batch);
    }
    ++line_number_;
    buffer_.ConsumeTo(end != nullptr ? end : buffer_.FindLineEnd());
    if (end == nullptr && !decoding_->Bad(line_number_, reason_)) return Progress::Failed;
  }
  return Progress::Full;
}

const char* LineDecoder::DecodeLine(const char* line, row::Batch& batch) {
  const char* end = nullptr;
  if (*line == '{' && !batch_.in_force) [[likely]] {
    LinePrefix prefix{.kind = LinePrefix::Kind::Event, .event = line};
    end = DecodeEvent(prefix, batch);
  } else {
    LinePrefix prefix = ReadPrefix(line, batch_);
    bool is_directive = prefix.kind == LinePrefix::Kind::Batch || (prefix.kind == LinePrefix::Kind::Event && prefix.arrival.in_force);
    if (is_directive && !decoding_->options.streaming) {
      must_hold_ = true;
      return nullptr;
    }
    switch (prefix.kind) {
      case LinePrefix::Kind::Bad: reason_ = prefix.reason; return nullptr;
      case LinePrefix::Kind::Event: end = DecodeEvent(prefix, batch); break;
      case LinePrefix::Kind::Batch: batch_ = prefix.arrival; [[fallthrough]];
      case LinePrefix::Kind::Nothing: return static_cast<const char*>(rawmemchr(line, '\n')) + 1;
    }
  }
  return end;
}

// The event of a line whose text ends with '\n'. Nothing is appended when what follows it is wrong.
const char* LineDecoder::DecodeEvent(const LinePrefix& prefix, row::Batch& batch) {
  TimestampNs time = 0;
  if (__builtin_add_overflow(decoding_->options.start, prefix.arrival.offset, &time)) {
    reason_ = "the offset is beyond the range of times";
    return nullptr;
  }
  bool is_json = *prefix.event == '{';
  const char* end = nullptr;
  if (is_json) {
    std::optional<TimestampNs> arrival;
    if (prefix.arrival.in_force) arrival = time;
    end = json_.Decode(prefix.event, arrival, batch);
  } else {
    end = text_.Decode(prefix.event, time, batch);
  }
  if (end == nullptr) {
    reason_ = is_json ? json_.error() : text_.error();
    return nullptr;
  }
  return end;
}

bool LineDecoder::HoldRest() {
  Progress progress{};
  while (Refill(progress)) {
    const char* line = buffer_.line();
    while (line < buffer_.window_end()) {
      const char* end = static_cast<const char*>(rawmemchr(line, '\n')) + 1;
      Hold(line, end);
      line = end;
    }
    buffer_.ConsumeTo(line);
  }
  held_text_.append(kPadding, '\0');
  auto earlier = [](const HeldLine& a, const HeldLine& b) { return a.offset < b.offset; };
  if (!std::is_sorted(held_.begin(), held_.end(), earlier)) {
    std::stable_sort(held_.begin(), held_.end(), earlier);
  }
  return progress == Progress::Done;
}

}  // namespace varpulis::io
