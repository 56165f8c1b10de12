#include "runtime/exec/tracer.h"

#include <fmt/format.h>

#include "runtime/exec/row_text.h"
#include "runtime/io/event_json.h"

namespace varpulis::exec {

using Kind = TraceEntry::Kind;

TraceEntry Tracer::Entry(Kind kind, uint64_t run) const {
  TraceEntry entry{kind};
  entry.stream = stream_;
  entry.run = run;
  return entry;
}

void Tracer::Event(uint64_t number, const row::RowTable& rows, uint32_t row) {
  TraceEntry entry{Kind::Event};
  entry.number = number;
  entry.type = rows.schema().event_type;
  entry.time = rows.time(row);
  entry.fields = RowText(rows, row);
  write_(entry);
}

void Tracer::UnreadEvent(uint64_t number, const std::string& type) {
  TraceEntry entry{Kind::Event};
  entry.number = number;
  entry.type = type;
  write_(entry);
}

void Tracer::Offered(uint32_t stream, uint32_t step, const std::vector<ir::TracedCondition>& traced,
                     bool passes, const row::RowTable& rows, uint32_t row) {
  TraceEntry entry{Kind::Offered};
  entry.stream = stream;
  entry.type = rows.schema().event_type;
  entry.time = rows.time(row);
  entry.fields = RowText(rows, row);
  write_(entry);
  entry.fields.clear();
  if (traced.empty()) return;
  entry.kind = passes ? Kind::Passed : Kind::Blocked;
  entry.step = step;
  if (passes) {
    for (const ir::TracedCondition& condition : traced) {
      if (!entry.condition.empty()) entry.condition += " and ";
      entry.condition += condition.text;
    }
  } else {
    Explain(entry, traced, rows, row, nullptr);
  }
  write_(entry);
}

void Tracer::Filtered(uint32_t stream, const ir::FilterOperator& op, size_t variant, bool passes,
                      const row::RowTable& rows, uint32_t row) {
  TraceEntry entry{passes ? Kind::Passed : Kind::Blocked};
  entry.stream = stream;
  entry.condition = op.text;
  if (!passes) Explain(entry, op.traced[variant], rows, row, nullptr);
  write_(entry);
}

void Tracer::Runs(const pattern::PatternState& pattern, const std::vector<pattern::StepHit>& hits) {
  TraceEntry entry = Entry(Kind::Runs);
  entry.open_runs = pattern.open();
  entry.matches = pattern.counters().matched;
  for (const pattern::StepHit& hit : hits) entry.hits.emplace_back(hit.step, hit.probe);
  write_(entry);
}

void Tracer::Emitted(uint32_t stream, const std::vector<std::string>& keys,
                     const row::RowTable& rows, uint32_t row) {
  TraceEntry entry{Kind::Emitted};
  entry.stream = stream;
  entry.type = rows.schema().event_type;
  entry.time = rows.time(row);
  entry.fields = RowText(keys, rows, row);
  write_(entry);
}

void Tracer::Opened(uint64_t run, op::RecordId, uint32_t step, uint32_t state, uint64_t key,
                    TimestampNs start) {
  TraceEntry entry = Entry(Kind::Opened, run);
  entry.step = step;
  entry.state = state;
  entry.key = key;
  entry.time = start;
  write_(entry);
}

void Tracer::Forked(uint64_t run, op::RecordId, uint64_t from) {
  TraceEntry entry = Entry(Kind::Forked, run);
  entry.from = from;
  write_(entry);
}

void Tracer::Advanced(uint64_t run, uint32_t step, uint32_t state, uint64_t key) {
  TraceEntry entry = Entry(Kind::Advanced, run);
  entry.state = state;
  entry.key = key;
  entry.step = step;
  write_(entry);
}

void Tracer::Matched(uint64_t run, uint32_t step,
                     const std::vector<pattern::ChosenElements>& chosen) {
  TraceEntry entry = Entry(Kind::Matched, run);
  entry.step = step;
  entry.chosen = chosen;
  write_(entry);
}

void Tracer::Ended(uint64_t run, pattern::RunEnd end) {
  if (end == pattern::RunEnd::Released) return;
  TraceEntry entry = Entry(Kind::Ended, run);
  entry.end = end;
  write_(entry);
}

void Tracer::Refused(uint64_t run, const ir::PatternEdge& edge, const ir::EdgeKernels& kernels,
                     const row::RowTable& rows, uint32_t row, uint8_t* record) {
  TraceEntry entry = Entry(Kind::Refused, run);
  entry.step = edge.step;
  Explain(entry, kernels.traced, rows, row, record);
  write_(entry);
}

void Tracer::TooLate(uint64_t run, const ir::PatternEdge& edge, DurationNs after) {
  TraceEntry entry = Entry(Kind::TooLate, run);
  entry.step = edge.step;
  entry.after = after;
  write_(entry);
}

void Tracer::NotOpened(pattern::NotOpened why) {
  TraceEntry entry = Entry(Kind::NotOpened);
  entry.not_opened = why;
  write_(entry);
}

// Asking again counts no errors: they have been counted.
void Tracer::Explain(TraceEntry& entry, const std::vector<ir::TracedCondition>& traced,
                     const row::RowTable& rows, uint32_t row, uint8_t* record) {
  const op::KernelCaller::ErrorCounts errors = call_.error_counts();
  for (const ir::TracedCondition& condition : traced) {
    if (call_.Test(condition.test, rows, row, record)) continue;
    entry.condition = condition.text;
    entry.values = ValuesOf(condition, rows, row, record);
    break;
  }
  call_.set_error_counts(errors);
}

std::string Tracer::ValuesOf(const ir::TracedCondition& traced, const row::RowTable& rows,
                             uint32_t row, uint8_t* record) {
  std::string text;
  if (traced.values == ir::kNoKernel) return text;
  row::RowTable& out = derive_(traced.table);
  const uint32_t written = call_.Project(traced.values, &rows, row, record, out, rows.time(row));
  const std::vector<ir::TableColumn>& columns = plan_.tables[traced.table].columns;
  for (uint32_t c = 0; c < columns.size(); ++c) {
    const abi::Cell value = out.Get(c, written);
    text += text.empty() ? "" : ", ";
    if (value.absent()) {
      text += fmt::format("no {}", columns[c].name);
      continue;
    }
    text += columns[c].name + " = ";
    io::AppendJsonValue(text, value);
  }
  return text;
}

}  // namespace varpulis::exec
