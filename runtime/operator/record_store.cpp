#include "runtime/operator/record_store.h"

#include "base/check.h"

namespace varpulis::op {

RecordId RecordStore::Allocate() {
  ++live_;
  if (!free_.empty()) {
    RecordId id = free_.back();
    free_.pop_back();
    std::memset(At(id), 0, record_bytes_);
    return id;
  }
  if ((used_ >> kSlabShift) == slabs_.size()) {
    auto* slab = static_cast<uint8_t*>(std::calloc(1u << kSlabShift, record_bytes_));
    VPL_CHECK(slab != nullptr, "out of memory for records of {} bytes", record_bytes_);
    slabs_.emplace_back(slab);
  }
  return used_++;
}

void RecordStore::Free(RecordId id) {
  VPL_DCHECK(live_ > 0);
  --live_;
  free_.push_back(id);
}

}  // namespace varpulis::op
