#include "runtime/trend/trend_state.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "runtime/kernel/cell_ops.h"
#include "runtime/kernel/kernel_table.h"

namespace varpulis::trend {
namespace {

// Windows that one event may open before their numbers run into the next event's.
constexpr int kOpeningBits = 20;

uint32_t FirstTerm(const ir::TrendPlan& plan) {
  auto first = static_cast<uint32_t>(plan.window.slots.size());
  for (const ir::TrendTerm& term : plan.terms) first = std::min(first, term.slot);
  return first;
}

}  // namespace

TrendState::TrendState(const ir::TrendPlan& plan)
    : plan_(plan),
      first_term_(FirstTerm(plan)),
      graphs_(plan),
      store_(static_cast<uint32_t>(sizeof(Head)) + plan.window.size) {}

op::RecordId TrendState::Find(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                              const TrendHit& hit, uint64_t hash) {
  const auto chain = index_.find(hash);
  if (chain == index_.end()) return op::kNoRecord;
  const ir::KernelId same_key = plan_.kernels[hit.step][hit.input].same_key;
  for (op::RecordId id = chain->second.head; id != op::kNoRecord; id = HeadOf(id).link.next) {
    if (same_key == ir::kNoKernel || call.Test(same_key, rows, row, RecordOf(id))) return id;
  }
  return op::kNoRecord;
}

op::RecordId TrendState::Open(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                              const TrendHit& hit, uint64_t hash) {
  if (store_.live() >= limits::kMaxTrendWindows) {
    ++counters_.dropped;
    call.CountError(abi::EvalError::Limit);
    return op::kNoRecord;
  }
  const op::RecordId id = store_.Allocate();
  op::Append(index_, hash, id, LinkOf());
  next_sequence_ = std::max(next_sequence_ + 1, event_ << kOpeningBits);
  Head& head = HeadOf(id);
  head.sequence = next_sequence_;
  head.graph = graphs_.Open().release();
  const ir::KernelId init = plan_.kernels[hit.step][hit.input].init;
  if (init != ir::kNoKernel) call.Update(init, rows, row, RecordOf(id));
  TimeSlot(id, ir::kTrendOpenedSlot) = rows.time(row);
  TimeSlot(id, ir::kTrendLastSlot) = rows.time(row);
  return id;
}

void TrendState::Offer(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                       const std::vector<TrendHit>& hits, uint64_t hash, row::RowTable& out,
                       op::RowConsumer emit) {
  const TimestampNs time = rows.time(row);
  op::RecordId id = Find(call, rows, row, hits.front(), hash);
  if (id != op::kNoRecord &&
      base::TimeBetween(TimeSlot(id, ir::kTrendOpenedSlot), time) >= plan_.within) {
    Output(call, id, true, out, emit);
    Remove(call, id);
    id = op::kNoRecord;
  }
  if (id != op::kNoRecord) {
    CatchUp(id);
    if (bursts_ != nullptr && hits.front().step != shared_step_)
      bursts_->EndBurst(*PlaceOf(id).partition);
  }
  const bool is_new = id == op::kNoRecord;
  if (is_new) {
    const bool may_begin = std::any_of(
        hits.begin(), hits.end(), [&](const TrendHit& hit) { return graphs_.MayBegin(hit.step); });
    if (may_begin) id = Open(call, rows, row, hits.front(), hash);
    if (id == op::kNoRecord) return;
  }
  const TrendGraphs::Effect effect = graphs_.Offer(call, rows, row, hits, *HeadOf(id).graph);
  if (!effect.is_taken) {
    if (is_new) Remove(call, id);
    return;
  }
  if (is_new) {
    ++counters_.opened;
    due_.Push({DueOf(id), HeadOf(id).sequence, id});
    if (bursts_ != nullptr) bursts_->Attach(*this, id, hash);
  }
  TimestampNs& last = TimeSlot(id, ir::kTrendLastSlot);
  last = std::max(last, time);
  if (plan_.updates && effect.completes) Output(call, id, false, out, emit);
}

// A window without a trend has no row.
void TrendState::Output(op::KernelCaller& call, op::RecordId id, bool is_final, row::RowTable& out,
                        op::RowConsumer emit) {
  CatchUp(id);
  const Graph& graph = *HeadOf(id).graph;
  if (!graphs_.HasTrends(graph)) return;
  uint8_t* record = RecordOf(id);
  graphs_.Store(graph, record);
  record[plan_.window.slots[ir::kTrendFinalSlot].offset] = is_final ? 1 : 0;
  emit(call.Project(plan_.finish, nullptr, 0, record, out, TimeSlot(id, ir::kTrendLastSlot)));
}

bool TrendState::HasKeyOf(op::RecordId id, TrendState& other, op::RecordId other_id) {
  // Keys stand between the head and the terms.
  for (uint32_t slot = ir::kTrendHeadSlots; slot < first_term_; ++slot) {
    const auto cell = [slot](TrendState& state, op::RecordId window) -> const abi::Cell& {
      const uint32_t offset = state.plan_.window.slots[slot].offset;
      return *reinterpret_cast<const abi::Cell*>(state.RecordOf(window) + offset);
    };
    if (!kernel::EqualKeys(cell(*this, id), cell(other, other_id))) return false;
  }
  return true;
}

void TrendState::CatchUp(op::RecordId id) {
  Head& head = HeadOf(id);
  if (head.place.partition == nullptr) return;
  const Burst& burst = head.place.partition->burst;
  const uint32_t seen = std::exchange(head.place.seen, burst.size());
  if (seen == burst.size() || !graphs_.Extend(*head.graph, shared_step_, burst, seen)) return;
  TimestampNs& last = TimeSlot(id, ir::kTrendLastSlot);
  last = std::max(last, burst.last_time(seen));
}

void TrendState::Remove(op::KernelCaller& call, op::RecordId id) {
  Head& head = HeadOf(id);
  if (head.place.partition != nullptr) bursts_->Detach(head.place);
  graphs_.Close(call, *head.graph);
  delete head.graph;
  head.graph = nullptr;
  head.sequence = 0;
  op::Remove(index_, id, LinkOf());
  kernel::ReleaseRecord(plan_.window, RecordOf(id), call.context());
  store_.Free(id);
}

void TrendState::Fire(op::KernelCaller& call, TimestampNs clock, row::RowTable& out,
                      op::RowConsumer emit) {
  while (!due_.empty() && due_.front().due <= clock) {
    fired_ = due_.front();
    due_.Pop();
    if (HeadOf(fired_.record).sequence != fired_.sequence) continue;
    Output(call, fired_.record, true, out, emit);
    Remove(call, fired_.record);
  }
}

void TrendState::Release(op::KernelCaller& call) {
  for (const op::RecordId id : op::Chained(index_, LinkOf())) Remove(call, id);
}

TrendCounters TrendState::counters() const {
  TrendCounters counters = counters_;
  counters.dropped += graphs_.dropped();
  if (bursts_ != nullptr) counters.shared = bursts_->kept();
  return counters;
}

size_t TrendState::bytes() const {
  return store_.bytes() + op::IndexBytes(index_) + graphs_.bytes() +
         store_.live() * graphs_.bytes_of_graph();
}

}  // namespace varpulis::trend
