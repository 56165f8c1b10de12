#include "base/arena.h"

#include <algorithm>

#include "base/check.h"

namespace varpulis::base {

void Arena::Grow(size_t bytes) {
  size_t block_bytes = std::max(bytes, next_block_bytes_);
  char* begin = static_cast<char*>(std::malloc(block_bytes));
  VPL_CHECK(begin != nullptr, "out of memory: {} bytes", block_bytes);
  blocks_.push_back({begin, block_bytes});
  reserved_ += block_bytes;
  at_ = begin;
  end_ = begin + block_bytes;
  next_block_bytes_ = std::min<size_t>(next_block_bytes_ * 2, 8 << 20);
}

void Arena::Reset() {
  if (blocks_.empty()) return;
  auto largest = std::max_element(blocks_.begin(), blocks_.end(),
                                  [](const Block& a, const Block& b) { return a.bytes < b.bytes; });
  std::swap(*largest, blocks_.front());
  for (size_t i = 1; i < blocks_.size(); ++i) std::free(blocks_[i].begin);
  blocks_.resize(1);
  reserved_ = blocks_.front().bytes;
  at_ = blocks_.front().begin;
  end_ = at_ + blocks_.front().bytes;
}

void Arena::FreeBlocks() {
  for (const Block& block : blocks_) std::free(block.begin);
  blocks_.clear();
}

}  // namespace varpulis::base
