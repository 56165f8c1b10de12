#include "runtime/window/entry_queue.h"

#include <cstring>
#include <utility>

#include "base/check.h"

namespace varpulis::window {

void EntryQueue::Resize(size_t capacity) {
  std::vector<uint8_t> ring(capacity * entry_bytes_);
  for (size_t i = 0; i < size_; ++i) {
    std::memcpy(ring.data() + i * entry_bytes_, At(i), entry_bytes_);
  }
  ring_ = std::move(ring);
  capacity_ = capacity;
  head_ = 0;
}

uint8_t* EntryQueue::PushBack() {
  if (size_ == capacity_) Resize(capacity_ == 0 ? kLeastCapacity : 2 * capacity_);
  uint8_t* entry = At(size_++);
  std::memset(entry, 0, entry_bytes_);
  return entry;
}

void EntryQueue::PopFront() {
  VPL_DCHECK(size_ > 0);
  head_ = (head_ + 1) & (capacity_ - 1);
  --size_;
  // Far below half: what is gained is not lost again by the next rows.
  if (capacity_ > kLeastCapacity && size_ * 8 < capacity_) Resize(capacity_ / 2);
}

}  // namespace varpulis::window
