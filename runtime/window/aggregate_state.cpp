#include "runtime/window/aggregate_state.h"

#include <algorithm>

namespace varpulis::window {
namespace {

constexpr uint32_t kOpenedSlot = 0;
constexpr uint32_t kLastSlot = 1;
constexpr uint32_t kRowsSlot = 2;

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
  for (op::RecordId id = chain->second.head; id != op::kNoRecord; id = HeaderOf(id).next) {
    if (op_.same_key.empty()) return id;
    if (call.Test(op_.same_key[variant], rows, row, RecordOf(id))) return id;
  }
  return op::kNoRecord;
}

op::RecordId AggregateState::Open(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                                  size_t variant, uint64_t hash) {
  op::RecordId id = store_.Allocate();
  Header& header = HeaderOf(id);
  header = {hash, next_sequence_++, op::kNoRecord, op::kNoRecord};
  op::Chain& chain = index_[hash];
  header.previous = chain.tail;
  (chain.tail == op::kNoRecord ? chain.head : HeaderOf(chain.tail).next) = id;
  chain.tail = id;
  ++chain.count;
  call.Update(op_.init[variant], rows, row, RecordOf(id));
  TimeSlot(id, kOpenedSlot) = rows.time(row);
  TimeSlot(id, kLastSlot) = rows.time(row);
  if (op_.window == ir::WindowKind::Tumbling) {
    TimestampNs due = 0;
    if (__builtin_add_overflow(rows.time(row), op_.size, &due)) due = kTimeMax;
    due_.push({due, header.sequence, id});
  }
  return id;
}

void AggregateState::Output(op::KernelCaller& call, op::RecordId id, row::RowTable& out,
                            op::RowConsumer emit) {
  emit(call.Project(op_.finish, nullptr, 0, RecordOf(id), out, TimeSlot(id, kLastSlot)));
}

void AggregateState::Remove(op::KernelCaller& call, op::RecordId id) {
  Header& header = HeaderOf(id);
  auto chain = index_.find(header.hash);
  (header.previous == op::kNoRecord ? chain->second.head : HeaderOf(header.previous).next) = header.next;
  (header.next == op::kNoRecord ? chain->second.tail : HeaderOf(header.next).previous) = header.previous;
  if (--chain->second.count == 0) index_.erase(chain);
  header.sequence = 0;
  kernel::ReleaseRecord(op_.record, RecordOf(id), call.context());
  store_.Free(id);
}

void AggregateState::Add(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                         size_t variant, uint64_t hash, row::RowTable& out, op::RowConsumer emit) {
  op::RecordId id = Find(call, rows, row, variant, hash);
  TimestampNs time = rows.time(row);
  if (id != op::kNoRecord && op_.window == ir::WindowKind::Tumbling &&
      time - TimeSlot(id, kOpenedSlot) >= op_.size) {
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

void AggregateState::Fire(op::KernelCaller& call, TimestampNs clock, row::RowTable& out,
                          op::RowConsumer emit) {
  while (!due_.empty() && due_.top().due <= clock) {
    Due due = due_.top();
    due_.pop();
    if (HeaderOf(due.record).sequence != due.sequence) continue;
    Output(call, due.record, out, emit);
    Remove(call, due.record);
  }
}

void AggregateState::Release(op::KernelCaller& call) {
  std::vector<op::RecordId> open;
  for (const auto& [hash, chain] : index_) {
    for (op::RecordId id = chain.head; id != op::kNoRecord; id = HeaderOf(id).next) open.push_back(id);
  }
  for (op::RecordId id : open) Remove(call, id);
}

}  // namespace varpulis::window
