#include "server/host/host_state.h"

#include <memory>
#include <utility>

#include "base/limits.h"
#include "runtime/state/state_reader.h"
#include "runtime/state/state_writer.h"

namespace varpulis::host {
namespace {

constexpr size_t kTextBytes = sizeof(uint32_t);  // at least, of a text

void SaveKeys(const std::vector<AnsweredKey>& keys, state::StateWriter& out) {
  out.U64(keys.size());
  for (const AnsweredKey& key : keys) {
    out.Text(key.key);
    out.U64(key.counts.accepted);
    out.U64(key.counts.refusals);
    out.U64(key.record);
  }
}

void ReadKeys(state::StateReader& in, std::vector<AnsweredKey>& keys) {
  const uint64_t count = in.Count(kTextBytes + 3 * sizeof(uint64_t), limits::kMaxIdempotencyKeys);
  for (uint64_t left = count; left > 0 && in.ok(); --left) {
    AnsweredKey key;
    key.key = in.Text();
    key.counts.accepted = in.U64();
    key.counts.refusals = in.U64();
    key.record = in.U64();
    keys.push_back(std::move(key));
  }
}

void SaveLog(const std::vector<OutputPtr>& outputs, state::StateWriter& out) {
  out.U64(outputs.size());
  for (const OutputPtr& output : outputs) {
    out.U64(output->number);
    out.Text(output->event_type);
    out.I64(output->time);
    out.Text(output->fields);
    out.Text(output->flat_fields);
  }
}

void ReadLog(state::StateReader& in, std::vector<OutputPtr>& outputs) {
  uint64_t before = 0;
  const uint64_t count = in.Count(3 * kTextBytes + 2 * sizeof(uint64_t), limits::kLoggedOutputs);
  for (uint64_t left = count; left > 0 && in.ok(); --left) {
    auto output = std::make_shared<OutputEvent>();
    output->number = in.U64();
    output->event_type = in.Text();
    output->time = in.I64();
    output->fields = in.Text();
    output->flat_fields = in.Text();
    in.Require(output->number > before, "outputs are out of order");
    before = output->number;
    outputs.push_back(std::move(output));
  }
}

void SaveCounts(const VersionCounts& counts, state::StateWriter& out) {
  out.U64(counts.rows.size());
  for (const auto& [table, rows] : counts.rows) {
    out.Text(table);
    out.U64(rows);
  }
  out.U64(counts.types.size());
  for (const auto& [type, events] : counts.types) {
    out.Text(type);
    out.U64(events);
  }
  out.U64(counts.outputs.size());
  for (const auto& [series, outputs] : counts.outputs) {
    out.Text(series.first);
    out.Text(series.second);
    out.U64(outputs);
  }
}

void ReadCounts(state::StateReader& in, VersionCounts& counts) {
  constexpr size_t kLeast = kTextBytes + sizeof(uint64_t);
  for (uint64_t left = in.Count(kLeast); left > 0 && in.ok(); --left) {
    const std::string table(in.Text());
    counts.rows[table] = in.U64();
  }
  for (uint64_t left = in.Count(kLeast); left > 0 && in.ok(); --left) {
    std::string type(in.Text());
    counts.types.emplace_back(std::move(type), in.U64());
  }
  for (uint64_t left = in.Count(kLeast + kTextBytes); left > 0 && in.ok(); --left) {
    std::string stream(in.Text());
    std::string type(in.Text());
    counts.outputs[{std::move(stream), std::move(type)}] = in.U64();
  }
}

}  // namespace

state::Section Save(const HostState& state) {
  state::StateWriter out;
  out.U64(state.record);
  out.I64(state.stamp);
  out.U64(state.events_processed);
  out.U64(state.output_events);
  out.U64(state.charged_events);
  out.U64(state.charged_outputs);
  out.U64(state.last_output);
  SaveLog(state.logged, out);
  SaveKeys(state.keys, out);
  SaveCounts(state.counts, out);
  return {state::SectionKind::Host, 0, "", "", out.Take()};
}

Result<HostState> ReadHostState(const state::Checkpoint& checkpoint) {
  for (const state::Section& section : checkpoint.sections) {
    if (section.kind != state::SectionKind::Host) continue;
    state::StateReader in(section.body);
    HostState state;
    state.record = in.U64();
    state.stamp = in.I64();
    state.events_processed = in.U64();
    state.output_events = in.U64();
    state.charged_events = in.U64();
    state.charged_outputs = in.U64();
    state.last_output = in.U64();
    ReadLog(in, state.logged);
    ReadKeys(in, state.keys);
    ReadCounts(in, state.counts);
    in.ExpectEnd();
    if (!in.ok()) return in.status().Within("the checkpoint is damaged: what the host keeps");
    return state;
  }
  return Status(StatusCode::NotFound, "the checkpoint was not taken by a server");
}

}  // namespace varpulis::host
