#include "compiler/ir/trend_groups.h"

#include <algorithm>

#include <fmt/format.h>

namespace varpulis::ir {
namespace {

// What a kernel does; its name, and what the program calls things, is left out.
std::string Meaning(const Plan& plan, KernelId id) {
  if (id == kNoKernel) return "none";
  Kernel kernel = plan.kernels[id];
  kernel.name = "k";
  for (std::string& name : kernel.value_names) name.clear();
  for (RecordSlot& slot : kernel.record.slots) slot.name.clear();
  std::string text = Print(kernel);
  for (const RecordSlot& slot : kernel.record.slots)
    text += fmt::format(" {}@{}/{}", TypeName(slot.type), slot.offset, slot.state_offset);
  return text;
}

// Every trend that an event of the step goes on with does so whatever the event is, and none begins with it.
bool TellsNothingApart(const TrendPlan& trend, uint32_t step) {
  bool repeats = false;
  for (uint32_t p = 0; p < trend.places.size(); ++p) {
    const TrendPlace& place = trend.places[p];
    if (place.step != step) continue;
    if (place.bound > 0) return false;
    for (const TrendEdge& edge : place.edges) {
      if (edge.from == TrendEdge::kBegin || !edge.guards.empty() || !edge.inherits.empty())
        return false;
      repeats = repeats || edge.from == p;
    }
  }
  return repeats;
}

bool OnlyStepReads(const TrendPlan& trend, uint32_t step, TableId table) {
  for (uint32_t other = 0; other < trend.steps.size(); ++other) {
    const std::vector<StepInput>& inputs = trend.steps[other].inputs;
    const auto reads = std::count_if(inputs.begin(), inputs.end(),
                                     [&](const StepInput& input) { return input.table == table; });
    if (reads != (other == step ? 1 : 0)) return false;
  }
  return true;
}

// What members of a group agree on; empty if the step's events cannot be shared.
std::string SharedPart(const Plan& plan, const StreamPlan& stream, uint32_t step) {
  const TrendPlan& trend = *stream.trend;
  const std::vector<StepInput>& inputs = trend.steps[step].inputs;
  if (inputs.size() != 1 || inputs.front().ordered) return "";
  const StepInput& input = inputs.front();
  if (plan.tables[input.table].kind != Table::Kind::Event) return "";
  if (!OnlyStepReads(trend, step, input.table) || !TellsNothingApart(trend, step)) return "";
  return fmt::format("{} {} {} {} {} {}", input.table, trend.within, trend.key_text,
                     Meaning(plan, input.filter), Meaning(plan, input.probe),
                     Meaning(plan, trend.kernels[step].front().measure));
}

}  // namespace

std::vector<TrendGroup> TrendGroups(const Plan& plan) {
  std::vector<std::pair<std::string, TrendGroup>> groups;
  for (uint32_t s = 0; s < plan.streams.size(); ++s) {
    const StreamPlan& stream = plan.streams[s];
    // Rows that wait for a watermark come in an order of their own, and updates look at every event.
    if (!stream.trend || stream.trend->updates || stream.time.watermarked || stream.time.reorders)
      continue;
    for (uint32_t step = 0; step < stream.trend->steps.size(); ++step) {
      const std::string part = SharedPart(plan, stream, step);
      if (part.empty()) continue;
      auto known = std::find_if(groups.begin(), groups.end(),
                                [&](const auto& group) { return group.first == part; });
      if (known == groups.end()) {
        const TableId table = stream.trend->steps[step].inputs.front().table;
        known = groups.insert(groups.end(), {part, TrendGroup{table, {}}});
      }
      known->second.members.push_back({s, step});
      break;
    }
  }
  std::vector<TrendGroup> shared;
  for (auto& [part, group] : groups) {
    if (group.members.size() > 1) shared.push_back(std::move(group));
  }
  return shared;
}

}  // namespace varpulis::ir
