#pragma once

// What the mergeable aggregates of a sliding window know of its rows, so that a row costs the same
// however long the window is. Rows enter at the back and leave at the front; nothing is subtracted,
// so that a large value leaves no trace in a sum when it has left:
//
//   oldest ........................ newest
//   |  front: one record per row,  |  back: one record  |
//   |  of it and what follows in   |  of all its rows   |
//   |  the front                   |                    |
//
// When the front is used up, the rows of the back become the next front.

#include <cstdint>
#include <vector>

#include "compiler/ir/operators.h"
#include "runtime/operator/kernel_call.h"
#include "runtime/state/state_reader.h"
#include "runtime/state/state_writer.h"
#include "runtime/window/entry_queue.h"

namespace varpulis::window {

class SlidingParts {
 public:
  // Records have that layout; plan and layout outlive this.
  SlidingParts(const ir::SlidingFold& plan, const ir::RecordLayout& layout)
      : plan_(plan), layout_(layout), back_(layout.size) {}

  // The entry is the newest one.
  void Append(op::KernelCaller& call, const uint8_t* entry);
  // The oldest of the entries leaves; it is still among them.
  void RemoveOldest(op::KernelCaller& call, const EntryQueue& entries);
  // Entries have changed otherwise.
  void Rebuild(op::KernelCaller& call, const EntryQueue& entries);
  // Appends all rows to those of the record.
  void Combine(op::KernelCaller& call, uint8_t* record);
  void Release(op::KernelCaller& call);
  // As they are: parts cut elsewhere would add up to other bits.
  void Save(state::StateWriter& out) const;
  // Into a new one, of a window of so many entries.
  void Restore(op::KernelCaller& call, state::StateReader& in, size_t entries);

 private:
  void MakeFront(op::KernelCaller& call, const EntryQueue& entries);
  uint8_t* FrontTop() { return front_.data() + front_.size() - layout_.size; }
  void PopFront(op::KernelCaller& call);
  void ClearBack(op::KernelCaller& call);

  const ir::SlidingFold& plan_;
  const ir::RecordLayout& layout_;
  std::vector<uint8_t> front_;  // the record of the oldest row is the last one
  std::vector<uint8_t> back_;
  size_t back_rows_ = 0;
};

}  // namespace varpulis::window
