#pragma once

// State of one DistinctOperator: the keys seen last, found by their hash.

#include <cstdint>

#include "base/limits.h"
#include "compiler/ir/operators.h"
#include "runtime/operator/kernel_call.h"
#include "runtime/operator/key_index.h"
#include "runtime/operator/record_store.h"
#include "runtime/state/state_reader.h"
#include "runtime/state/state_writer.h"

namespace varpulis::op {

class DistinctState {
 public:
  // Remembers `capacity` keys; a further one makes it forget the one not seen for longest.
  explicit DistinctState(const ir::DistinctOperator& op,
                         uint32_t capacity = limits::kMaxDistinctKeys);
  DistinctState(const DistinctState&) = delete;
  DistinctState& operator=(const DistinctState&) = delete;

  // True if the key, a row of the operator's table, is not remembered; from now on it is the one seen
  // last.
  bool IsNew(KernelCaller& call, const row::RowTable& keys, uint32_t row);
  // Forgets everything. To be called before the state is destroyed: keys own memory.
  void Release(KernelCaller& call);

  // The keys, the one not seen for longest first. Into a new state; after a failure of the reader
  // nothing may follow but Release.
  void Save(state::StateWriter& out);
  void Restore(KernelCaller& call, state::StateReader& in);

  uint32_t size() const { return store_.live(); }
  size_t bytes() const { return store_.bytes() + IndexBytes(index_); }

 private:
  // In front of every record: its chain, and its neighbours in the order in which keys were seen.
  struct Header {
    ChainLink link;
    RecordId older;
    RecordId newer;
  };

  auto LinkOf() {
    return [this](RecordId id) -> ChainLink& { return HeaderOf(id).link; };
  }
  Header& HeaderOf(RecordId id) { return *reinterpret_cast<Header*>(store_.At(id)); }
  uint8_t* RecordOf(RecordId id) { return store_.At(id) + sizeof(Header); }
  RecordId Find(KernelCaller& call, const row::RowTable& keys, uint32_t row, uint64_t hash);
  void AddNewest(RecordId id);
  void TakeOut(RecordId id);
  void Forget(KernelCaller& call, RecordId id);

  const ir::DistinctOperator& op_;
  const uint32_t capacity_;
  RecordStore store_;
  KeyIndex index_;
  RecordId oldest_ = kNoRecord;
  RecordId newest_ = kNoRecord;
};

}  // namespace varpulis::op
