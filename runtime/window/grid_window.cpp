// Windows that lie on a grid, because their stream has a watermark (decision D17).

#include <algorithm>

#include "compiler/ir/key_hash.h"
#include "runtime/kernel/order.h"
#include "runtime/window/window_state.h"

namespace varpulis::window {
namespace {

using base::Earlier;
using base::Later;

// The last multiple of `step` that is not behind `time`.
TimestampNs GridTime(TimestampNs time, DurationNs step) {
  const int64_t before = time % step < 0 ? 1 : 0;
  TimestampNs at = 0;
  return __builtin_mul_overflow(time / step - before, step, &at) ? kTimeMin : at;
}

uint64_t HashOnGrid(uint64_t key, TimestampNs opened) {
  return static_cast<uint64_t>(
      ir::CombineHash(static_cast<int64_t>(key), ir::HashTimestamp(opened)));
}

}  // namespace

op::RecordId WindowState::FindOnGrid(op::KernelCaller& call, const row::RowTable& rows,
                                     uint32_t row, size_t variant, uint64_t hash,
                                     TimestampNs opened) {
  const auto chain = index_.find(hash);
  if (chain == index_.end()) return op::kNoRecord;
  for (op::RecordId id = chain->second.head; id != op::kNoRecord; id = HeaderOf(id).link.next) {
    if (TimeSlot(id, ir::kOpenedSlot) != opened) continue;
    if (windowing_.same_key.empty()) return id;
    if (call.Test(windowing_.same_key[variant], rows, row, RecordOf(id))) return id;
  }
  return op::kNoRecord;
}

// The row goes into all windows [opened, opened + size) that cover its time and that the clock has not
// closed, whether they have had a row before or not.
void WindowState::AddToGrid(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                            size_t variant, uint64_t hash) {
  const TimestampNs time = rows.time(row);
  const DurationNs step =
      windowing_.kind == ir::WindowKind::Sliding ? windowing_.slide : windowing_.size;
  bool is_covered = false;
  bool is_taken = false;
  for (TimestampNs opened = GridTime(time, step); opened > Earlier(time, windowing_.size);
       opened = Earlier(opened, step)) {
    is_covered = true;
    if (Later(opened, windowing_.size) <= clock_) break;
    const uint64_t place = HashOnGrid(hash, opened);
    op::RecordId id = FindOnGrid(call, rows, row, variant, place, opened);
    if (id == op::kNoRecord) id = Open(call, rows, row, variant, place, opened);
    Take(call, rows, row, variant, id);
    is_taken = true;
  }
  if (is_covered && !is_taken) ++late_;
}

bool WindowState::SortsBefore(op::RecordId a, op::RecordId b) {
  for (size_t key = 0; key < windowing_.keys; ++key) {
    const ir::RecordSlot& slot = windowing_.record.slots[ir::kWindowHeadSlots + key];
    const auto read = [&](op::RecordId id) {
      const uint8_t* record = RecordOf(id);
      const uint8_t state =
          slot.state_offset == ir::kNoState ? abi::kPresent : record[slot.state_offset];
      return row::ReadCell(slot.type, record + slot.offset, state);
    };
    if (kernel::SortsBefore(read(a), read(b))) return true;
    if (kernel::SortsBefore(read(b), read(a))) return false;
  }
  return false;
}

// Windows of one end come in the order of their keys.
void WindowState::MakeReady() {
  const TimestampNs end = due_.front().due;
  for (; !due_.empty() && due_.front().due == end; due_.Pop()) ready_.push_back(due_.front());
  std::sort(ready_.begin(), ready_.end(), [this](const Due& a, const Due& b) {
    if (SortsBefore(b.record, a.record)) return true;
    if (SortsBefore(a.record, b.record)) return false;
    // Keys that sort alike, such as two maps.
    return HeaderOf(a.record).sequence > HeaderOf(b.record).sequence;
  });
}

Due WindowState::TakeNext() {
  if (ir::IsOnGrid(windowing_)) {
    if (ready_.empty()) MakeReady();
    const Due next = ready_.back();
    ready_.pop_back();
    return next;
  }
  const Due next = due_.front();
  due_.Pop();
  return next;
}

}  // namespace varpulis::window
