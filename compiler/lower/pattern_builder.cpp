#include "compiler/lower/pattern_builder.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/check.h"

namespace varpulis::lower {

using sema::TypedStep;

namespace {

std::vector<std::string> AliasesOf(const std::vector<TypedStep>& steps) {
  std::vector<std::string> aliases;
  for (const TypedStep& step : steps) aliases.push_back(step.alias);
  return aliases;
}

std::vector<StepParts> PartsOfSteps(const std::vector<TypedStep>& steps) {
  std::vector<StepParts> parts;
  for (const TypedStep& step : steps) parts.push_back(Split(step));
  return parts;
}

}  // namespace

PatternBuilder::PatternBuilder(PlanBuilder& plan, const sema::TypedStream& stream,
                               ir::PatternPlan& pattern, bool has_readers)
    : plan_(plan),
      stream_(stream),
      typed_(*stream.pattern),
      steps_(typed_.steps),
      pattern_(pattern),
      has_readers_(has_readers),
      aliases_(AliasesOf(steps_)),
      parts_(PartsOfSteps(steps_)),
      states_(EnumerateStates(typed_)),
      keys_(typed_, states_, parts_, aliases_) {}

void PatternBuilder::Run() {
  pattern_.within = typed_.within;
  pattern_.selection = typed_.selection;
  pattern_.run_per_choice = typed_.run_per_choice;
  pattern_.blockers = states_.blockers;
  pattern_.constant_key = keys_.is_constant();
  pattern_.partition_key = keys_.is_partition_only() && partitioned();
  BuildStates();
  FindCaptures();
  LayOutRun();
  LayOutMatch();
  BuildClosures();
  BuildSteps();
  for (size_t i = 0; i < pattern_.edges.size(); ++i) {
    BuildEdgeKernels(sources_[i], pattern_.edges[i]);
  }
  BuildDeadline();
  Describe();
}

const std::string& PatternBuilder::TableName(const Binding& binding) const {
  static const std::string kNone;
  return binding.table == ir::kNoTable ? kNone : plan_.plan_.tables[binding.table].name;
}

uint32_t PatternBuilder::SlotOf(const std::string& name) const {
  const int slot = pattern_.run.Find(name);
  VPL_CHECK(slot >= 0, "{} keeps no {}", stream_.name, name);
  return static_cast<uint32_t>(slot);
}

ir::KernelId PatternBuilder::Once(const std::string& name,
                                  const std::function<ir::Kernel()>& build) {
  const auto known = built_.find(name);
  if (known != built_.end()) return known->second;
  const ir::KernelId id = plan_.AddKernel(build());
  built_.emplace(name, id);
  return id;
}

}  // namespace varpulis::lower
