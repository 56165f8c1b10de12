#include "runtime/trend/shared_bursts.h"

#include <utility>

#include "runtime/trend/trend_state.h"

namespace varpulis::trend {
namespace {

// Events that a partition keeps, and that all of a group's do. Where one more would be kept, the windows of
// its partition are brought up to date first.
constexpr uint32_t kMaxBurstEvents = 1024;
constexpr size_t kMaxHeldEvents = size_t{1} << 20;

}  // namespace

SharedBursts::SharedBursts(const ir::TrendPlan& plan, uint32_t step, Sharing sharing)
    : plan_(plan),
      measure_(plan.kernels[step].front().measure),
      event_bytes_(sizeof(TimestampNs) + (measure_ == ir::kNoKernel ? 0 : plan.measures.size)),
      choice_(sharing) {}

SharedPartition* SharedBursts::Find(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                                    uint64_t hash) {
  const auto found = partitions_.find(hash);
  if (found == partitions_.end()) return nullptr;
  for (SharedPartition* partition = found->second.get(); partition != nullptr;
       partition = partition->next.get()) {
    const SharedPartition::Window& window = partition->windows.front();
    if (window.state->HasKeyOf(call, rows, row, window.id)) return partition;
  }
  return nullptr;
}

bool SharedBursts::Take(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                        uint64_t hash) {
  SharedPartition* partition = Find(call, rows, row, hash);
  if (partition == nullptr) return true;
  const TimestampNs time = rows.time(row);
  // The event ends a window in front of it, and is none of the window's.
  if (base::TimeBetween(FirstOpened(*partition), time) >= plan_.within) {
    Flush(*partition);
    return false;
  }
  ++partition->length;
  if (!choice_.shares()) {
    Flush(*partition);
    return false;
  }
  if (partition->burst.size() >= kMaxBurstEvents || held_ >= kMaxHeldEvents) Flush(*partition);
  uint8_t* measures = partition->burst.Add(time);
  if (measure_ != ir::kNoKernel) call.Update(measure_, rows, row, measures);
  ++held_;
  ++kept_;
  return true;
}

// --- windows -------------------------------------------------------------------------------------

void SharedBursts::Attach(TrendState& state, op::RecordId window, uint64_t hash) {
  std::unique_ptr<SharedPartition>& first = partitions_[hash];
  SharedPartition* partition = first.get();
  while (partition != nullptr &&
         !state.HasKeyOf(window, *partition->windows.front().state, partition->windows.front().id))
    partition = partition->next.get();
  if (partition == nullptr) {
    auto made = std::make_unique<SharedPartition>(event_bytes_ - sizeof(TimestampNs));
    made->hash = hash;
    made->next = std::move(first);
    first = std::move(made);
    partition = first.get();
  }
  state.PlaceOf(window) = {partition, static_cast<uint32_t>(partition->windows.size()),
                           partition->burst.size()};
  partition->windows.push_back({&state, window});
  partition->first_opened = std::min(partition->first_opened, state.OpenedAt(window));
}

void SharedBursts::Detach(SharedPlace& place) {
  SharedPartition& partition = *std::exchange(place.partition, nullptr);
  EndBurst(partition);
  partition.is_first_gone = true;
  const SharedPartition::Window last = partition.windows.back();
  partition.windows.pop_back();
  if (partition.windows.empty()) return Remove(partition);
  if (place.index == partition.windows.size()) return;
  partition.windows[place.index] = last;
  last.state->PlaceOf(last.id).index = place.index;
}

void SharedBursts::Remove(SharedPartition& partition) {
  held_ -= partition.burst.size();
  const auto found = partitions_.find(partition.hash);
  std::unique_ptr<SharedPartition>* at = &found->second;
  while (at->get() != &partition) at = &(*at)->next;
  *at = std::move((*at)->next);
  if (found->second == nullptr) partitions_.erase(found);
}

void SharedBursts::EndBurst(SharedPartition& partition) {
  const uint64_t length = std::exchange(partition.length, 0);
  if (length > 0) choice_.EndBurst(length, partition.windows.size());
}

TimestampNs SharedBursts::FirstOpened(SharedPartition& partition) {
  if (!std::exchange(partition.is_first_gone, false)) return partition.first_opened;
  partition.first_opened = kTimeMax;
  for (const SharedPartition::Window& window : partition.windows)
    partition.first_opened = std::min(partition.first_opened, window.state->OpenedAt(window.id));
  return partition.first_opened;
}

void SharedBursts::Flush(SharedPartition& partition) {
  if (partition.burst.size() == 0) return;
  for (const SharedPartition::Window& window : partition.windows) {
    window.state->CatchUp(window.id);
    window.state->PlaceOf(window.id).seen = 0;
  }
  held_ -= partition.burst.size();
  partition.burst.Clear();
}

}  // namespace varpulis::trend
