#include "runtime/io/line_buffer.h"

#include <cstring>

#include "base/limits.h"
#include "runtime/io/field.h"

namespace varpulis::io {
namespace {

// Small enough to stay in the L2 cache between read() and decoding.
constexpr size_t kWindowBytes = 256 << 10;

}  // namespace

LineBuffer::LineBuffer(ByteSource source) : source_(std::move(source)) { Reserve(kWindowBytes); }

void LineBuffer::Reserve(size_t capacity) {
  // Zeroed once: loads behind the last line read it.
  auto bigger = std::make_unique<char[]>(capacity + 1 + kPadding);
  auto held = static_cast<size_t>(end_ - at_);
  if (held > 0) std::memcpy(bigger.get(), at_, held);
  buffer_ = std::move(bigger);
  capacity_ = capacity;
  at_ = complete_ = buffer_.get();
  end_ = buffer_.get() + held;
}

const char* LineBuffer::FindLineEnd() const {
  return static_cast<const char*>(std::memchr(at_, '\n', static_cast<size_t>(complete_ - at_))) + 1;
}

Result<LineBuffer::State> LineBuffer::Fill() {
  auto held = static_cast<size_t>(end_ - at_);
  if (held > 0 && at_ != buffer_.get()) std::memmove(buffer_.get(), at_, held);
  at_ = complete_ = buffer_.get();
  end_ = buffer_.get() + held;
  while (!at_end_) {
    if (held > limits::kMaxEventLineBytes) return SkipLongLine();
    if (held == capacity_) Reserve(capacity_ * 2);
    Result<size_t> count = source_.Read(end_, capacity_ - held);
    if (!count.ok()) return count.status();
    bytes_read_ += *count;
    at_end_ = *count == 0;
    const void* last = memrchr(end_, '\n', *count);
    end_ += *count;
    held += *count;
    if (last != nullptr) {
      complete_ = static_cast<const char*>(last) + 1;
      return State::Line;
    }
  }
  if (held == 0) return State::End;
  *end_++ = '\n';
  complete_ = end_;
  return State::Line;
}

// Reads past a line that is too long to be held; only the end of its last piece is kept.
Result<LineBuffer::State> LineBuffer::SkipLongLine() {
  while (true) {
    Result<size_t> count = source_.Read(buffer_.get(), capacity_);
    if (!count.ok()) return count.status();
    bytes_read_ += *count;
    at_ = complete_ = end_ = buffer_.get();
    if (*count == 0) {
      at_end_ = true;
      return State::TooLong;
    }
    const void* first = std::memchr(buffer_.get(), '\n', *count);
    if (first == nullptr) continue;
    at_ = static_cast<const char*>(first) + 1;
    end_ = buffer_.get() + *count;
    const void* last = memrchr(at_, '\n', static_cast<size_t>(end_ - at_));
    complete_ = last != nullptr ? static_cast<const char*>(last) + 1 : at_;
    return State::TooLong;
  }
}

}  // namespace varpulis::io
