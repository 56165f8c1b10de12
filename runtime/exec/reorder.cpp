#include "base/limits.h"
#include "runtime/exec/engine.h"

// Rows of streams with a watermark: they wait until the stream's clock has reached them, or are late
// (language.md 7.2).

namespace varpulis::exec {

// The clock has moved already, so what it has passed is late, and what it stands at need not wait: all that
// is earlier has gone on. Without a watermark of its own a stream takes whatever comes late.
void Engine::Reorder(uint32_t table, uint32_t consumer, const row::RowTable& rows, uint32_t row,
                     bool classified) {
  const Consumer& reader = tables_[table].consumers[consumer];
  passed_.clear();
  for (uint32_t i = 0; i < reader.inputs.size(); ++i) {
    const bool passes = Passes(reader.inputs[i], rows, row, classified);
    if (trace_) TraceOffer(reader, reader.inputs[i], passes, rows, row);
    if (passes) passed_.push_back(i);
  }
  if (passed_.empty()) return;
  StreamState& state = streams_[reader.stream];
  const TimestampNs time = rows.time(row);
  if (time > state.clock) {
    if (state.reorder->size() >= limits::kMaxReorderedRows) {
      ++state.statistics.released_early;
      ReleaseNext(state);
    }
    const uint32_t too_large = state.reorder->Add(context_, table, rows, row, consumer, passed_);
    for (uint32_t i = 0; i < too_large; ++i) call_.CountError(abi::EvalError::Limit);
  } else if (!state.time.out_of_order || time >= base::Earlier(state.clock, Lateness(state))) {
    Take(reader, passed_, rows, row);
  } else {
    ++state.statistics.late;
  }
}

// The row that has waited is not among those that phase 1 knows.
void Engine::ReleaseNext(StreamState& state) {
  const time::ReorderBuffer::Row next = state.reorder->Front();
  Take(tables_[next.table].consumers[next.consumer], *next.passed, *next.rows, next.row);
  state.reorder->Pop(context_);
}

void Engine::Take(const Consumer& consumer, const time::PassedInputs& passed,
                  const row::RowTable& rows, uint32_t row) {
  StreamState& state = streams_[consumer.stream];
  hits_.clear();
  trend_hits_.clear();
  uint64_t hash = 0;
  for (const uint32_t i : passed) {
    const Input& input = consumer.inputs[i];
    if (state.pattern) {
      hits_.push_back({input.step, input.step_input, Probe(input, rows, row, false)});
      continue;
    }
    if (state.trend) {
      AddTrendHit(input, rows, row, false, hash);
      continue;
    }
    ++state.statistics.rows_in;
    if (state.join) {
      TakeIntoJoin(consumer.stream, input, Probe(input, rows, row, false), rows, row);
    } else {
      RunOperators(consumer.stream, 0, input.variant, rows, row, nullptr);
    }
  }
  if (!state.pattern && !state.trend) return;
  ++state.statistics.rows_in;
  if (state.pattern) {
    TakeIntoPattern(consumer.stream, rows, row);
  } else {
    TakeIntoTrend(consumer.stream, hash, rows, row);
  }
}

}  // namespace varpulis::exec
