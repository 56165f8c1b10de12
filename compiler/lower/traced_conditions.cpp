// Conditions taken apart for a trace.

#include <algorithm>

#include <fmt/format.h>

#include "compiler/lower/pattern_parts.h"
#include "compiler/lower/plan_builder.h"

namespace varpulis::lower {

using sema::TypedExprPtr;

namespace {

// What the condition reads, by its text, each once.
std::vector<sema::NamedItem> ReadsOf(const TypedExprPtr& condition,
                                     const std::vector<std::string>& steps) {
  std::vector<TypedExprPtr> reads;
  CollectReads(condition, reads);
  std::vector<sema::NamedItem> named;
  for (const TypedExprPtr& read : reads) {
    std::string text = sema::ToText(*read, steps);
    const bool known = std::any_of(named.begin(), named.end(),
                                   [&](const sema::NamedItem& item) { return item.name == text; });
    if (!known) named.push_back({std::move(text), read});
  }
  return named;
}

}  // namespace

ir::TracedCondition PlanBuilder::TraceOne(const std::string& name, const Binding& binding,
                                          const TypedExprPtr& condition,
                                          const std::vector<std::string>& steps) {
  ir::TracedCondition traced;
  traced.text = sema::ToText(*condition, steps);
  traced.test = Predicate(name, binding, {condition});
  const std::vector<sema::NamedItem> reads = ReadsOf(condition, steps);
  if (reads.empty()) return traced;
  traced.table = AddTable(name + ".values", {});
  KernelBuilder k(name + ".values", plan_.tables[binding.table].name);
  ExprLowering lowering(k, binding);
  if (binding.record != nullptr) k.set_record(*binding.record);
  for (const sema::NamedItem& read : reads) {
    plan_.tables[traced.table].columns.push_back({read.name, ir::Type::Any});
    const ir::ValueId value = k.Convert(lowering.Value(*read.value), ir::Type::Any);
    k.Add(ir::StoreOut{k.Out(read.name, ir::Type::Any), value});
  }
  traced.values = AddKernel(k.Finish(ir::KernelResult::None, ir::kNoValue));
  return traced;
}

std::vector<ir::TracedCondition> PlanBuilder::TakeApart(const std::string& name,
                                                        const Binding& binding,
                                                        const std::vector<TypedExprPtr>& conditions,
                                                        const std::vector<std::string>& steps) {
  std::vector<ir::TracedCondition> traced;
  if (!for_trace_) return traced;
  std::vector<TypedExprPtr> conjuncts;
  for (const TypedExprPtr& condition : conditions) sema::SplitConjuncts(condition, conjuncts);
  for (const TypedExprPtr& conjunct : conjuncts) {
    const std::string own = fmt::format("{}.trace{}", name, traced.size() + 1);
    traced.push_back(TraceOne(own, binding, conjunct, steps));
  }
  return traced;
}

}  // namespace varpulis::lower
