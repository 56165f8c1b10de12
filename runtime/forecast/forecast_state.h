#pragma once

// State of one stream of forecasts (language.md 8.2): a model per partition, and the runs of its pattern,
// which the matcher tells of. For each event, in this order: Begin, then the matcher is offered the event,
// then Foretell.

#include <cstdint>
#include <optional>
#include <vector>

#include <absl/container/flat_hash_map.h>

#include "compiler/ir/plan.h"
#include "runtime/forecast/forecast.h"
#include "runtime/forecast/model.h"
#include "runtime/forecast/run_automaton.h"
#include "runtime/operator/kernel_call.h"
#include "runtime/operator/key_index.h"
#include "runtime/operator/record_store.h"
#include "runtime/operator/restored_part.h"
#include "runtime/pattern/pattern_state.h"
#include "runtime/pattern/run_observer.h"
#include "runtime/state/counters.h"
#include "runtime/state/state_reader.h"
#include "runtime/state/state_writer.h"

namespace varpulis::forecast {

struct ForecastCounters {
  uint64_t predictions = 0;
  uint64_t silent = 0;     // of them, in the warm-up
  uint64_t below = 0;      // of them, below the least probability
  uint64_t forgotten = 0;  // partitions, for others (limits::kMaxForecastPartitions)
  uint64_t refused = 0;    // contexts for which models had no room (limits::kMaxForecastNodes)

  // Calls visit(counter) for all of them, in order.
  template <typename Counters, typename Visit>
  static void ForEach(Counters& counters, const Visit& visit) {
    for (auto* counter : {&counters.predictions, &counters.silent, &counters.below,
                          &counters.forgotten, &counters.refused}) {
      visit(*counter);
    }
  }
  ForecastCounters& operator+=(const ForecastCounters& other) {
    state::AddCounters(*this, other);
    return *this;
  }
};
static_assert(sizeof(ForecastCounters) == 5 * sizeof(uint64_t), "ForEach visits all of them");

class ForecastState final : public pattern::RunObserver {
 public:
  // The stream has a pattern and a forecast, and outlives the object.
  explicit ForecastState(const ir::StreamPlan& stream);
  ~ForecastState() override;
  ForecastState(const ForecastState&) = delete;
  ForecastState& operator=(const ForecastState&) = delete;

  // An event comes by an input of the plan; `hash` is that of its partition, 0 without partitioning. What
  // is opened from now on are runs of that partition.
  void Begin(op::KernelCaller& call, uint32_t input, uint64_t hash, const row::RowTable& rows,
             uint32_t row);
  // Learns that it has come, with the steps of the pattern that it concerns, and says what is to be
  // expected now; nothing during the warm-up, with no run open, and below the least probability.
  std::optional<Forecast> Foretell(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                                   const std::vector<pattern::StepHit>& hits,
                                   pattern::PatternState& runs);
  // Writes a row of the plan's table: of the event, of the run, and of the forecast.
  uint32_t Write(op::KernelCaller& call, const Forecast& forecast, const row::RowTable& rows,
                 uint32_t row, pattern::PatternState& runs, row::RowTable& out) const;
  // Releases all partitions.
  void Release(op::KernelCaller& call);

  // Between two events: models, of whom they expect what, and what has been counted. `runs` are those of the
  // pattern, which has been restored from the same part before. forecast_restore.cpp
  void Save(state::StateWriter& out);
  void Restore(op::KernelCaller& call, state::StateReader& in, const op::RestoredPart& part,
               pattern::PatternState& runs);

  ForecastCounters counters();
  uint32_t partitions() const { return store_.live(); }
  size_t bytes();

  void Opened(uint64_t run, op::RecordId record, uint32_t step, uint32_t state, uint64_t key,
              TimestampNs start) override;
  void Forked(uint64_t run, op::RecordId record, uint64_t from) override;
  void Advanced(uint64_t run, uint32_t step, uint32_t state, uint64_t key) override;
  void Matched(uint64_t run, uint32_t step,
               const std::vector<pattern::ChosenElements>& chosen) override;
  void Ended(uint64_t run, pattern::RunEnd end) override;

 private:
  // A partition: its model, and how long ago it was last asked for. Its key stands behind it.
  struct Head {
    op::ChainLink link;
    Model* model;  // owned
    op::RecordId newer;
    op::RecordId older;
  };
  struct Run {
    Model* model;
    uint32_t state;
    op::RecordId record;
    std::optional<double> predicted;  // last, after the warm-up
  };

  auto LinkOf() {
    return [this](op::RecordId id) -> op::ChainLink& { return HeadOf(id).link; };
  }
  Head& HeadOf(op::RecordId id) { return *reinterpret_cast<Head*>(store_.At(id)); }
  uint8_t* KeyOf(op::RecordId id) { return store_.At(id) + sizeof(Head); }
  op::RecordId Find(op::KernelCaller& call, uint64_t hash, const row::RowTable& rows, uint32_t row);
  op::RecordId Create(op::KernelCaller& call, uint64_t hash, const row::RowTable& rows,
                      uint32_t row);
  // The newest partition, with a model that has learnt nothing and a key of zeros.
  op::RecordId Append(uint64_t hash);
  void MakeRoom(op::KernelCaller& call);
  void Remove(op::KernelCaller& call, op::RecordId id);
  // Not counted.
  void Drop(op::KernelCaller& call, op::RecordId id);
  using RunsByNumber = absl::flat_hash_map<uint64_t, op::RecordId>;
  void SaveRuns(const Model& model, state::StateWriter& out) const;
  void RestorePartition(op::KernelCaller& call, state::StateReader& in,
                        const op::RestoredPart& part, const RunsByNumber& records,
                        pattern::PatternState& runs);
  void RestoreRun(state::StateReader& in, Model& model, uint64_t run,
                  std::optional<double> predicted, const RunsByNumber& records,
                  pattern::PatternState& runs);
  void PutLast(op::RecordId id);
  void TakeOut(op::RecordId id);
  ir::SymbolMask SymbolOf(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                          const std::vector<pattern::StepHit>& hits) const;
  int64_t TimeLeft(const Run& run, const Prediction& prediction, TimestampNs now,
                   pattern::PatternState& runs) const;
  // The run is over; `outcome` is nothing if nobody knows what would have become of it.
  void Settle(uint64_t run, std::optional<double> outcome);

  const ir::StreamPlan& stream_;
  const ir::ForecastPlan& plan_;
  RunAutomaton automaton_;
  op::RecordStore store_;
  op::KeyIndex index_;
  op::RecordId newest_ = op::kNoRecord;
  op::RecordId oldest_ = op::kNoRecord;
  absl::flat_hash_map<uint64_t, Run> runs_;
  uint32_t input_ = 0;      // of the event at hand
  Model* model_ = nullptr;  // of its partition
  ForecastCounters counters_;
};

}  // namespace varpulis::forecast
