// .on_error(err => e): rows that failed are made anew, and go on where the handler stands, beside those
// that did not (language.md 4.9).

#include <algorithm>

#include <fmt/format.h>

#include "compiler/lower/operator_list.h"
#include "compiler/lower/plan_builder.h"

namespace varpulis::lower {

// What becomes of the errors of `op`.
ir::OnError PlanBuilder::HandledBy(const sema::OnErrorOp& handler, const sema::TypedOperator& op,
                                   const Chain& chain) {
  if (handler.value == nullptr) return {handler.policy, 0, {}, true};
  const auto known = handlers_.find(&handler);
  if (known != handlers_.end()) return {handler.policy, known->second, OperatorName(op), true};
  std::vector<ir::ErrorHandler>& handlers = chain.plan->handlers;
  const auto index = static_cast<uint32_t>(handlers.size());
  handlers_[&handler] = index;
  handlers.emplace_back().table = AddEventTable(chain, fmt::format("handled{}", index));
  return {handler.policy, index, OperatorName(op), true};
}

// The rows of the chain may fail in the operator at hand.
void PlanBuilder::HandleRows(const sema::OnErrorOp& handler, const Chain& chain) {
  const uint32_t index = handlers_.at(&handler);
  const auto is_known = [&](ir::TableId table) {
    const auto& kernels = chain.plan->handlers[index].kernels;
    return std::any_of(kernels.begin(), kernels.end(),
                       [&](const auto& known) { return known.first == table; });
  };
  if (std::all_of(chain.tables.begin(), chain.tables.end(), is_known)) return;
  static const auto kIsNull = static_cast<uint32_t>(ir::FindBuiltin("is_null"));
  const std::string name =
      fmt::format("handle{}.{}", index, chain.plan->handlers[index].kernels.size());
  const auto kernels = PerVariant(chain, name, [&](KernelBuilder& k, ExprLowering& lowering) {
    const ir::ValueId value = k.Convert(lowering.Value(*handler.value), ir::Type::Any);
    const ir::ValueId is_null =
        k.Truth(k.Convert(k.Add(ir::CallBuiltin{kIsNull, {value}}), ir::Type::Bool));
    const ir::ValueId event = k.If(
        is_null, ir::Type::Any, [&] { return k.Absent(ir::Type::Any, false); },
        [&] { return EventOf(k, value); });
    k.Add(ir::StoreOut{k.Out("*", ir::Type::Any), event});
  });
  for (size_t v = 0; v < chain.tables.size(); ++v) {
    if (!is_known(chain.tables[v]))
      chain.plan->handlers[index].kernels.emplace_back(chain.tables[v], kernels[v]);
  }
}

void PlanBuilder::Build(const sema::OnErrorOp& op, Chain& chain) {
  if (op.value == nullptr) return;
  // Nothing may stand in front of it.
  chain.on_error = {};
  const auto known = handlers_.find(&op);
  if (known == handlers_.end()) return;
  ir::ErrorHandler& handler = chain.plan->handlers[known->second];
  ir::ProjectOperator project;
  project.table = handler.table;
  project.kernels =
      PerVariant(chain, fmt::format("unhandled{}", known->second),
                 [&](KernelBuilder& k, ExprLowering& lowering) {
                   k.Add(ir::StoreOut{k.Out("*", ir::Type::Any), lowering.RowEvent()});
                 });
  chain.plan->operators.push_back(std::move(project));
  chain.plan->handlers[known->second].resume = chain.plan->operators.size();
  chain.tables = {chain.plan->handlers[known->second].table};
  chain.step_columns = false;
}

}  // namespace varpulis::lower
