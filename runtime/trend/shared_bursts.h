#pragma once

// Bursts of events of a closure that several streams of trends have in common (compiler/ir/trend_groups.h): while it
// pays, an event is kept once for all windows of its partition. A window is brought up to date when its
// stream needs it: in front of an event of another kind, and when it is put out or saved. So a stream that
// nothing else happens to costs nothing per event, and every graph becomes what it would have become.

#include <cstdint>
#include <memory>
#include <vector>

#include <absl/container/flat_hash_map.h>

#include "base/time.h"
#include "compiler/ir/trend_plan.h"
#include "runtime/operator/kernel_call.h"
#include "runtime/operator/key_index.h"
#include "runtime/trend/burst.h"
#include "runtime/trend/sharing_choice.h"

namespace varpulis::trend {

class TrendState;

// The windows of all streams of a group that have one key.
struct SharedPartition {
  struct Window {
    TrendState* state;
    op::RecordId id;
  };

  explicit SharedPartition(size_t measure_bytes) : burst(measure_bytes) {}

  uint64_t hash = 0;
  std::unique_ptr<SharedPartition> next;  // of another key with that hash
  std::vector<Window> windows;            // at least one
  Burst burst;                            // what some of them have not seen
  uint64_t length = 0;                    // of the burst: events since one of another kind
  TimestampNs first_opened = kTimeMax;    // of the windows, or of one that has been closed
  bool is_first_gone = false;
};

// Where a window is in it; part of its record.
struct SharedPlace {
  SharedPartition* partition = nullptr;  // null: nowhere
  uint32_t index = 0;                    // into its windows
  uint32_t seen = 0;                     // events of the burst
};

class SharedBursts {
 public:
  // `plan` is that of one of the streams, whose closure is `step`; it outlives the object.
  SharedBursts(const ir::TrendPlan& plan, uint32_t step, Sharing sharing);

  // An event of the closure that passed its filter. True: it is kept for those that it concerns, or concerns
  // nobody. False: it is to be offered to each of the streams.
  bool Take(op::KernelCaller& call, const row::RowTable& rows, uint32_t row, uint64_t hash);

  // A window has been opened, or is about to be removed. It lives in between.
  void Attach(TrendState& state, op::RecordId window, uint64_t hash);
  void Detach(SharedPlace& place);
  // Something other than an event of the closure has happened in the partition.
  void EndBurst(SharedPartition& partition);

  uint64_t kept() const { return kept_; }  // events, once each
  const SharingChoice& choice() const { return choice_; }
  size_t bytes() const {
    return partitions_.size() * sizeof(SharedPartition) + held_ * event_bytes_;
  }

 private:
  SharedPartition* Find(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                        uint64_t hash);
  TimestampNs FirstOpened(SharedPartition& partition);
  // All windows have seen everything.
  void Flush(SharedPartition& partition);
  void Remove(SharedPartition& partition);

  const ir::TrendPlan& plan_;
  const ir::KernelId measure_;
  const size_t event_bytes_;
  SharingChoice choice_;
  absl::flat_hash_map<uint64_t, std::unique_ptr<SharedPartition>, op::IdentityHash> partitions_;
  size_t held_ = 0;  // events in all bursts
  uint64_t kept_ = 0;
};

}  // namespace varpulis::trend
