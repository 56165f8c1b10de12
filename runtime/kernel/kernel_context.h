#pragma once

// What helpers need besides their arguments. One per shard; not thread-safe.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/arena.h"
#include "compiler/ir/kernel_abi.h"

namespace varpulis::kernel {
struct BoundKernel;
}

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

// An event that an `emit` statement made (instruction Collect).
struct CollectedEvent {
  uint32_t type;  // index into Plan::collected_types
  Cell fields;    // a map
};

struct KernelContext {
  // Rounds and calls that are left for the item at hand, and how deeply calls are nested. Native code
  // knows where these two are.
  int64_t work = 0;
  int64_t call_depth = 0;
  // Text, arrays and maps made by kernels; reset by the owner between batches.
  base::Arena* arena = nullptr;
  // Bytes that records own outside their slabs (long text, containers, sets).
  int64_t owned_bytes = 0;
  RetiredBlocks retired{};
  // The program's functions by index, and its global variables.
  const kernel::BoundKernel* functions = nullptr;
  Cell* globals = nullptr;
  // Where the stack was at the outermost call.
  const char* stack_base = nullptr;
  // random() and uuid(): the seed, the number of the event at hand, and what was drawn for it.
  uint64_t random_seed = 0;
  uint64_t event_number = 0;
  uint64_t random_draws = 0;
  // Receives the lines of print(); null: nobody does.
  const std::function<void(std::string_view)>* print = nullptr;
  // Filled by `.process`, emptied by whoever ran it.
  std::vector<CollectedEvent> collected{};

  // What has gone wrong, and where, for the handler that is about to run. Owned by the caller.
  std::string_view handled_error{};
  std::string_view handled_stage{};
  // The map that the builtin `answer` gives: what a lookup has found, for the kernel that is about to run.
  Cell answer = Cell::Missing();

  // Ends the life of everything that kernels made in this batch and that records gave up.
  void EndBatch() {
    if (arena != nullptr) arena->Reset();
    retired.Free();
  }
};

inline constexpr size_t kWorkOffset = 0;
inline constexpr size_t kCallDepthOffset = 8;
static_assert(std::is_standard_layout_v<KernelContext> &&
              offsetof(KernelContext, work) == kWorkOffset &&
              offsetof(KernelContext, call_depth) == kCallDepthOffset);

}  // namespace varpulis::abi
