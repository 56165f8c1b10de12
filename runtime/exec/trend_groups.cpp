// Streams of trends with a closure in common (compiler/ir/trend_groups.h): their events are looked at once, and
// offered to each of the streams only where nobody keeps them for all.

#include "compiler/ir/trend_groups.h"

#include <algorithm>

#include "runtime/exec/engine.h"

namespace varpulis::exec {

// Consumers stay where they are from here on.
void Engine::BuildTrendGroups() {
  if (bounds_.trends == trend::Sharing::Never) return;
  for (const ir::TrendGroup& group : ir::TrendGroups(plan_)) BuildTrendGroup(group);
  for (TableState& table : tables_) {
    for (uint32_t i = 0; i < table.consumers.size() && !table.groups.empty(); ++i) {
      if (table.consumers[i].group == kNoGroup) table.alone.push_back(i);
    }
  }
}

void Engine::BuildTrendGroup(const ir::TrendGroup& group) {
  TableState& table = tables_[group.table];
  std::vector<uint32_t> places;  // among the consumers
  std::vector<ir::TrendGroup::Member> members;
  for (const ir::TrendGroup::Member& member : group.members) {
    // Streams that other shards run, or whose keys are spread in another way, are on their own.
    const bool is_like_the_first =
        members.empty() || share_.ByKey(member.stream) == share_.ByKey(members.front().stream);
    if (!share_.Runs(member.stream) || !is_like_the_first) continue;
    const auto at =
        std::find_if(table.consumers.begin(), table.consumers.end(),
                     [&](const Consumer& consumer) { return consumer.stream == member.stream; });
    places.push_back(static_cast<uint32_t>(at - table.consumers.begin()));
    members.push_back(member);
  }
  if (members.size() < 2) return;
  const auto number = static_cast<uint32_t>(trend_groups_.size());
  table.groups.push_back(number);
  const ir::TrendPlan& first = *plan_.streams[members.front().stream].trend;
  trend_groups_.push_back(
      {std::make_unique<trend::SharedBursts>(first, members.front().step, bounds_.trends),
       places.front()});
  Input& leader = table.consumers[places.front()].inputs.front();
  leader.followers = static_cast<uint32_t>(members.size()) - 1;
  for (size_t i = 0; i < members.size(); ++i) {
    Consumer& consumer = table.consumers[places[i]];
    if (i > 0) consumer.inputs.front().same_as = &leader;
    consumer.group = streams_[members[i].stream].group = number;
    streams_[members[i].stream].trend->Share(*trend_groups_[number].bursts, members[i].step);
  }
}

// Whether none of the streams that share a closure is to be offered the row.
bool Engine::KeepForGroups(const TableState& state, const row::RowTable& rows, uint32_t row) {
  bool all = !state.groups.empty();
  for (const uint32_t g : state.groups) {
    TrendGroup& group = trend_groups_[g];
    const Input& input = state.consumers[group.leader].inputs.front();
    const bool passes = Passes(input, rows, row, true);
    group.offers = passes && !group.bursts->Take(call_, rows, row, Probe(input, rows, row, true));
    if (passes && !group.offers) ++group.taken;
    all = all && !group.offers;
  }
  return all;
}

// Those that were kept for a group of streams have come in to each of them.
uint64_t Engine::RowsIn(const StreamState& state) const {
  const uint64_t taken = state.group != kNoGroup ? trend_groups_[state.group].taken : 0;
  return state.statistics.rows_in + taken;
}

}  // namespace varpulis::exec
