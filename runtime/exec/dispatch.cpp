#include <algorithm>

#include "base/check.h"
#include "runtime/exec/engine.h"
#include "runtime/exec/flat_event.h"
#include "runtime/io/event_json.h"
#include "runtime/kernel/display.h"

// Phase 2: one row at a time through its consumers, derived rows breadth first.

namespace varpulis::exec {

void Engine::Process(const row::Batch& batch) {
  Classify(batch);
  uint64_t event = batch.first_number;
  for (const row::RowRef& ref : batch.order) {
    const uint64_t number = event++;
    if (ref.table == row::kUnreadTable) continue;
    uint32_t table = batch.table_ids[ref.table];
    const row::RowTable& rows = batch.tables[ref.table];
    TableState& state = tables_[table];
    TimestampNs time = rows.time(ref.row);
    if (time > state.clock) {
      order_ = {number};
      MoveClock(table, time);
    }
    if (state.interesting[ref.row] == 0) continue;
    order_ = {number, static_cast<uint32_t>(plan_.streams.size())};
    context_.event_number = number;
    context_.random_draws = 0;
    Deliver(table, rows, ref.row, true);
    Drain();
  }
  EndBatch();
}

void Engine::Deliver(uint32_t table, const row::RowTable& rows, uint32_t row, bool classified) {
  for (Consumer& consumer : tables_[table].consumers) {
    if (classified) order_.stream = consumer.stream;
    if (streams_[consumer.stream].pattern) {
      OfferToPattern(consumer, rows, row, classified);
      continue;
    }
    for (Input& input : consumer.inputs) {
      if (!Passes(input, rows, row, classified)) continue;
      ++streams_[consumer.stream].statistics.rows_in;
      const bool known = classified && !input.ordered;
      RunOperators(consumer.stream, 0, input.variant, rows, row, known ? &input : nullptr);
    }
  }
}

bool Engine::Passes(const Input& input, const row::RowTable& rows, uint32_t row, bool classified) {
  if (classified && !input.ordered) return input.mask.empty() || input.mask[row] != 0;
  return input.filter == ir::kNoKernel || call_.Test(input.filter, rows, row);
}

void Engine::OfferToPattern(Consumer& consumer, const row::RowTable& rows, uint32_t row,
                            bool classified) {
  hits_.clear();
  for (Input& input : consumer.inputs) {
    if (!Passes(input, rows, row, classified)) continue;
    uint64_t probe = 0;
    if (input.hash != ir::kNoKernel) {
      probe = static_cast<uint64_t>(
          classified && !input.ordered ? input.hashes[row] : call_.Int(input.hash, rows, row));
    }
    hits_.push_back({input.step, input.step_input, probe});
  }
  if (hits_.empty()) return;
  StreamState& state = streams_[consumer.stream];
  ++state.statistics.rows_in;
  ir::TableId match_table = plan_.streams[consumer.stream].pattern->match_table;
  state.pattern->Offer(call_, rows, row, hits_, PatternClock(state), Derive(match_table),
                       [&](uint32_t match) {
                         RunOperators(consumer.stream, 0, 0, Derive(match_table), match, nullptr);
                       });
}

void Engine::RunOperators(uint32_t stream, size_t from, size_t variant, const row::RowTable& rows,
                          uint32_t row, const Input* input) {
  const ir::StreamPlan& plan = plan_.streams[stream];
  const row::RowTable* at = &rows;
  for (size_t i = from; i < plan.operators.size(); ++i) {
    const ir::Operator& op = plan.operators[i];
    if (const auto* filter = std::get_if<ir::FilterOperator>(&op)) {
      if (!call_.Test(filter->predicates[variant], *at, row)) return;
    } else if (const auto* project = std::get_if<ir::ProjectOperator>(&op)) {
      row::RowTable& out = Derive(project->table);
      row = call_.Project(project->kernels[variant], at, row, nullptr, out, at->time(row));
      at = &out;
      variant = 0;
    } else if (const auto* emit = std::get_if<ir::EmitOperator>(&op)) {
      EmitRow(stream, *emit, variant, *at, row);
    } else if (const auto* to = std::get_if<ir::ToOperator>(&op)) {
      DeliverRow(*to, variant, *at, row);
    } else if (const auto* print = std::get_if<ir::PrintOperator>(&op)) {
      PrintRow(stream, *print, variant, *at, row);
    } else if (const auto* process = std::get_if<ir::ProcessOperator>(&op)) {
      return ProcessRow(stream, i, *process, variant, *at, row);
    } else {
      const auto& aggregate = std::get<ir::AggregateOperator>(op);
      uint64_t hash = 0;
      if (!aggregate.hash.empty()) {
        bool known = i == 0 && input != nullptr;
        hash = static_cast<uint64_t>(known ? input->hashes[row]
                                           : call_.Int(aggregate.hash[variant], *at, row));
      }
      row::RowTable& out = Derive(aggregate.table);
      streams_[stream].aggregates[i]->set_event(order_.event);
      streams_[stream].aggregates[i]->Add(
          call_, *at, row, variant, hash, out,
          [&](uint32_t result) { RunOperators(stream, i + 1, 0, out, result, nullptr); });
      return;
    }
  }
  if (plan.has_readers) {
    queue_.push_back({plan.outputs[variant], row, order_.Deeper()});
  }
}

void Engine::ProcessRow(uint32_t stream, size_t at, const ir::ProcessOperator& process,
                        size_t variant, const row::RowTable& rows, uint32_t row) {
  call_.Evaluate(process.kernels[variant], rows, row);
  std::vector<abi::CollectedEvent> events;
  events.swap(context_.collected);
  for (const abi::CollectedEvent& event : events) {
    const auto place = std::find(process.events.begin(), process.events.end(), event.type);
    VPL_CHECK(place != process.events.end(), "event type {} is not expected", event.type);
    const auto made = static_cast<size_t>(place - process.events.begin());
    row::RowTable& out = Derive(process.tables[made]);
    const uint32_t written = out.AppendRow(rows.time(row));
    out.SetCell(0, written, event.fields);
    RunOperators(stream, at + 1, made, out, written, nullptr);
  }
}

void Engine::Drain() {
  while (!queue_.empty()) {
    Derived next = queue_.front();
    queue_.pop_front();
    order_ = next.order;
    Deliver(next.table, Derive(next.table), next.row, false);
  }
}

void Engine::EmitRow(uint32_t stream, const ir::EmitOperator& emit, size_t variant,
                     const row::RowTable& rows, uint32_t row) {
  StreamStatistics& statistics = streams_[stream].statistics;
  if (statistics.outputs++ == 0) statistics.first_output = rows.time(row);
  statistics.last_output = rows.time(row);
  ++outputs_;
  sink_.Emit(stream, emit.keys[variant], rows, row);
}

void Engine::DeliverRow(const ir::ToOperator& to, size_t variant, const row::RowTable& rows,
                        uint32_t row) {
  if (!sink_.Takes(to.egress)) {
    ++undelivered_[to.egress];
    return;
  }
  row::RowTable& copies = Derive(to.table);
  const uint32_t copy =
      call_.Project(to.kernels[variant], &rows, row, nullptr, copies, rows.time(row));
  line_.clear();
  AppendFlatEvent(line_, to.keys, copies, copy);
  line_.pop_back();  // the line break
  topic_ = plan_.egresses[to.egress].binding.topic;
  for (size_t c = to.keys.size(); c < copies.schema().columns.size(); ++c) {
    kernel::AppendDisplay(topic_, copies.Get(static_cast<uint32_t>(c), copy));
  }
  copies.PopRow();
  sink_.Deliver(to.egress, topic_, line_);
}

void Engine::PrintRow(uint32_t stream, const ir::PrintOperator& print, size_t variant,
                      const row::RowTable& rows, uint32_t row) {
  row::RowTable& values = Derive(print.table);
  uint32_t written =
      call_.Project(print.kernels[variant], &rows, row, nullptr, values, rows.time(row));
  line_ = "[PRINT]";
  if (print.whole_event) {
    line_ += " [" + plan_.streams[stream].name + "] " + rows.schema().event_type + ": ";
    io::AppendJsonValue(line_, values.Get(0, written));
  } else {
    for (uint32_t c = 0; c < values.schema().columns.size(); ++c) {
      line_ += ' ';
      kernel::AppendDisplay(line_, values.Get(c, written));
    }
  }
  values.PopRow();
  sink_.Print(line_);
}

}  // namespace varpulis::exec
