#pragma once

// Records of one size in order of arrival: the rows that a window keeps. A ring in one piece of
// memory, which grows and shrinks with what it holds.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace varpulis::window {

class EntryQueue {
 public:
  explicit EntryQueue(uint32_t entry_bytes) : entry_bytes_(entry_bytes) {}

  // Zeroed memory behind the newest entry, valid until the next change.
  uint8_t* PushBack();
  // The owner has released what the oldest entry holds.
  void PopFront();
  // The i-th oldest.
  uint8_t* At(size_t i) { return ring_.data() + Offset(i); }
  const uint8_t* At(size_t i) const { return ring_.data() + Offset(i); }
  // Forgets the newest ones beyond the first `size`.
  void Truncate(size_t size) { size_ = size; }
  size_t size() const { return size_; }
  size_t bytes() const { return ring_.capacity(); }

 private:
  static constexpr size_t kLeastCapacity = 8;

  size_t Offset(size_t i) const { return ((head_ + i) & (capacity_ - 1)) * entry_bytes_; }
  void Resize(size_t capacity);

  size_t entry_bytes_;
  size_t capacity_ = 0;  // a power of two, or none
  size_t head_ = 0;
  size_t size_ = 0;
  std::vector<uint8_t> ring_;
};

}  // namespace varpulis::window
