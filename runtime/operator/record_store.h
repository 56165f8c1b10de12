#pragma once

// Fixed-size records in slabs, addressed by index. Memory of freed records is reused first; slabs
// are never moved, so addresses stay valid while a record lives.

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

namespace varpulis::op {

using RecordId = uint32_t;
inline constexpr RecordId kNoRecord = UINT32_MAX;

class RecordStore {
 public:
  explicit RecordStore(uint32_t record_bytes) : record_bytes_((record_bytes + 7) & ~7u) {}

  // Zeroed memory.
  RecordId Allocate();
  // The owner has released what the record holds.
  void Free(RecordId id);
  uint8_t* At(RecordId id) {
    return slabs_[id >> kSlabShift].get() + size_t{id & kSlabMask} * record_bytes_;
  }
  uint32_t live() const { return live_; }
  // All records that live, and others, have an id below this one.
  uint32_t used() const { return used_; }
  size_t bytes() const {
    return slabs_.size() * (size_t{record_bytes_} << kSlabShift) +
           free_.capacity() * sizeof(RecordId);
  }

 private:
  static constexpr uint32_t kSlabShift = 10;
  static constexpr uint32_t kSlabMask = (1u << kSlabShift) - 1;

  struct FreeDeleter {
    void operator()(uint8_t* memory) const { std::free(memory); }
  };

  uint32_t record_bytes_;
  uint32_t used_ = 0;  // records handed out at least once
  uint32_t live_ = 0;
  std::vector<std::unique_ptr<uint8_t, FreeDeleter>> slabs_;
  std::vector<RecordId> free_;
};

}  // namespace varpulis::op
