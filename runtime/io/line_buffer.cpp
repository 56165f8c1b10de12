#include "runtime/io/line_buffer.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/limits.h"
#include "runtime/io/field.h"

namespace varpulis::io {
namespace {

// Small enough to stay in the L2 cache between read() and decoding.
constexpr size_t kWindowBytes = 256 << 10;
constexpr size_t kFrontBytes = 64 << 10;
constexpr size_t kPageBytes = 4096;

}  // namespace

LineBuffer::LineBuffer(ByteSource source) : source_(std::move(source)) { MoveRestToFront(); }

void LineBuffer::MoveRestToFront() {
  auto rest = static_cast<size_t>(end_ - at_);
  if (area_ == nullptr || rest > front_) {
    size_t front = std::max(kFrontBytes, std::bit_ceil(rest));
    // Zeroed once: loads behind the last line read it.
    auto bigger = std::make_unique<char[]>(front + kWindowBytes + 1 + kPadding + kPageBytes);
    void* area = bigger.get() + front;
    size_t room = kWindowBytes + kPageBytes;
    area_ = static_cast<char*>(std::align(kPageBytes, kWindowBytes, area, room));
    front_ = front;
    if (rest > 0) std::memcpy(area_ - rest, at_, rest);
    buffer_ = std::move(bigger);
  } else if (rest > 0) {
    std::memmove(area_ - rest, at_, rest);
  }
  at_ = complete_ = area_ - rest;
  end_ = area_;
}

const char* LineBuffer::FindLineEnd() const {
  return static_cast<const char*>(std::memchr(at_, '\n', static_cast<size_t>(complete_ - at_))) + 1;
}

Result<LineBuffer::State> LineBuffer::Fill() {
  MoveRestToFront();
  while (!at_end_) {
    if (static_cast<size_t>(end_ - at_) > limits::kMaxEventLineBytes) return SkipLongLine();
    if (end_ == area_ + kWindowBytes) MoveRestToFront();
    Result<size_t> count = source_.Read(end_, static_cast<size_t>(area_ + kWindowBytes - end_));
    if (!count.ok()) return count.status();
    bytes_read_ += *count;
    at_end_ = *count == 0;
    const void* last = memrchr(end_, '\n', *count);
    end_ += *count;
    if (last != nullptr) {
      complete_ = static_cast<const char*>(last) + 1;
      return State::Line;
    }
  }
  if (at_ == end_) return State::End;
  *end_++ = '\n';
  complete_ = end_;
  return State::Line;
}

// Reads past a line that is too long to be held; only the end of its last piece is kept.
Result<LineBuffer::State> LineBuffer::SkipLongLine() {
  while (true) {
    Result<size_t> count = source_.Read(area_, kWindowBytes);
    if (!count.ok()) return count.status();
    bytes_read_ += *count;
    at_ = complete_ = end_ = area_;
    if (*count == 0) {
      at_end_ = true;
      return State::TooLong;
    }
    const void* first = std::memchr(area_, '\n', *count);
    if (first == nullptr) continue;
    at_ = static_cast<const char*>(first) + 1;
    end_ = area_ + *count;
    const void* last = memrchr(at_, '\n', static_cast<size_t>(end_ - at_));
    complete_ = last != nullptr ? static_cast<const char*>(last) + 1 : at_;
    return State::TooLong;
  }
}

}  // namespace varpulis::io
