#pragma once

// State of one stream of trends (language.md 8.1): a window per partition, opened by an event that may
// begin a trend, closed by the clock or by an event of its own partition at or past its end (decision
// D17). Each has a graph of its own, which ends with it.

#include <cstdint>
#include <memory>
#include <vector>

#include "base/time.h"
#include "compiler/ir/trend_plan.h"
#include "runtime/operator/kernel_call.h"
#include "runtime/operator/key_index.h"
#include "runtime/operator/record_store.h"
#include "runtime/operator/row_consumer.h"
#include "runtime/trend/shared_bursts.h"
#include "runtime/trend/trend_graph.h"
#include "runtime/window/due_queue.h"

namespace varpulis::trend {

struct TrendCounters {
  uint64_t opened = 0;  // windows
  uint64_t dropped =
      0;  // events for which there was no room (limits::kMaxTrendVertices and -Windows)
  uint64_t shared = 0;  // events that were kept once for this stream and others, by this engine
};

class TrendState {
 public:
  // `plan` outlives the object.
  explicit TrendState(const ir::TrendPlan& plan);
  TrendState(const TrendState&) = delete;
  TrendState& operator=(const TrendState&) = delete;

  // Before all else: the step's events may be kept by `bursts`, which outlives the windows.
  void Share(SharedBursts& bursts, uint32_t step) {
    bursts_ = &bursts;
    shared_step_ = step;
  }

  // Offers one row that passed the event-local filters of `hits`; `hash` is that of its partition, 0
  // without partitioning. Rows of windows are written to `out` and handed to `emit`.
  void Offer(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
             const std::vector<TrendHit>& hits, uint64_t hash, row::RowTable& out,
             op::RowConsumer emit);

  // Arrival number of the event that causes the following calls of Offer: windows are numbered by it.
  void set_event(uint64_t event) { event_ = event; }

  // Earliest end of a window, kTimeMax if there is none.
  TimestampNs next_due() const { return due_.empty() ? kTimeMax : due_.front().due; }
  // Closes the windows that end at or before the clock, in order of (end, creation).
  void Fire(op::KernelCaller& call, TimestampNs clock, row::RowTable& out, op::RowConsumer emit);
  // Of the window that Fire is just putting out.
  TimestampNs fired_due() const { return fired_.due; }
  uint64_t fired_sequence() const { return fired_.sequence; }
  // Releases all windows.
  void Release(op::KernelCaller& call);

  // Between two events: open windows and what has been counted. A state is restored from one part for
  // each engine that saved some of it, and FinishRestore; after a failure of the reader nothing may follow
  // but Release. trend_restore.cpp
  void Save(state::StateWriter& out);
  void Restore(op::KernelCaller& call, state::StateReader& in, const op::RestoredPart& part);
  void FinishRestore();

  // For SharedBursts, of windows that are open. The window has the key of a row of the shared closure; two
  // windows, also of different streams, have one key; the window sees what has been kept for it.
  bool HasKeyOf(op::KernelCaller& call, const row::RowTable& rows, uint32_t row, op::RecordId id) {
    const ir::KernelId same_key = plan_.kernels[shared_step_].front().same_key;
    return same_key == ir::kNoKernel || call.Test(same_key, rows, row, RecordOf(id));
  }
  bool HasKeyOf(op::RecordId id, TrendState& other, op::RecordId other_id);
  void CatchUp(op::RecordId id);
  SharedPlace& PlaceOf(op::RecordId id) { return HeadOf(id).place; }
  TimestampNs OpenedAt(op::RecordId id) { return TimeSlot(id, ir::kTrendOpenedSlot); }

  TrendCounters counters() const;
  uint32_t open() const { return store_.live(); }
  size_t bytes() const;

 private:
  struct Head {
    op::ChainLink link;
    uint64_t sequence;  // tells a deadline whether its window is still the same; 0: none
    Graph* graph;       // owned
    SharedPlace place;
  };

  auto LinkOf() {
    return [this](op::RecordId id) -> op::ChainLink& { return HeadOf(id).link; };
  }
  Head& HeadOf(op::RecordId id) { return *reinterpret_cast<Head*>(store_.At(id)); }
  uint8_t* RecordOf(op::RecordId id) { return store_.At(id) + sizeof(Head); }
  TimestampNs& TimeSlot(op::RecordId id, uint32_t slot) {
    return *reinterpret_cast<TimestampNs*>(RecordOf(id) + plan_.window.slots[slot].offset);
  }
  op::RecordId Find(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                    const TrendHit& hit, uint64_t hash);
  op::RecordId Open(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                    const TrendHit& hit, uint64_t hash);
  TimestampNs DueOf(op::RecordId id) {
    return base::Later(TimeSlot(id, ir::kTrendOpenedSlot), plan_.within);
  }
  void Output(op::KernelCaller& call, op::RecordId id, bool is_final, row::RowTable& out,
              op::RowConsumer emit);
  void Remove(op::KernelCaller& call, op::RecordId id);

  const ir::TrendPlan& plan_;
  const uint32_t first_term_;       // slot of a window's record
  SharedBursts* bursts_ = nullptr;  // null: nothing is shared
  uint32_t shared_step_ = 0;
  TrendGraphs graphs_;
  op::RecordStore store_;
  op::KeyIndex index_;
  window::DueQueue due_;
  uint64_t event_ = 0;
  uint64_t next_sequence_ = 0;
  window::Due fired_{};
  TrendCounters counters_;
};

}  // namespace varpulis::trend
