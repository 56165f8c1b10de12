#include "runtime/operator/distinct_state.h"

#include "runtime/kernel/kernel_table.h"
#include "runtime/kernel/record_state.h"

namespace varpulis::op {

DistinctState::DistinctState(const ir::DistinctOperator& op, uint32_t capacity)
    : op_(op),
      capacity_(capacity),
      store_(static_cast<uint32_t>(sizeof(Header)) + op.record.size) {}

RecordId DistinctState::Find(KernelCaller& call, const row::RowTable& keys, uint32_t row,
                             uint64_t hash) {
  const auto chain = index_.find(hash);
  if (chain == index_.end()) return kNoRecord;
  for (RecordId id = chain->second.head; id != kNoRecord; id = HeaderOf(id).link.next) {
    if (call.Test(op_.same_key, keys, row, RecordOf(id))) return id;
  }
  return kNoRecord;
}

void DistinctState::AddNewest(RecordId id) {
  HeaderOf(id).older = newest_;
  HeaderOf(id).newer = kNoRecord;
  (newest_ == kNoRecord ? oldest_ : HeaderOf(newest_).newer) = id;
  newest_ = id;
}

void DistinctState::TakeOut(RecordId id) {
  const Header& header = HeaderOf(id);
  (header.older == kNoRecord ? oldest_ : HeaderOf(header.older).newer) = header.newer;
  (header.newer == kNoRecord ? newest_ : HeaderOf(header.newer).older) = header.older;
}

void DistinctState::Forget(KernelCaller& call, RecordId id) {
  TakeOut(id);
  Remove(index_, id, LinkOf());
  kernel::ReleaseRecord(op_.record, RecordOf(id), call.context());
  store_.Free(id);
}

bool DistinctState::IsNew(KernelCaller& call, const row::RowTable& keys, uint32_t row) {
  const auto hash = static_cast<uint64_t>(call.Int(op_.hash, keys, row));
  const RecordId known = Find(call, keys, row, hash);
  if (known != kNoRecord) {
    TakeOut(known);
    AddNewest(known);
    return false;
  }
  if (store_.live() >= capacity_) Forget(call, oldest_);
  const RecordId id = store_.Allocate();
  Append(index_, hash, id, LinkOf());
  AddNewest(id);
  call.Update(op_.init, keys, row, RecordOf(id));
  return true;
}

void DistinctState::Save(state::StateWriter& out) {
  out.U64(store_.live());
  for (RecordId id = oldest_; id != kNoRecord; id = HeaderOf(id).newer) {
    out.U64(HeaderOf(id).link.hash);
    kernel::SaveRecord(op_.record, RecordOf(id), out);
  }
}

void DistinctState::Restore(KernelCaller& call, state::StateReader& in) {
  for (uint64_t left = in.Count(sizeof(uint64_t), capacity_); left > 0 && in.ok(); --left) {
    const uint64_t hash = in.U64();
    const RecordId id = store_.Allocate();
    Append(index_, hash, id, LinkOf());
    AddNewest(id);
    kernel::RestoreRecord(op_.record, RecordOf(id), in, call.context());
  }
}

void DistinctState::Release(KernelCaller& call) {
  while (oldest_ != kNoRecord) Forget(call, oldest_);
}

}  // namespace varpulis::op
