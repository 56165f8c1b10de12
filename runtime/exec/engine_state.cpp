#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

#include "base/check.h"
#include "compiler/ir/state_definition.h"
#include "runtime/exec/engine.h"
#include "runtime/kernel/ownership.h"
#include "runtime/kernel/record_state.h"

// What an engine remembers, as sections of a checkpoint, and back (language.md 12.1). Derived tables, the queue of
// derived rows and everything that is scratch are empty between two batches.

namespace varpulis::exec {

using state::Section;
using state::SectionKind;

namespace {

template <typename T>
uint32_t IndexOf(const std::vector<T>& list, std::string_view name) {
  const auto at =
      std::find_if(list.begin(), list.end(), [&](const T& entry) { return entry.name == name; });
  return static_cast<uint32_t>(at - list.begin());
}

}  // namespace

// --- saving --------------------------------------------------------------------------------------

const std::vector<std::string>& Engine::Definitions() {
  if (definitions_.empty()) {
    for (const ir::StreamPlan& stream : plan_.streams)
      definitions_.push_back(ir::StateDefinition(plan_, stream));
  }
  return definitions_;
}

void Engine::Save(state::Checkpoint& checkpoint) {
  VPL_CHECK(!failure_ && !is_finishing_ && queue_.empty(), "{} rows wait", queue_.size());
  const std::vector<std::string>& definitions = Definitions();
  state::StateWriter out;
  SaveProgram(out);
  checkpoint.sections.push_back({SectionKind::Program, share_.shard, "", "", out.Take()});
  for (uint32_t s = 0; s < streams_.size(); ++s) {
    if (!streams_[s].here) continue;
    SaveStream(s, out);
    checkpoint.sections.push_back(
        {SectionKind::Stream, share_.shard, plan_.streams[s].name, definitions[s], out.Take()});
  }
}

void Engine::SaveProgram(state::StateWriter& out) const {
  out.U64(events_);
  out.U64(outputs_);
  out.Flag(has_overdue_);
  for (const uint64_t errors : call_.error_counts()) out.U64(errors);
  timers_.Save(out, [&](const ir::Timer& timer) { return ir::StateDefinition(plan_, timer); });
  SaveClocks(out);
  SaveGlobals(out);
  SaveEgresses(out);
}

// Derived tables have none.
void Engine::SaveClocks(state::StateWriter& out) const {
  std::vector<uint32_t> moved;
  for (uint32_t table = 0; table < tables_.size(); ++table) {
    if (tables_[table].clock != kTimeMin) moved.push_back(table);
  }
  out.U64(moved.size());
  for (const uint32_t table : moved) {
    out.Text(plan_.tables[table].name);
    out.I64(tables_[table].clock);
  }
}

// Constants have the values that the program gives them.
void Engine::SaveGlobals(state::StateWriter& out) const {
  const auto is_assigned = [](const ir::GlobalVariable& global) { return global.assigned; };
  const auto count = std::count_if(plan_.globals.begin(), plan_.globals.end(), is_assigned);
  out.U64(static_cast<uint64_t>(count));
  for (size_t i = 0; i < plan_.globals.size(); ++i) {
    if (!plan_.globals[i].assigned) continue;
    out.Text(plan_.globals[i].name);
    out.Value(globals_[i]);
  }
}

std::string Engine::EgressName(const ir::Egress& egress) const {
  return egress.binding.stream + " " + egress.binding.connector;
}

void Engine::SaveEgresses(state::StateWriter& out) const {
  out.U64(plan_.egresses.size());
  for (size_t i = 0; i < plan_.egresses.size(); ++i) {
    out.Text(EgressName(plan_.egresses[i]));
    out.U64(undelivered_[i]);
  }
}

void Engine::SaveStream(uint32_t stream, state::StateWriter& out) {
  StreamState& state = streams_[stream];
  const StreamStatistics& statistics = state.statistics;
  out.U64(RowsIn(state));
  out.U64(statistics.outputs);
  out.I64(statistics.first_output);
  out.I64(statistics.last_output);
  out.U64(statistics.late);
  out.U64(statistics.released_early);
  out.I64(state.clock);
  if (state.reorder) state.reorder->Save(out, ir::InputTables(plan_.streams[stream]));
  if (state.pattern) state.pattern->Save(out);
  if (state.forecast) state.forecast->Save(out);
  if (state.trend) state.trend->Save(out);
  if (state.join) state.join->Save(out);
  for (size_t i = 0; i < state.states.size(); ++i) {
    if (state.windows[i]) state.windows[i]->Save(out);
    SaveState(state.states[i], out);
  }
}

// --- restoring -----------------------------------------------------------------------------------

// What belongs to no key is taken by the first of those that run the stream.
op::RestoredPart Engine::PartOf(uint32_t stream) const {
  if (!share_.ByKey(stream)) return {};
  return {share_.shard, share_.shards, share_.shard == 0};
}

Status Engine::Restore(const state::Checkpoint& checkpoint, RestoreReport& report) {
  VPL_CHECK(events_ == 0 && !is_finishing_, "{} events", events_);
  call_.set_error_counts({});
  std::unordered_map<std::string_view, uint32_t> by_name;
  for (uint32_t s = 0; s < plan_.streams.size(); ++s) by_name.emplace(plan_.streams[s].name, s);
  enum class Found : uint8_t { Nothing, Same, Changed };
  std::vector<Found> found(plan_.streams.size());
  for (const Section& section : checkpoint.sections) {
    state::StateReader in(section.body);
    if (section.kind == SectionKind::Program) {
      RestoreProgram(in, section.shard);
    } else if (section.kind == SectionKind::Stream) {
      const auto known = by_name.find(section.name);
      if (known == by_name.end()) {
        report.dropped.push_back(section.name);
        continue;
      }
      const uint32_t s = known->second;
      const bool is_same = Definitions()[s] == section.definition;
      found[s] = is_same && found[s] != Found::Changed ? Found::Same : Found::Changed;
      if (!is_same || !streams_[s].here) continue;
      RestoreStream(s, in);
    } else {
      continue;
    }
    in.ExpectEnd();
    context_.EndBatch();
    if (!in.ok()) {
      const std::string what = section.name.empty() ? "program" : "stream " + section.name;
      return in.status().Within(
          fmt::format("the checkpoint is damaged: the state of the {}", what));
    }
  }
  for (uint32_t s = 0; s < plan_.streams.size(); ++s) {
    if (streams_[s].here) FinishRestoreOf(s);
    auto& list = found[s] == Found::Same      ? report.restored
                 : found[s] == Found::Changed ? report.reset
                                              : report.fresh;
    list.push_back(plan_.streams[s].name);
  }
  std::sort(report.dropped.begin(), report.dropped.end());
  report.dropped.erase(std::unique(report.dropped.begin(), report.dropped.end()),
                       report.dropped.end());
  return Status();
}

// Of the shard that saved it.
void Engine::RestoreProgram(state::StateReader& in, uint32_t shard) {
  const bool counters = share_.shard == 0;
  events_ = std::max(events_, in.U64());
  const uint64_t outputs = in.U64();
  if (counters) outputs_ += outputs;
  // Whoever has nothing overdue finds that out.
  has_overdue_ = in.Flag() || has_overdue_;
  op::KernelCaller::ErrorCounts errors = call_.error_counts();
  for (uint64_t& count : errors) {
    const uint64_t saved = in.U64();
    if (counters) count += saved;
  }
  call_.set_error_counts(errors);
  timers_.Restore(in, [&](const ir::Timer& timer) { return ir::StateDefinition(plan_, timer); });
  RestoreClocks(in);
  // Who assigns variables is the first shard; what the others say of them is what they began with.
  RestoreGlobals(in, shard == 0);
  RestoreEgresses(in, counters);
}

void Engine::RestoreClocks(state::StateReader& in) {
  for (uint64_t left = in.Count(sizeof(uint32_t) + sizeof(int64_t)); left > 0 && in.ok(); --left) {
    const uint32_t table = IndexOf(plan_.tables, in.Text());
    const TimestampNs clock = in.I64();
    if (table < tables_.size() && plan_.tables[table].kind != ir::Table::Kind::Derived)
      tables_[table].clock = std::max(tables_[table].clock, clock);
  }
}

void Engine::RestoreGlobals(state::StateReader& in, bool counts) {
  for (uint64_t left = in.Count(sizeof(uint32_t) + 1); left > 0 && in.ok(); --left) {
    const uint32_t global = IndexOf(plan_.globals, in.Text());
    const abi::Cell value = kernel::RestoreCell(in, context_);
    const bool is_known = global < globals_.size() && plan_.globals[global].assigned;
    if (counts && is_known && in.ok()) {
      kernel::RetireCell(context_, globals_[global]);
      globals_[global] = value;
    } else {
      kernel::RetireCell(context_, value);
    }
  }
}

void Engine::RestoreEgresses(state::StateReader& in, bool counters) {
  for (uint64_t left = in.Count(sizeof(uint32_t) + sizeof(uint64_t)); left > 0 && in.ok(); --left) {
    const std::string_view name = in.Text();
    const uint64_t undelivered = in.U64();
    for (size_t i = 0; i < plan_.egresses.size() && counters; ++i) {
      if (EgressName(plan_.egresses[i]) != name) continue;
      undelivered_[i] += undelivered;
      break;
    }
  }
}

void Engine::RestoreStream(uint32_t stream, state::StateReader& in) {
  StreamState& state = streams_[stream];
  const op::RestoredPart part = PartOf(stream);
  StreamStatistics saved;
  saved.rows_in = in.U64();
  saved.outputs = in.U64();
  saved.first_output = in.I64();
  saved.last_output = in.I64();
  saved.late = in.U64();
  saved.released_early = in.U64();
  if (part.counters) state.statistics.Add(saved);
  state.clock = std::max(state.clock, in.I64());
  if (state.reorder) {
    state.reorder->Restore(
        context_, in, ir::InputTables(plan_.streams[stream]), [&](ir::TableId table) {
          const std::vector<Consumer>& consumers = tables_[table].consumers;
          const auto reader =
              std::find_if(consumers.begin(), consumers.end(),
                           [&](const Consumer& consumer) { return consumer.stream == stream; });
          if (reader == consumers.end()) return time::ReorderBuffer::Reader{0, 0};
          return time::ReorderBuffer::Reader{static_cast<uint32_t>(reader - consumers.begin()),
                                             reader->inputs.size()};
        });
  }
  if (state.pattern) state.pattern->Restore(call_, in, part);
  if (state.forecast) state.forecast->Restore(call_, in, part, *state.pattern);
  if (state.trend) state.trend->Restore(call_, in, part);
  if (state.join) state.join->Restore(call_, in);
  for (size_t i = 0; i < state.states.size(); ++i) {
    if (state.windows[i]) state.windows[i]->Restore(call_, in, part);
    RestoreState(state.states[i], call_, in, part);
  }
}

void Engine::FinishRestoreOf(uint32_t stream) {
  StreamState& state = streams_[stream];
  if (state.pattern) {
    state.pattern->FinishRestore();
    CloseIfExhausted(stream);
  }
  if (state.trend) state.trend->FinishRestore();
  for (auto& windows : state.windows) {
    if (windows) windows->FinishRestore();
  }
}

}  // namespace varpulis::exec
