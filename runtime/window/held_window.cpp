#include "runtime/window/held_window.h"

#include <algorithm>
#include <cstring>

#include "runtime/kernel/kernel_table.h"
#include "runtime/kernel/record_state.h"

namespace varpulis::window {

void HeldWindow::Append(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                        size_t variant, uint8_t* record) {
  uint8_t* entry = entries_.PushBack();
  call.Update(plan_.keep[variant], rows, row, entry);
  const TimestampNs time = rows.time(row);
  *reinterpret_cast<TimestampNs*>(entry + plan_.entry.slots[0].offset) = time;
  if (time < newest) {
    entry[plan_.entry.slots[1].offset] = 1;
    late_.insert(time);
  }
  newest = std::max(newest, time);
  if (parts_) parts_->Append(call, entry);
  if (fold_ != nullptr && fold_->enter != ir::kNoKernel) {
    call.UpdateFrom(fold_->enter, plan_.entry, entry, record);
  }
}

void HeldWindow::ReleaseEntry(op::KernelCaller& call, uint8_t* entry) {
  kernel::ReleaseRecord(plan_.entry, entry, call.context());
}

void HeldWindow::RemoveOldest(op::KernelCaller& call, uint8_t* record) {
  uint8_t* oldest = entries_.At(0);
  if (fold_ != nullptr && fold_->remove != ir::kNoKernel) {
    call.UpdateFrom(fold_->remove, plan_.entry, oldest, record);
  }
  if (parts_) parts_->RemoveOldest(call, entries_);
  if (IsLate(oldest)) late_.erase(late_.find(TimeOf(oldest)));
  ReleaseEntry(call, oldest);
  entries_.PopFront();
}

void HeldWindow::RemoveBefore(op::KernelCaller& call, TimestampNs time, uint8_t* record) {
  while (size() > 0 && TimeOf(entries_.At(0)) < time) RemoveOldest(call, record);
  if (!late_.empty() && *late_.begin() < time) RemoveLate(call, time, record);
}

// Late rows that leave before those in front of them: what was computed of the rows starts anew.
void HeldWindow::RemoveLate(op::KernelCaller& call, TimestampNs time, uint8_t* record) {
  size_t kept = 0;
  for (size_t i = 0; i < entries_.size(); ++i) {
    uint8_t* entry = entries_.At(i);
    if (TimeOf(entry) < time) {
      ReleaseEntry(call, entry);
    } else {
      if (kept != i) std::memcpy(entries_.At(kept), entry, plan_.entry.size);
      ++kept;
    }
  }
  entries_.Truncate(kept);
  late_.erase(late_.begin(), late_.lower_bound(time));
  if (parts_) parts_->Rebuild(call, entries_);
  if (fold_ == nullptr || fold_->enter == ir::kNoKernel) return;
  kernel::ReleaseSets(*record_, record, call.context());
  for (size_t i = 0; i < entries_.size(); ++i) {
    call.UpdateFrom(fold_->enter, plan_.entry, entries_.At(i), record);
  }
}

void HeldWindow::Combine(op::KernelCaller& call, uint8_t* record, size_t keys) {
  kernel::ClearSlots(*record_, record, ir::kWindowHeadSlots + keys, call.context());
  std::memset(record + record_->slots[ir::kRowsSlot].offset, 0, sizeof(int64_t));
  parts_->Combine(call, record);
}

TimestampNs HeldWindow::latest() const {
  if (late_.empty()) return time(size() - 1);
  TimestampNs latest = kTimeMin;
  for (size_t i = 0; i < size(); ++i) latest = std::max(latest, time(i));
  return latest;
}

void HeldWindow::Save(state::StateWriter& out) const {
  out.I64(newest);
  out.I64(last_output);
  out.I64(rows_since_output);
  out.Flag(is_due);
  out.U64(entries_.size());
  for (size_t i = 0; i < entries_.size(); ++i) kernel::SaveRecord(plan_.entry, entries_.At(i), out);
  if (parts_) parts_->Save(out);
}

void HeldWindow::Restore(op::KernelCaller& call, state::StateReader& in, int64_t limit) {
  newest = in.I64();
  last_output = in.I64();
  rows_since_output = in.I64();
  in.Require(rows_since_output >= 0 && rows_since_output <= INT64_MAX / 2,
             "a window with an impossible number of rows");
  is_due = in.Flag();
  const size_t least = kernel::LeastRecordBytes(plan_.entry);
  for (uint64_t left = in.Count(least, static_cast<uint64_t>(limit)); left > 0 && in.ok(); --left) {
    uint8_t* entry = entries_.PushBack();
    kernel::RestoreRecord(plan_.entry, entry, in, call.context());
    if (IsLate(entry)) late_.insert(TimeOf(entry));
  }
  if (parts_) parts_->Restore(call, in, entries_.size());
}

void HeldWindow::Release(op::KernelCaller& call) {
  if (parts_) parts_->Release(call);
  for (size_t i = 0; i < entries_.size(); ++i) ReleaseEntry(call, entries_.At(i));
  entries_.Truncate(0);
}

}  // namespace varpulis::window
