// ForecastState as it is saved and restored: partitions with their models, and what was foretold of open runs. In
// which states these are is known to the matcher.

#include "runtime/forecast/forecast_state.h"
#include "runtime/kernel/kernel_table.h"
#include "runtime/kernel/record_state.h"

namespace varpulis::forecast {

// Partitions in the order in which they would be forgotten.
void ForecastState::Save(state::StateWriter& out) {
  state::SaveCounters(counters_, out);
  out.U64(store_.live());
  for (op::RecordId id = oldest_; id != op::kNoRecord; id = HeadOf(id).newer) {
    out.U64(HeadOf(id).link.hash);
    kernel::SaveRecord(plan_.partition, KeyOf(id), out);
    HeadOf(id).model->Save(out);
    SaveRuns(*HeadOf(id).model, out);
  }
}

// Those that have got furthest first.
void ForecastState::SaveRuns(const Model& model, state::StateWriter& out) const {
  out.U64(model.runs().size());
  model.runs().ForEach([&](uint64_t run) {
    const std::optional<double>& predicted = runs_.at(run).predicted;
    out.U64(run);
    out.Flag(predicted.has_value());
    if (predicted) out.F64(*predicted);
  });
}

void ForecastState::Restore(op::KernelCaller& call, state::StateReader& in,
                            const op::RestoredPart& part, pattern::PatternState& runs) {
  state::RestoreCounters(counters_, in, part.counters);
  const RunsByNumber records = runs.RunsByNumber();
  const size_t least = sizeof(uint64_t) + kernel::LeastRecordBytes(plan_.partition);
  for (uint64_t left = in.Count(least); left > 0 && in.ok(); --left)
    RestorePartition(call, in, part, records, runs);
}

// One shard may get the partitions of several: then some are too many.
void ForecastState::RestorePartition(op::KernelCaller& call, state::StateReader& in,
                                     const op::RestoredPart& part, const RunsByNumber& records,
                                     pattern::PatternState& runs) {
  const uint64_t hash = in.U64();
  const bool is_owned = part.Owns(hash);
  if (is_owned) MakeRoom(call);
  const op::RecordId id = Append(hash);
  kernel::RestoreRecord(plan_.partition, KeyOf(id), in, call.context());
  Model& model = *HeadOf(id).model;
  model.Restore(in);
  for (uint64_t left = in.Count(sizeof(uint64_t) + 1); left > 0 && in.ok(); --left) {
    const uint64_t run = in.U64();
    std::optional<double> predicted;
    if (in.Flag()) predicted = in.F64();
    in.Require(!predicted || (*predicted >= 0 && *predicted <= 1), "a probability that is none");
    if (in.ok() && is_owned) RestoreRun(in, model, run, predicted, records, runs);
  }
  if (!is_owned) Drop(call, id);
}

void ForecastState::RestoreRun(state::StateReader& in, Model& model, uint64_t run,
                               std::optional<double> predicted, const RunsByNumber& records,
                               pattern::PatternState& runs) {
  const auto record = records.find(run);
  in.Require(record != records.end(), "a run that the pattern does not have");
  if (!in.ok()) return;
  const uint32_t state = runs.state_of(record->second);
  const bool is_new = runs_.emplace(run, Run{&model, state, record->second, predicted}).second;
  in.Require(is_new, "a run of two partitions");
  if (is_new) model.runs().Add(automaton_.rank(state), run);
}

}  // namespace varpulis::forecast
