#pragma once

// What helpers need besides their arguments. One per shard; not thread-safe.

#include <cstdint>
#include <cstdlib>
#include <vector>

#include "base/arena.h"
#include "compiler/ir/kernel_abi.h"

namespace varpulis::abi {

// Memory that records gave up during the batch. A kernel may have loaded a slot's text and written
// it to a column before the slot was overwritten or its record released, so such memory stays
// readable until the batch ends.
class RetiredBlocks {
 public:
  RetiredBlocks() = default;
  ~RetiredBlocks() { Free(); }
  RetiredBlocks(const RetiredBlocks&) = delete;
  RetiredBlocks& operator=(const RetiredBlocks&) = delete;

  void Add(void* block) { blocks_.push_back(block); }
  void Free() {
    for (void* block : blocks_) std::free(block);
    blocks_.clear();
  }
  size_t size() const { return blocks_.size(); }

 private:
  std::vector<void*> blocks_;
};

struct KernelContext {
  // Text, arrays and maps made by kernels; reset by the owner between batches.
  base::Arena* arena = nullptr;
  // Bytes that records own outside their slabs (long text, containers, sets).
  int64_t owned_bytes = 0;
  RetiredBlocks retired{};

  // Ends the life of everything that kernels made in this batch and that records gave up.
  void EndBatch() {
    if (arena != nullptr) arena->Reset();
    retired.Free();
  }
};

}  // namespace varpulis::abi
