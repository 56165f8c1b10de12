#include "runtime/exec/context_plan.h"

#include <algorithm>

namespace varpulis::exec {
namespace {

// By group: the context that its streams run in.
std::vector<std::string> ContextsOfGroups(const ir::Plan& plan,
                                          const std::vector<uint32_t>& groups) {
  std::vector<std::string> contexts(plan.streams.size());
  for (uint32_t s = 0; s < groups.size(); ++s) {
    std::string& context = contexts[groups[s]];
    if (context.empty()) context = plan.streams[s].context;
  }
  return contexts;
}

}  // namespace

ContextPlan PlanContexts(const ir::Plan& plan) {
  ContextPlan planned;
  const bool names_one = std::any_of(plan.streams.begin(), plan.streams.end(),
                                     [](const ir::StreamPlan& s) { return !s.context.empty(); });
  if (!names_one || !plan.serial_reason.empty()) return planned;
  const std::vector<uint32_t> groups = GroupsOfStreams(plan);
  const std::vector<std::string> of_group = ContextsOfGroups(plan, groups);
  const auto add = [&](const std::string& name, const std::vector<int64_t>& cores) {
    const bool is_used = std::any_of(groups.begin(), groups.end(),
                                     [&](uint32_t group) { return of_group[group] == name; });
    if (is_used) planned.shares.push_back({name, cores, {}});
  };
  add("", {});
  for (const ir::Context& context : plan.contexts) add(context.name, context.cores);
  std::vector<uint32_t> owners;
  for (uint32_t s = 0; s < groups.size(); ++s) {
    const std::string& context = of_group[groups[s]];
    const auto at = std::find_if(planned.shares.begin(), planned.shares.end(),
                                 [&](const ContextShare& share) { return share.name == context; });
    owners.push_back(static_cast<uint32_t>(at - planned.shares.begin()));
    if (!plan.streams[s].context.empty() && plan.streams[s].context != context)
      planned.moved.push_back(s);
  }
  const auto count = static_cast<uint32_t>(planned.shares.size());
  for (uint32_t shard = 0; shard < count; ++shard)
    planned.shares[shard].share = {shard, count, owners};
  return planned;
}

}  // namespace varpulis::exec
