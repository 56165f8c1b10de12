#include "runtime/io/line_decoder.h"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "runtime/io/entry_end.h"
#include "runtime/io/json_text.h"

namespace varpulis::io {
namespace {

const char* FindLineEnd(const char* at) {
  return static_cast<const char*>(rawmemchr(at, '\n')) + 1;
}

bool IsComment(const char* at) { return *at == '#' || (at[0] == '/' && at[1] == '/'); }

bool IsBatch(const char* at) {
  return std::memcmp(at, "BATCH", 5) == 0 &&
         std::string_view(" \t\r\n").find(at[5]) != std::string_view::npos;
}

LinePrefix ReadBatch(const char* at) {
  LinePrefix prefix{.kind = LinePrefix::Kind::Bad,
                    .reason = "BATCH needs a number of milliseconds"};
  at = SkipBlanks(at + 5);
  DurationNs offset = 0;
  const char* digits = at;
  while (*at >= '0' && *at <= '9') ++at;
  const char* end = ScanOffset(digits, offset);
  std::string error;
  if (end == nullptr || end != at || FindEntryEnd(digits, at, error) == nullptr) return prefix;
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
    return {.kind = LinePrefix::Kind::Bad,
            .reason = "@ needs a number, with ns, us, ms, s, m, h or d"};
  }
  prefix.arrival.in_force = true;
  prefix.event = SkipBlanks(end);
  return prefix;
}

LineDecoder::LineDecoder(Decoding& decoding, ByteSource source)
    : decoding_(&decoding), buffer_(std::move(source)), json_(decoding), text_(decoding) {}

LineDecoder::Window LineDecoder::NextWindow() {
  while (buffer_.state() == LineBuffer::State::Empty) {
    auto state = buffer_.Fill();
    if (!state.ok()) {
      decoding_->error = state.status();
      return Window::Failed;
    }
    if (*state == LineBuffer::State::End) return Window::Done;
    if (*state == LineBuffer::State::TooLong) return Window::TooLong;
  }
  return Window::Lines;
}

Progress LineDecoder::Append(row::Batch& batch) {
  if (is_held_) return AppendHeld(batch);
  while (batch.order.size() < decoding_->options.batch_rows) {
    if (buffer_.state() == LineBuffer::State::Empty) {
      // What has arrived is not kept waiting.
      if (!buffer_.source_is_complete() && !batch.order.empty()) return Progress::Full;
      Window window = NextWindow();
      if (window == Window::Done) return Progress::Done;
      if (window == Window::Failed) return Progress::Failed;
      if (window == Window::TooLong) {
        if (!decoding_->Bad(++line_number_, kLineTooLong)) return Progress::Failed;
        continue;
      }
    }
    const char* line = buffer_.line();
    LinePrefix prefix{.kind = LinePrefix::Kind::Event, .event = line};
    if (*line != '{' || batch_.in_force) {
      prefix = ReadPrefix(line, batch_);
      if (prefix.arrival.in_force && !decoding_->options.streaming) {
        return HoldRest() ? AppendHeld(batch) : Progress::Failed;
      }
    }
    const bool is_event = prefix.kind == LinePrefix::Kind::Event;
    if (is_event && !ArrivesWith(batch, prefix.arrival)) return Progress::Full;
    ++line_number_;
    const char* end = DecodeLine(line, prefix, batch);
    buffer_.ConsumeTo(end != nullptr ? end : buffer_.FindLineEnd());
    if (end == nullptr && !decoding_->Bad(line_number_, reason_)) return Progress::Failed;
  }
  return Progress::Full;
}

bool LineDecoder::ArrivesWith(row::Batch& batch, const Arrival& arrival) const {
  if (!decoding_->options.timed) return true;
  if (batch.order.empty()) batch.arrival = arrival.offset;
  return batch.arrival == arrival.offset;
}

const char* LineDecoder::DecodeLine(const char* line, const LinePrefix& prefix, row::Batch& batch) {
  switch (prefix.kind) {
    case LinePrefix::Kind::Event:
      return DecodeEvent(prefix, batch);
    case LinePrefix::Kind::Bad:
      reason_ = prefix.reason;
      return nullptr;
    case LinePrefix::Kind::Batch:
      batch_ = prefix.arrival;
      break;
    case LinePrefix::Kind::Nothing:
      break;
  }
  return FindLineEnd(line);
}

const char* LineDecoder::DecodeEvent(const LinePrefix& prefix, row::Batch& batch) {
  TimestampNs time = 0;
  if (__builtin_add_overflow(decoding_->options.start, prefix.arrival.offset, &time)) {
    reason_ = "the offset is beyond the range of times";
    return nullptr;
  }
  if (*prefix.event == '{') {
    auto arrival = prefix.arrival.in_force ? std::optional(time) : std::nullopt;
    const char* end = json_.Decode(prefix.event, arrival, batch);
    if (end == nullptr) reason_ = json_.error();
    return end;
  }
  const char* end = text_.Decode(prefix.event, time, batch);
  if (end == nullptr) reason_ = text_.error();
  return end;
}

void LineDecoder::Hold(const char* line) {
  ++line_number_;
  LinePrefix prefix = ReadPrefix(line, batch_);
  if (prefix.kind == LinePrefix::Kind::Nothing) return;
  if (prefix.kind == LinePrefix::Kind::Batch) {
    batch_ = prefix.arrival;
    return;
  }
  // A malformed prefix is reported when it is this line's turn.
  const Arrival& arrival = prefix.kind == LinePrefix::Kind::Bad ? batch_ : prefix.arrival;
  const char* end = FindLineEnd(line);
  held_.push_back({arrival, held_text_.size(), line_number_, false});
  held_text_.append(line, end);
}

bool LineDecoder::HoldRest() {
  is_held_ = true;
  while (true) {
    Window window = NextWindow();
    if (window == Window::Failed) return false;
    if (window == Window::Done) break;
    if (window == Window::TooLong) {
      held_.push_back({batch_, 0, ++line_number_, true});
      continue;
    }
    const char* line = buffer_.line();
    for (; line < buffer_.window_end(); line = FindLineEnd(line)) Hold(line);
    buffer_.ConsumeTo(line);
  }
  held_text_.append(kPadding, '\0');
  auto earlier = [](const HeldLine& a, const HeldLine& b) {
    return a.arrival.offset < b.arrival.offset;
  };
  if (!std::is_sorted(held_.begin(), held_.end(), earlier)) {
    std::stable_sort(held_.begin(), held_.end(), earlier);
  }
  return true;
}

Progress LineDecoder::AppendHeld(row::Batch& batch) {
  while (batch.order.size() < decoding_->options.batch_rows) {
    if (next_held_ == held_.size()) return Progress::Done;
    if (!ArrivesWith(batch, held_[next_held_].arrival)) return Progress::Full;
    const HeldLine& held = held_[next_held_++];
    const char* line = held_text_.data() + held.begin;
    const char* end = nullptr;
    if (held.too_long) {
      reason_ = kLineTooLong;
    } else {
      end = DecodeLine(line, ReadPrefix(line, held.arrival), batch);
    }
    if (end == nullptr && !decoding_->Bad(held.number, reason_)) return Progress::Failed;
  }
  return Progress::Full;
}

}  // namespace varpulis::io
