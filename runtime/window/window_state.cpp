#include "runtime/window/window_state.h"

#include <algorithm>

#include "base/limits.h"

namespace varpulis::window {
namespace {

using base::Earlier;
using base::Later;
using ir::WindowKind;

// Windows that one event may open in one operator before their numbers run into the next event's.
constexpr int kOpeningBits = 20;

}  // namespace

WindowState::WindowState(const ir::AggregateOperator& op, bool marks_batches)
    : windowing_(op.windowing),
      aggregate_(&op),
      marks_batches_(marks_batches),
      store_(static_cast<uint32_t>(sizeof(Header)) + op.windowing.record.size) {}

WindowState::WindowState(const ir::WindowOperator& op, bool marks_batches)
    : windowing_(op.windowing),
      batch_(&op),
      marks_batches_(marks_batches),
      store_(static_cast<uint32_t>(sizeof(Header)) + op.windowing.record.size) {}

TimestampNs& WindowState::TimeSlot(op::RecordId id, uint32_t slot) {
  return *reinterpret_cast<TimestampNs*>(RecordOf(id) + windowing_.record.slots[slot].offset);
}

int64_t WindowState::RowsOf(op::RecordId id) {
  if (HeaderOf(id).held != nullptr) return static_cast<int64_t>(HeldOf(id).size());
  const uint32_t offset = windowing_.record.slots[ir::kRowsSlot].offset;
  return *reinterpret_cast<int64_t*>(RecordOf(id) + offset);
}

// A row that comes too late for its own window belongs to the open one; so does every row of a
// partition that has only one.
op::RecordId WindowState::Find(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                               size_t variant, uint64_t hash) {
  auto chain = index_.find(hash);
  if (chain == index_.end()) return op::kNoRecord;
  for (op::RecordId id = chain->second.head; id != op::kNoRecord; id = HeaderOf(id).link.next) {
    if (windowing_.by_clock && IsOver(id, rows.time(row))) continue;
    if (windowing_.watermarked && IsTooEarly(id, rows.time(row))) continue;
    if (windowing_.same_key.empty()) return id;
    if (call.Test(windowing_.same_key[variant], rows, row, RecordOf(id))) return id;
  }
  return op::kNoRecord;
}

// Whether a row of that time no longer belongs to the window.
bool WindowState::IsOver(op::RecordId id, TimestampNs time) {
  if (windowing_.kind == WindowKind::Tumbling) {
    return base::TimeBetween(TimeSlot(id, ir::kOpenedSlot), time) >= windowing_.size;
  }
  return windowing_.kind == WindowKind::Session &&
         base::TimeBetween(TimeSlot(id, ir::kLastSlot), time) > windowing_.size;
}

// Behind a watermark several sessions may be open: a late row joins one only if it is within its gap.
bool WindowState::IsTooEarly(op::RecordId id, TimestampNs time) {
  return base::TimeBetween(time, TimeSlot(id, ir::kOpenedSlot)) > windowing_.size;
}

// When the clock closes the window: a session when its gap is exceeded. A window that slides is
// forgotten when no row of it can be part of a result any more, and the next row puts out anyway.
TimestampNs WindowState::DueOf(op::RecordId id) {
  if (windowing_.kind == WindowKind::Tumbling || ir::IsOnGrid(windowing_)) {
    return Later(TimeSlot(id, ir::kOpenedSlot), windowing_.size);
  }
  if (windowing_.kind == WindowKind::Session) {
    return Later(Later(TimeSlot(id, ir::kLastSlot), windowing_.size), 1);
  }
  const HeldWindow& held = HeldOf(id);
  return std::max(Later(Later(held.newest, windowing_.size), 1),
                  Later(held.last_output, windowing_.slide));
}

// On a grid keys give the order of equal deadlines, and nothing but its deadline closes a window.
void WindowState::PushDue(op::RecordId id) {
  due_.Push({DueOf(id), ir::IsOnGrid(windowing_) ? 0 : HeaderOf(id).sequence, id});
}

HeldWindow* WindowState::NewHeld() const {
  if (batch_ != nullptr) return new HeldWindow(batch_->held);
  if (!ir::HoldsEntries(windowing_)) return nullptr;
  return new HeldWindow(aggregate_->sliding, windowing_.record);
}

op::RecordId WindowState::Open(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                               size_t variant, uint64_t hash, TimestampNs opened) {
  op::RecordId id = store_.Allocate();
  op::Append(index_, hash, id, LinkOf());
  next_sequence_ = std::max(next_sequence_ + 1, event_ << kOpeningBits);
  HeaderOf(id).sequence = next_sequence_;
  call.Update(windowing_.init[variant], rows, row, RecordOf(id));
  TimeSlot(id, ir::kOpenedSlot) = opened;
  TimeSlot(id, ir::kLastSlot) = rows.time(row);
  HeaderOf(id).held = NewHeld();
  const bool slides = windowing_.kind == WindowKind::Sliding && !ir::IsOnGrid(windowing_);
  if (ir::IsTimed(windowing_.kind) && !slides) {
    PushDue(id);
  } else if (windowing_.kind == WindowKind::Batch) {
    batch_groups_.push_back(id);
  }
  return id;
}

void WindowState::Output(op::KernelCaller& call, op::RecordId id, row::RowTable& out,
                         op::RowConsumer emit) {
  if (batch_ != nullptr) {
    const HeldWindow& held = HeldOf(id);
    for (size_t i = 0; i < held.size(); ++i) {
      emit(call.ProjectFrom(batch_->restore, batch_->held.entry, held.At(i), out, held.time(i)));
    }
  } else {
    if (HeaderOf(id).held != nullptr) {
      HeldOf(id).Combine(call, RecordOf(id), windowing_.keys);
      TimeSlot(id, ir::kLastSlot) = HeldOf(id).latest();
    }
    emit(call.Project(aggregate_->finish, nullptr, 0, RecordOf(id), out,
                      TimeSlot(id, ir::kLastSlot)));
  }
  // The groups of a batch are one batch still.
  if (marks_batches_ && windowing_.kind != WindowKind::Batch) emit(op::kEndOfBatch);
}

void WindowState::Remove(op::KernelCaller& call, op::RecordId id) {
  op::Remove(index_, id, LinkOf());
  HeaderOf(id).sequence = 0;
  if (HeaderOf(id).held != nullptr) {
    held_rows_ -= static_cast<int64_t>(HeldOf(id).size());
    HeldOf(id).Release(call);
    delete HeaderOf(id).held;
  }
  kernel::ReleaseRecord(windowing_.record, RecordOf(id), call.context());
  store_.Free(id);
}

void WindowState::Take(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                       size_t variant, op::RecordId id) {
  TimestampNs& last = TimeSlot(id, ir::kLastSlot);
  last = std::max(last, rows.time(row));
  if (windowing_.watermarked && windowing_.kind == WindowKind::Session) {
    TimestampNs& opened = TimeSlot(id, ir::kOpenedSlot);
    opened = std::min(opened, rows.time(row));
  }
  if (HeaderOf(id).held == nullptr) {
    call.Update(aggregate_->update[variant], rows, row, RecordOf(id));
  } else if (windowing_.kind == WindowKind::Sliding && !ir::IsOnGrid(windowing_) &&
             rows.time(row) < Earlier(HeldOf(id).newest, windowing_.size)) {
    return;  // no result reaches so far back
  } else if (held_rows_ >= limits::kMaxHeldRows) {
    call.CountError(abi::EvalError::Limit);
  } else {
    HeldOf(id).Append(call, rows, row, variant, RecordOf(id));
    ++held_rows_;
  }
}

void WindowState::Add(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                      size_t variant, uint64_t hash, row::RowTable& out, op::RowConsumer emit) {
  if (ir::IsOnGrid(windowing_)) return AddToGrid(call, rows, row, variant, hash);
  op::RecordId id = Find(call, rows, row, variant, hash);
  const TimestampNs time = rows.time(row);
  if (id != op::kNoRecord && IsOver(id, time)) {
    Output(call, id, out, emit);
    Remove(call, id);
    id = op::kNoRecord;
  }
  if (id == op::kNoRecord) id = Open(call, rows, row, variant, hash, time);
  Take(call, rows, row, variant, id);
  switch (windowing_.kind) {
    case WindowKind::None:
      return Output(call, id, out, emit);
    case WindowKind::Count:
      if (RowsOf(id) < windowing_.size) return;
      Output(call, id, out, emit);
      return Remove(call, id);
    case WindowKind::Sliding:
    case WindowKind::SlidingCount:
      return Slide(call, id, time, out, emit);
    case WindowKind::Delay:
      return Delay(call, id, out, emit);
    case WindowKind::Tumbling:
    case WindowKind::Session:
    case WindowKind::Batch:
      return;
  }
}

void WindowState::Slide(op::KernelCaller& call, op::RecordId id, TimestampNs time,
                        row::RowTable& out, op::RowConsumer emit) {
  HeldWindow& held = HeldOf(id);
  ++held.rows_since_output;
  const size_t before = held.size();
  bool puts_out = false;
  if (windowing_.kind == WindowKind::SlidingCount) {
    while (RowsOf(id) > windowing_.size) held.RemoveOldest(call, RecordOf(id));
    puts_out = RowsOf(id) == windowing_.size && held.rows_since_output >= windowing_.slide;
  } else {
    // No later result reaches further back than one at the newest time would.
    held.RemoveBefore(call, Earlier(held.newest, windowing_.size), RecordOf(id));
    puts_out = held.last_output == kTimeMin ||
               base::TimeBetween(held.last_output, time) >= windowing_.slide;
  }
  held_rows_ -= static_cast<int64_t>(before - held.size());
  if (!puts_out) return;
  held.rows_since_output = 0;
  held.last_output = time;
  if (held.size() > 0) Output(call, id, out, emit);
  if (windowing_.kind == WindowKind::SlidingCount || held.is_due) return;
  held.is_due = true;
  PushDue(id);
}

void WindowState::Delay(op::KernelCaller& call, op::RecordId id, row::RowTable& out,
                        op::RowConsumer emit) {
  if (RowsOf(id) <= windowing_.size) return;
  HeldWindow& held = HeldOf(id);
  emit(call.ProjectFrom(batch_->restore, batch_->held.entry, held.At(0), out, held.time(0)));
  held.RemoveOldest(call, RecordOf(id));
  --held_rows_;
  if (marks_batches_) emit(op::kEndOfBatch);
}

void WindowState::CloseBatch(op::KernelCaller& call, row::RowTable& out, op::RowConsumer emit) {
  for (op::RecordId id : batch_groups_) {
    Output(call, id, out, emit);
    Remove(call, id);
  }
  batch_groups_.clear();
}

void WindowState::FireNext(op::KernelCaller& call, row::RowTable& out, op::RowConsumer emit) {
  const Due due = TakeNext();
  const op::RecordId id = due.record;
  fired_ = due;
  if (ir::IsOnGrid(windowing_)) {
    Output(call, id, out, emit);
    return Remove(call, id);
  }
  if (HeaderOf(id).sequence != due.sequence) return;
  // Rows that came since have moved it.
  if (DueOf(id) > due.due) return PushDue(id);
  if (windowing_.kind == WindowKind::Sliding && HeldOf(id).rows_since_output > 0) {
    // Rows that no result has shown yet wait for the next row or the end of the input.
    if (!is_draining_) {
      HeldOf(id).is_due = false;
      return;
    }
    if (HeldOf(id).size() > 0) Output(call, id, out, emit);
  } else if (windowing_.kind != WindowKind::Sliding) {
    Output(call, id, out, emit);
  }
  Remove(call, id);
}

void WindowState::BeginDrain() {
  is_draining_ = true;
  if (windowing_.kind != WindowKind::Sliding || ir::IsOnGrid(windowing_)) return;
  for (op::RecordId id : op::Chained(index_, LinkOf())) {
    if (HeldOf(id).is_due) continue;
    HeldOf(id).is_due = true;
    PushDue(id);
  }
}

void WindowState::Release(op::KernelCaller& call) {
  for (op::RecordId id : op::Chained(index_, LinkOf())) Remove(call, id);
}

// What is held counts as if all of it were in the front of its window.
size_t WindowState::bytes() const {
  size_t per_row = 0;
  if (batch_ != nullptr) {
    per_row = batch_->held.entry.size;
  } else if (ir::HoldsEntries(windowing_)) {
    per_row = aggregate_->sliding.held.entry.size + windowing_.record.size;
  }
  return store_.bytes() + op::IndexBytes(index_) + static_cast<size_t>(held_rows_) * per_row;
}

}  // namespace varpulis::window
