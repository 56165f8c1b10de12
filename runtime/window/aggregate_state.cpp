#include "runtime/window/aggregate_state.h"

#include <algorithm>

namespace varpulis::window {
namespace {

constexpr uint32_t kOpenedSlot = 0;
constexpr uint32_t kLastSlot = 1;
constexpr uint32_t kRowsSlot = 2;
// Windows that one event may open in one operator before their numbers run into the next event's.
constexpr int kOpeningBits = 20;

}  // namespace

AggregateState::AggregateState(const ir::AggregateOperator& op)
    : op_(op), store_(static_cast<uint32_t>(sizeof(Header)) + op.record.size) {}

TimestampNs& AggregateState::TimeSlot(op::RecordId id, uint32_t slot) {
  return *reinterpret_cast<TimestampNs*>(RecordOf(id) + op_.record.slots[slot].offset);
}

int64_t AggregateState::RowsOf(op::RecordId id) {
  return *reinterpret_cast<int64_t*>(RecordOf(id) + op_.record.slots[kRowsSlot].offset);
}

op::RecordId AggregateState::Find(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                                  size_t variant, uint64_t hash) {
  auto chain = index_.find(hash);
  if (chain == index_.end()) return op::kNoRecord;
  for (op::RecordId id = chain->second.head; id != op::kNoRecord; id = HeaderOf(id).link.next) {
    if (op_.same_key.empty()) return id;
    if (call.Test(op_.same_key[variant], rows, row, RecordOf(id))) return id;
  }
  return op::kNoRecord;
}

op::RecordId AggregateState::Open(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                                  size_t variant, uint64_t hash) {
  op::RecordId id = store_.Allocate();
  op::Append(index_, hash, id, LinkOf());
  next_sequence_ = std::max(next_sequence_ + 1, event_ << kOpeningBits);
  HeaderOf(id).sequence = next_sequence_;
  call.Update(op_.init[variant], rows, row, RecordOf(id));
  TimeSlot(id, kOpenedSlot) = rows.time(row);
  TimeSlot(id, kLastSlot) = rows.time(row);
  if (op_.window == ir::WindowKind::Tumbling) {
    TimestampNs due = 0;
    if (__builtin_add_overflow(rows.time(row), op_.size, &due)) due = kTimeMax;
    due_.Push({due, HeaderOf(id).sequence, id});
  }
  return id;
}

void AggregateState::Output(op::KernelCaller& call, op::RecordId id, row::RowTable& out,
                            op::RowConsumer emit) {
  emit(call.Project(op_.finish, nullptr, 0, RecordOf(id), out, TimeSlot(id, kLastSlot)));
}

void AggregateState::Remove(op::KernelCaller& call, op::RecordId id) {
  op::Remove(index_, id, LinkOf());
  HeaderOf(id).sequence = 0;
  kernel::ReleaseRecord(op_.record, RecordOf(id), call.context());
  store_.Free(id);
}

void AggregateState::Add(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                         size_t variant, uint64_t hash, row::RowTable& out, op::RowConsumer emit) {
  op::RecordId id = Find(call, rows, row, variant, hash);
  TimestampNs time = rows.time(row);
  if (id != op::kNoRecord && op_.window == ir::WindowKind::Tumbling &&
      base::TimeBetween(TimeSlot(id, kOpenedSlot), time) >= op_.size) {
    Output(call, id, out, emit);
    Remove(call, id);
    id = op::kNoRecord;
  }
  if (id == op::kNoRecord) id = Open(call, rows, row, variant, hash);
  call.Update(op_.update[variant], rows, row, RecordOf(id));
  TimestampNs& last = TimeSlot(id, kLastSlot);
  last = std::max(last, time);
  if (op_.window == ir::WindowKind::None) {
    Output(call, id, out, emit);
  } else if (op_.window == ir::WindowKind::Count && RowsOf(id) >= op_.size) {
    Output(call, id, out, emit);
    Remove(call, id);
  }
}

void AggregateState::FireNext(op::KernelCaller& call, row::RowTable& out, op::RowConsumer emit) {
  const Due due = due_.front();
  due_.Pop();
  if (HeaderOf(due.record).sequence != due.sequence) return;
  fired_ = due;
  Output(call, due.record, out, emit);
  Remove(call, due.record);
}

void AggregateState::Release(op::KernelCaller& call) {
  for (op::RecordId id : op::Chained(index_, LinkOf())) Remove(call, id);
}

}  // namespace varpulis::window
