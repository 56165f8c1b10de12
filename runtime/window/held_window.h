#pragma once

// The rows that one window keeps, oldest first, and when it put out something last.

#include <cstdint>
#include <optional>
#include <set>

#include "base/time.h"
#include "compiler/ir/operators.h"
#include "runtime/operator/kernel_call.h"
#include "runtime/state/state_reader.h"
#include "runtime/state/state_writer.h"
#include "runtime/window/entry_queue.h"
#include "runtime/window/sliding_parts.h"

namespace varpulis::window {

class HeldWindow {
 public:
  // Of a window that hands its rows on.
  explicit HeldWindow(const ir::HeldRows& plan) : plan_(plan), entries_(plan.entry.size) {}
  // Of a window that slides and aggregates; `record` is its own.
  HeldWindow(const ir::SlidingFold& plan, const ir::RecordLayout& record)
      : plan_(plan.held), fold_(&plan), record_(&record), entries_(plan.held.entry.size) {
    parts_.emplace(plan, record);
  }

  void Append(op::KernelCaller& call, const row::RowTable& rows, uint32_t row, size_t variant,
              uint8_t* record);
  void RemoveOldest(op::KernelCaller& call, uint8_t* record);
  // Removes the rows with an earlier time.
  void RemoveBefore(op::KernelCaller& call, TimestampNs time, uint8_t* record);
  // Writes the aggregates over all rows into the record.
  void Combine(op::KernelCaller& call, uint8_t* record, size_t keys);
  void Release(op::KernelCaller& call);

  void Save(state::StateWriter& out) const;
  // Into a new one; at most `limit` rows.
  void Restore(op::KernelCaller& call, state::StateReader& in, int64_t limit);

  size_t size() const { return entries_.size(); }
  const uint8_t* At(size_t i) const { return entries_.At(i); }
  TimestampNs time(size_t i) const { return TimeOf(entries_.At(i)); }
  // Largest time of a row that is still here; there must be one.
  TimestampNs latest() const;
  // Largest time of any row so far.
  TimestampNs newest = kTimeMin;

  // Used by windows that slide.
  TimestampNs last_output = kTimeMin;
  int64_t rows_since_output = 0;
  bool is_due = false;  // a deadline is under way for it

 private:
  TimestampNs TimeOf(const uint8_t* entry) const {
    return *reinterpret_cast<const TimestampNs*>(entry + plan_.entry.slots[0].offset);
  }
  bool IsLate(const uint8_t* entry) const { return entry[plan_.entry.slots[1].offset] != 0; }
  void ReleaseEntry(op::KernelCaller& call, uint8_t* entry);
  void RemoveLate(op::KernelCaller& call, TimestampNs time, uint8_t* record);

  const ir::HeldRows& plan_;
  const ir::SlidingFold* fold_ = nullptr;
  const ir::RecordLayout* record_ = nullptr;
  EntryQueue entries_;
  std::optional<SlidingParts> parts_;
  // Times of the rows that came after one with a later time: they do not leave in order of arrival.
  std::multiset<TimestampNs> late_;
};

}  // namespace varpulis::window
