#pragma once

// State of one AggregateOperator or WindowOperator: one record per open window (or running group),
// found by key hash, closed by deadline, by count or by an event of its own partition (decision D17). Windows
// on a grid are found by the hash of key and beginning.

#include <cstdint>
#include <memory>
#include <vector>

#include "base/time.h"
#include "compiler/ir/operators.h"
#include "runtime/operator/kernel_call.h"
#include "runtime/operator/key_index.h"
#include "runtime/operator/record_store.h"
#include "runtime/operator/restored_part.h"
#include "runtime/operator/row_consumer.h"
#include "runtime/state/state_reader.h"
#include "runtime/state/state_writer.h"
#include "runtime/window/due_queue.h"
#include "runtime/window/held_window.h"

namespace varpulis::window {

class WindowState {
 public:
  // With `marks_batches` each batch of rows that goes out ends with op::kEndOfBatch.
  WindowState(const ir::AggregateOperator& op, bool marks_batches);
  WindowState(const ir::WindowOperator& op, bool marks_batches);
  WindowState(const WindowState&) = delete;
  WindowState& operator=(const WindowState&) = delete;

  // Takes one row in; `hash` is its key hash (0 without partitioning). Rows for closed windows go to
  // `out` and then to `emit`, before the row opens or enters its own window.
  void Add(op::KernelCaller& call, const row::RowTable& rows, uint32_t row, size_t variant,
           uint64_t hash, row::RowTable& out, op::RowConsumer emit);
  // Kind Batch: what was added since the last time goes out, in order of the keys' first rows.
  void CloseBatch(op::KernelCaller& call, row::RowTable& out, op::RowConsumer emit);

  // Arrival number of the event that causes the following calls of Add. Windows are numbered by the
  // event that opened them, so that their order does not depend on what else this state holds.
  void set_event(uint64_t event) { event_ = event; }

  // On a grid: where the clock stands during the following calls of Add. What it has closed stays closed: a
  // row that belongs to nothing else is dropped and counted.
  void set_clock(TimestampNs clock) { clock_ = clock; }
  uint64_t late() const { return late_; }

  // Earliest deadline, kTimeMax if there is none. It may turn out to have moved.
  TimestampNs next_due() const { return HasDue() ? next().due : kTimeMax; }
  bool IsDue(TimestampNs clock) const { return HasDue() && next().due <= clock; }
  // The deadline that comes next; there must be one. Its window may have closed since.
  const Due& next() const { return ready_.empty() ? due_.front() : ready_.back(); }
  // Closes the window of that deadline, if it is still open and due.
  void FireNext(op::KernelCaller& call, row::RowTable& out, op::RowConsumer emit);
  // Of the window whose rows FireNext is just emitting.
  TimestampNs fired_due() const { return fired_.due; }
  uint64_t fired_sequence() const { return fired_.sequence; }
  // End of input, before the last deadlines are fired: windows that slide put out what they have not.
  void BeginDrain();
  // Partial count windows are discarded, tumbling ones were fired by the last clock.
  void Release(op::KernelCaller& call);

  // Between two batches, before the end of the input: open windows and what has been counted. A state is
  // restored from one part for each engine that saved some of it, and FinishRestore; after a failure of
  // the reader nothing may follow but Release. window_restore.cpp
  void Save(state::StateWriter& out);
  void Restore(op::KernelCaller& call, state::StateReader& in, const op::RestoredPart& part);
  void FinishRestore();

  uint32_t open() const { return store_.live(); }
  size_t bytes() const;

 private:
  // In front of every record. `sequence` tells a deadline whether its record is still the same.
  struct Header {
    op::ChainLink link;
    uint64_t sequence;
    HeldWindow* held;  // owned; null for windows that only fold
  };

  auto LinkOf() {
    return [this](op::RecordId id) -> op::ChainLink& { return HeaderOf(id).link; };
  }
  Header& HeaderOf(op::RecordId id) { return *reinterpret_cast<Header*>(store_.At(id)); }
  HeldWindow& HeldOf(op::RecordId id) { return *HeaderOf(id).held; }
  uint8_t* RecordOf(op::RecordId id) { return store_.At(id) + sizeof(Header); }
  TimestampNs& TimeSlot(op::RecordId id, uint32_t slot);
  int64_t RowsOf(op::RecordId id);
  op::RecordId Find(op::KernelCaller& call, const row::RowTable& rows, uint32_t row, size_t variant,
                    uint64_t hash);
  op::RecordId Open(op::KernelCaller& call, const row::RowTable& rows, uint32_t row, size_t variant,
                    uint64_t hash, TimestampNs opened);
  // What the window needs beside its record.
  HeldWindow* NewHeld() const;
  // grid_window.cpp
  void AddToGrid(op::KernelCaller& call, const row::RowTable& rows, uint32_t row, size_t variant,
                 uint64_t hash);
  op::RecordId FindOnGrid(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                          size_t variant, uint64_t hash, TimestampNs opened);
  void MakeReady();
  bool SortsBefore(op::RecordId a, op::RecordId b);
  bool HasDue() const { return !ready_.empty() || !due_.empty(); }
  Due TakeNext();
  bool IsOver(op::RecordId id, TimestampNs time);
  bool IsTooEarly(op::RecordId id, TimestampNs time);
  void Take(op::KernelCaller& call, const row::RowTable& rows, uint32_t row, size_t variant,
            op::RecordId id);
  void Slide(op::KernelCaller& call, op::RecordId id, TimestampNs time, row::RowTable& out,
             op::RowConsumer emit);
  void Delay(op::KernelCaller& call, op::RecordId id, row::RowTable& out, op::RowConsumer emit);
  TimestampNs DueOf(op::RecordId id);
  void PushDue(op::RecordId id);
  void Output(op::KernelCaller& call, op::RecordId id, row::RowTable& out, op::RowConsumer emit);
  void Remove(op::KernelCaller& call, op::RecordId id);

  const ir::Windowing& windowing_;
  const ir::AggregateOperator* aggregate_ = nullptr;  // one of the two
  const ir::WindowOperator* batch_ = nullptr;
  const bool marks_batches_;
  op::RecordStore store_;
  op::KeyIndex index_;
  DueQueue due_;
  std::vector<Due> ready_;  // on a grid: windows of one end whose turn it is, the last one first
  TimestampNs clock_ = kTimeMin;
  uint64_t late_ = 0;
  std::vector<op::RecordId> batch_groups_;  // kind Batch
  int64_t held_rows_ = 0;
  uint64_t next_sequence_ = 0;
  uint64_t event_ = 0;
  bool is_draining_ = false;
  Due fired_{};
};

}  // namespace varpulis::window
