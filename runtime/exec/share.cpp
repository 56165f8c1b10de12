#include "runtime/exec/share.h"

#include <algorithm>
#include <numeric>

namespace varpulis::exec {
namespace {

// Those that keep rows or states from one event to the next: a batch is over before the event is.
size_t Windows(const ir::StreamPlan& stream) {
  return static_cast<size_t>(
      std::count_if(stream.operators.begin(), stream.operators.end(), [](const ir::Operator& op) {
        const ir::Windowing* windowing = ir::WindowingOf(op);
        return windowing != nullptr && windowing->kind != ir::WindowKind::Batch;
      }));
}

// What it lets pass, or says of a row, depends on all rows of the stream: .limit .first .distinct .enrich.
bool HoldsGlobalState(const ir::StreamPlan& stream) {
  return std::any_of(stream.operators.begin(), stream.operators.end(), [](const ir::Operator& op) {
    return std::holds_alternative<ir::LimitOperator>(op) ||
           std::holds_alternative<ir::DistinctOperator>(op) ||
           std::holds_alternative<ir::EnrichOperator>(op);
  });
}

// One row must not complete runs of several shards: nothing would say which match comes first.
bool EndsInDistinctTables(const ir::PatternPlan& pattern) {
  std::vector<bool> completes(pattern.steps.size());
  for (const ir::PatternEdge& edge : pattern.edges) {
    if (edge.has_match) completes[edge.step] = true;
  }
  std::vector<ir::TableId> tables;
  for (uint32_t step = 0; step < pattern.steps.size(); ++step) {
    if (!completes[step]) continue;
    for (const ir::StepInput& input : pattern.steps[step].inputs) tables.push_back(input.table);
  }
  std::sort(tables.begin(), tables.end());
  return std::adjacent_find(tables.begin(), tables.end()) == tables.end();
}

bool AreAll(ir::Table::Kind kind, const ir::Plan& plan, const std::vector<ir::TableId>& tables) {
  return std::all_of(tables.begin(), tables.end(),
                     [&](ir::TableId table) { return plan.tables[table].kind == kind; });
}

// Its whole state is found by one key of the event.
bool IsKeyed(const ir::StreamPlan& stream) {
  if (HoldsGlobalState(stream)) return false;
  // A model learns from all events of its partition.
  if (stream.forecast && !stream.pattern->partition_key) return false;
  if (stream.pattern) {
    return Windows(stream) == 0 && stream.pattern->constant_key &&
           EndsInDistinctTables(*stream.pattern);
  }
  // Trends of different partitions never meet.
  if (stream.trend) return Windows(stream) == 0 && !stream.trend->key_text.empty();
  if (stream.join || stream.operators.empty() || Windows(stream) != 1) return false;
  const ir::Windowing* leading = ir::WindowingOf(stream.operators.front());
  return leading != nullptr && !leading->hash.empty();
}

bool IsStateless(const ir::StreamPlan& stream) {
  return !stream.pattern && !stream.trend && !stream.join && Windows(stream) == 0 &&
         !HoldsGlobalState(stream);
}

// One keyed stream that reads events; all others follow it and keep no state.
bool SpreadsByKey(const ir::Plan& plan, const std::vector<uint32_t>& members,
                  const pattern::RunBounds& bounds) {
  size_t keyed = 0;
  for (uint32_t s : members) {
    const ir::StreamPlan& stream = plan.streams[s];
    // What leaves a reorder buffer, and windows in the order of their keys, have no place that another shard
    // could know.
    if (stream.time.watermarked) return false;
    if (stream.pattern && bounds.max_runs_total < limits::kMaxRunsPerPattern) return false;
    const auto tables = ir::InputTables(stream);
    const bool root = AreAll(ir::Table::Kind::Event, plan, tables) && IsKeyed(stream);
    // Every shard makes the rows of a timer.
    const bool follower = AreAll(ir::Table::Kind::Derived, plan, tables) && IsStateless(stream);
    if (!root && !follower) return false;
    keyed += root ? 1 : 0;
  }
  return keyed == 1;
}

}  // namespace

std::vector<uint32_t> GroupsOfStreams(const ir::Plan& plan) {
  std::vector<uint32_t> parent(plan.streams.size());
  std::iota(parent.begin(), parent.end(), 0);
  const auto find = [&](uint32_t s) {
    while (parent[s] != s) s = parent[s] = parent[parent[s]];
    return s;
  };
  std::vector<uint32_t> writer(plan.tables.size(), UINT32_MAX);
  for (uint32_t s = 0; s < plan.streams.size(); ++s) {
    for (ir::TableId table : plan.streams[s].outputs) {
      if (plan.tables[table].kind != ir::Table::Kind::Derived) continue;
      // A stream that only filters passes on the table that it reads.
      if (writer[table] == UINT32_MAX) writer[table] = s;
      parent[find(s)] = find(writer[table]);
    }
  }
  for (uint32_t s = 0; s < plan.streams.size(); ++s) {
    for (ir::TableId table : ir::InputTables(plan.streams[s])) {
      if (writer[table] != UINT32_MAX) parent[find(s)] = find(writer[table]);
    }
  }
  std::vector<uint32_t> groups;
  for (uint32_t s = 0; s < plan.streams.size(); ++s) groups.push_back(find(s));
  return groups;
}

std::vector<Share> PlanShares(const ir::Plan& plan, uint32_t shards,
                              const pattern::RunBounds& bounds) {
  // Whatever depends on the order of all events is done by one shard, and so is all else then.
  if (!plan.serial_reason.empty()) {
    const std::vector<uint32_t> first(plan.streams.size(), 0);
    std::vector<Share> shares;
    for (uint32_t shard = 0; shard < shards; ++shard) shares.push_back({shard, shards, first});
    return shares;
  }
  const std::vector<uint32_t> groups = GroupsOfStreams(plan);
  std::vector<std::vector<uint32_t>> members(plan.streams.size());
  for (uint32_t s = 0; s < groups.size(); ++s) members[groups[s]].push_back(s);
  std::vector<uint32_t> owners(plan.streams.size(), 0);
  uint32_t next = 0;
  for (const std::vector<uint32_t>& group : members) {
    if (group.empty()) continue;
    const uint32_t owner = SpreadsByKey(plan, group, bounds) ? Share::kAllShards : next++ % shards;
    for (uint32_t s : group) owners[s] = owner;
  }
  std::vector<Share> shares;
  for (uint32_t shard = 0; shard < shards; ++shard) shares.push_back({shard, shards, owners});
  return shares;
}

}  // namespace varpulis::exec
