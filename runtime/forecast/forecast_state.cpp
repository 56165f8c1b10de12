#include "runtime/forecast/forecast_state.h"

#include <algorithm>
#include <cmath>

#include "base/limits.h"
#include "runtime/kernel/kernel_table.h"

namespace varpulis::forecast {
namespace {

constexpr double kLeastProgress = 0.01;

int64_t ToNs(double ns) {
  constexpr double kEnd = 0x1p63;
  return ns >= kEnd ? INT64_MAX : static_cast<int64_t>(std::llround(ns));
}

}  // namespace

ForecastState::ForecastState(const ir::StreamPlan& stream)
    : stream_(stream),
      plan_(*stream.forecast),
      automaton_(*stream.pattern, *stream.forecast),
      store_(static_cast<uint32_t>(sizeof(Head)) + stream.forecast->partition.size) {}

ForecastState::~ForecastState() {
  for (const op::RecordId id : op::Chained(index_, LinkOf())) delete HeadOf(id).model;
}

// --- partitions ----------------------------------------------------------------------------------

op::RecordId ForecastState::Find(op::KernelCaller& call, uint64_t hash, const row::RowTable& rows,
                                 uint32_t row) {
  const auto chain = index_.find(hash);
  if (chain == index_.end()) return op::kNoRecord;
  const ir::KernelId same_key = plan_.inputs[input_].same_key;
  for (op::RecordId id = chain->second.head; id != op::kNoRecord; id = HeadOf(id).link.next) {
    if (same_key == ir::kNoKernel || call.Test(same_key, rows, row, KeyOf(id))) return id;
  }
  return op::kNoRecord;
}

op::RecordId ForecastState::Create(op::KernelCaller& call, uint64_t hash, const row::RowTable& rows,
                                   uint32_t row) {
  MakeRoom(call);
  const op::RecordId id = Append(hash);
  const ir::KernelId init = plan_.inputs[input_].init;
  if (init != ir::kNoKernel) call.Update(init, rows, row, KeyOf(id));
  return id;
}

op::RecordId ForecastState::Append(uint64_t hash) {
  const op::RecordId id = store_.Allocate();
  op::Append(index_, hash, id, LinkOf());
  HeadOf(id).model = new Model(plan_, automaton_);
  PutLast(id);
  return id;
}

void ForecastState::MakeRoom(op::KernelCaller& call) {
  if (store_.live() < limits::kMaxForecastPartitions) return;
  ++counters_.forgotten;
  Remove(call, oldest_);
}

// Its runs go on in the matcher, and nothing is foretold of them.
void ForecastState::Remove(op::KernelCaller& call, op::RecordId id) {
  const Model& model = *HeadOf(id).model;
  model.runs().ForEach([&](uint64_t run) { runs_.erase(run); });
  counters_.refused += model.refused();
  Drop(call, id);
}

void ForecastState::Drop(op::KernelCaller& call, op::RecordId id) {
  delete HeadOf(id).model;
  TakeOut(id);
  op::Remove(index_, id, LinkOf());
  kernel::ReleaseRecord(plan_.partition, KeyOf(id), call.context());
  store_.Free(id);
}

void ForecastState::PutLast(op::RecordId id) {
  HeadOf(id).newer = op::kNoRecord;
  HeadOf(id).older = newest_;
  (newest_ == op::kNoRecord ? oldest_ : HeadOf(newest_).newer) = id;
  newest_ = id;
}

void ForecastState::TakeOut(op::RecordId id) {
  const Head& head = HeadOf(id);
  (head.newer == op::kNoRecord ? newest_ : HeadOf(head.newer).older) = head.older;
  (head.older == op::kNoRecord ? oldest_ : HeadOf(head.older).newer) = head.newer;
}

void ForecastState::Begin(op::KernelCaller& call, uint32_t input, uint64_t hash,
                          const row::RowTable& rows, uint32_t row) {
  input_ = input;
  op::RecordId id = Find(call, hash, rows, row);
  if (id == op::kNoRecord) {
    id = Create(call, hash, rows, row);
  } else if (id != newest_) {
    TakeOut(id);
    PutLast(id);
  }
  model_ = HeadOf(id).model;
}

// --- forecasts -----------------------------------------------------------------------------------

ir::SymbolMask ForecastState::SymbolOf(op::KernelCaller& call, const row::RowTable& rows,
                                       uint32_t row,
                                       const std::vector<pattern::StepHit>& hits) const {
  ir::SymbolMask mask = 0;
  for (const pattern::StepHit& hit : hits) {
    const ir::ForecastMark& mark = plan_.marks[hit.step][hit.input];
    if (mark.group == ir::ForecastMark::kNoGroup) continue;
    if (mark.also != ir::kNoKernel && !call.Test(mark.also, rows, row)) continue;
    mask |= ir::SymbolMask{1} << mark.group;
  }
  return mask;
}

std::optional<Forecast> ForecastState::Foretell(op::KernelCaller& call, const row::RowTable& rows,
                                                uint32_t row,
                                                const std::vector<pattern::StepHit>& hits,
                                                pattern::PatternState& runs) {
  const TimestampNs time = rows.time(row);
  model_->Learn(SymbolOf(call, rows, row, hits), time);
  if (model_->runs().empty()) return std::nullopt;
  Run& run = runs_.at(model_->runs().Leading());
  const Prediction prediction = model_->Predict(run.state, time);
  ++counters_.predictions;
  if (!model_->is_warm()) {
    ++counters_.silent;
    return std::nullopt;
  }
  run.predicted = prediction.probability;
  if (prediction.probability < plan_.confidence) {
    ++counters_.below;
    return std::nullopt;
  }
  Forecast forecast;
  forecast.probability = prediction.probability;
  forecast.confidence = model_->stability().confidence();
  forecast.time = TimeLeft(run, prediction, time, runs);
  forecast.state = automaton_.label(run.state);
  forecast.context_depth = prediction.context;
  forecast.active_runs = static_cast<int64_t>(model_->runs().size());
  forecast.run = run.record;
  if (const auto margin = model_->calibration().margin()) {
    forecast.lower = std::max(0.0, prediction.probability - *margin);
    forecast.upper = std::min(1.0, prediction.probability + *margin);
  }
  return forecast;
}

// What completes at a deadline does so at a time that is known.
int64_t ForecastState::TimeLeft(const Run& run, const Prediction& prediction, TimestampNs now,
                                pattern::PatternState& runs) const {
  const pattern::StepsLeft& left = automaton_.left(run.state);
  if (left.then_waits && stream_.pattern->within > 0) {
    const TimestampNs due = base::Later(runs.start_of(run.record), stream_.pattern->within);
    return due <= now ? 0 : base::TimeBetween(now, due);
  }
  return ToNs(left.steps / std::max(kLeastProgress, prediction.progress) * model_->interval());
}

uint32_t ForecastState::Write(op::KernelCaller& call, const Forecast& forecast,
                              const row::RowTable& rows, uint32_t row, pattern::PatternState& runs,
                              row::RowTable& out) const {
  uint32_t written = 0;
  runs.ReadRecord(forecast.run, [&](uint8_t* record) {
    written = call.Project(plan_.inputs[input_].row, &rows, row, record, out, rows.time(row));
  });
  for (const ir::ForecastFieldName& field : ir::kForecastFields) {
    const int place = plan_.columns[static_cast<size_t>(field.field)];
    if (place < 0) continue;
    const auto column = static_cast<uint32_t>(place);
    switch (field.field) {
      case ir::ForecastField::Probability:
        out.SetFloat(column, written, forecast.probability);
        break;
      case ir::ForecastField::Confidence:
        out.SetFloat(column, written, forecast.confidence);
        break;
      case ir::ForecastField::Time:
        out.SetInt(column, written, forecast.time);
        break;
      case ir::ForecastField::State:
        out.SetStr(column, written, abi::VplString::Borrow(forecast.state));
        break;
      case ir::ForecastField::ContextDepth:
        out.SetInt(column, written, forecast.context_depth);
        break;
      case ir::ForecastField::Lower:
        out.SetFloat(column, written, forecast.lower);
        break;
      case ir::ForecastField::Upper:
        out.SetFloat(column, written, forecast.upper);
        break;
      case ir::ForecastField::ActiveRuns:
        out.SetInt(column, written, forecast.active_runs);
        break;
      case ir::ForecastField::Stream:
        out.SetStr(column, written, abi::VplString::Borrow(stream_.name));
        break;
    }
  }
  return written;
}

// --- what becomes of runs ------------------------------------------------------------------------

void ForecastState::Opened(uint64_t run, op::RecordId record, uint32_t, uint32_t state, uint64_t,
                           TimestampNs) {
  runs_.emplace(run, Run{model_, state, record, std::nullopt});
  model_->runs().Add(automaton_.rank(state), run);
}

// It is told at once what it has become.
void ForecastState::Forked(uint64_t run, op::RecordId record, uint64_t from) {
  const auto parent = runs_.find(from);
  const uint32_t state = parent == runs_.end() ? 0 : parent->second.state;
  Opened(run, record, 0, state, 0, 0);
}

void ForecastState::Advanced(uint64_t run, uint32_t, uint32_t state, uint64_t) {
  const auto known = runs_.find(run);
  if (known == runs_.end() || known->second.state == state) return;
  OpenRuns& runs = known->second.model->runs();
  runs.Remove(automaton_.rank(known->second.state), run);
  known->second.state = state;
  runs.Add(automaton_.rank(state), run);
}

// It may stay open for more elements of a closure, but nothing is left to be foretold.
void ForecastState::Matched(uint64_t run, uint32_t, const std::vector<pattern::ChosenElements>&) {
  Settle(run, 1);
}

void ForecastState::Ended(uint64_t run, pattern::RunEnd end) {
  const bool is_known = end != pattern::RunEnd::Evicted && end != pattern::RunEnd::Released;
  Settle(run, is_known ? std::optional<double>(0) : std::nullopt);
}

void ForecastState::Settle(uint64_t run, std::optional<double> outcome) {
  const auto known = runs_.find(run);
  if (known == runs_.end()) return;
  const Run& entry = known->second;
  if (plan_.conformal && outcome && entry.predicted)
    entry.model->calibration().Add(*entry.predicted, *outcome);
  entry.model->runs().Remove(automaton_.rank(entry.state), run);
  runs_.erase(known);
}

// -------------------------------------------------------------------------------------------------

void ForecastState::Release(op::KernelCaller& call) {
  for (const op::RecordId id : op::Chained(index_, LinkOf())) Remove(call, id);
}

ForecastCounters ForecastState::counters() {
  ForecastCounters counters = counters_;
  for (const op::RecordId id : op::Chained(index_, LinkOf()))
    counters.refused += HeadOf(id).model->refused();
  return counters;
}

size_t ForecastState::bytes() {
  size_t bytes = store_.bytes() + op::IndexBytes(index_) +
                 runs_.capacity() * (sizeof(std::pair<uint64_t, Run>) + 1);
  for (const op::RecordId id : op::Chained(index_, LinkOf())) bytes += HeadOf(id).model->bytes();
  return bytes;
}

}  // namespace varpulis::forecast
