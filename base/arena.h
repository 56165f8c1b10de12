#pragma once

// Bump allocation for bytes that live as long as a batch. Reset keeps the largest block, so a
// steady stream of batches stops allocating. Not thread-safe.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <vector>

namespace varpulis::base {

class Arena {
 public:
  explicit Arena(size_t first_block_bytes = 64 << 10) : next_block_bytes_(first_block_bytes) {}
  ~Arena() { FreeBlocks(); }
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  // 8-byte aligned, uninitialised, valid until Reset.
  char* Allocate(size_t bytes) {
    bytes = (bytes + 7) & ~size_t{7};
    if (static_cast<size_t>(end_ - at_) < bytes) [[unlikely]]
      Grow(bytes);
    char* result = at_;
    at_ += bytes;
    return result;
  }
  std::string_view Copy(std::string_view text) {
    char* copy = Allocate(text.size());
    if (!text.empty()) std::memcpy(copy, text.data(), text.size());
    return {copy, text.size()};
  }
  void Reset();
  // Bytes held from the system.
  size_t reserved_bytes() const { return reserved_; }

 private:
  struct Block {
    char* begin;
    size_t bytes;
  };
  void Grow(size_t bytes);
  void FreeBlocks();

  std::vector<Block> blocks_;
  char* at_ = nullptr;
  char* end_ = nullptr;
  size_t next_block_bytes_;
  size_t reserved_ = 0;
};

}  // namespace varpulis::base
