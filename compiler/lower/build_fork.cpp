// .fork: the operators of all paths in one list, path by path, and rows that say where they come from.

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "compiler/lower/operator_list.h"
#include "compiler/lower/plan_builder.h"

namespace varpulis::lower {

using Combine = ir::ForkOperator::Combine;

void PlanBuilder::Build(const sema::ForkOp& op, Chain& chain) {
  std::vector<ir::Operator>& operators = chain.plan->operators;
  const bool emits_inside = std::any_of(op.paths.begin(), op.paths.end(), [](const auto& path) {
    return HasEmit(path.operators, 0);
  });
  if (chain.collected && !emits_inside && !chain.emits_later) EmitRows(chain);
  chain.plan->on_error.resize(operators.size(), chain.on_error);
  chain.collected = false;
  const size_t at = operators.size();
  ir::ForkOperator fork;
  fork.combine = op.combine;
  fork.needed = op.needed;
  const std::string name = fmt::format("fork{}", at);
  if (op.combine == Combine::AtLeast) {
    const std::vector<ir::TableColumn> parts = PartsOf(chain);
    fork.table = AddTable(chain.plan->name + "." + name, chain.stream->name);
    plan_.tables[fork.table].columns = parts;
    fork.kernels = PerVariant(chain, name, [&](KernelBuilder& k, ExprLowering& lowering) {
      for (const ir::TableColumn& part : parts) {
        const ir::ValueId value = k.Convert(PartOf(chain, lowering, part), part.type);
        k.Add(ir::StoreOut{k.Out(part.name, part.type), value});
      }
    });
  }
  operators.emplace_back(ir::ForkOperator());
  chain.plan->on_error.resize(operators.size(), chain.on_error);
  std::vector<ir::TableId> tables;
  for (uint32_t i = 0; i < op.paths.size(); ++i) {
    fork.paths.push_back({op.paths[i].name, operators.size()});
    Chain inside = chain;
    BuildOperators(op.paths[i].operators, 0, inside);
    if (inside.collected && !inside.emits_later) EmitRows(inside);
    ir::PathEndOperator end;
    end.fork = at;
    end.path = i;
    EndPath(name + "." + op.paths[i].name, std::move(end), fork, inside);
    chain.plan->on_error.resize(operators.size(), chain.on_error);
    tables.push_back(inside.tables.front());
  }
  fork.next = operators.size();
  if (op.combine == Combine::AtLeast) tables = {fork.table};
  operators[at] = std::move(fork);
  chain.tables = std::move(tables);
  chain.step_columns = false;
}

// Sets the chain to the table of the rows that the path puts out.
void PlanBuilder::EndPath(const std::string& name, ir::PathEndOperator end,
                          const ir::ForkOperator& fork, Chain& chain) {
  static const auto kSet = static_cast<uint32_t>(ir::FindBuiltin("set"));
  const std::string& path = fork.paths[end.path].name;
  const bool is_part = fork.combine == Combine::AtLeast;
  std::vector<ir::TableColumn> parts = PartsOf(chain);
  const bool whole = IsWholeEvent(parts);
  if (!is_part) std::erase_if(parts, [](const auto& part) { return part.name == "_path"; });
  end.table = is_part ? fork.table : AddTable(chain.plan->name + "." + name, chain.stream->name);
  ir::Table& table = plan_.tables[end.table];
  end.first_column = static_cast<uint32_t>(table.columns.size());
  for (const ir::TableColumn& part : parts) {
    table.columns.push_back({is_part ? path + "." + part.name : part.name, part.type, part.spread});
  }
  if (!is_part) table.columns.push_back({"_path", ir::Type::Str});
  if (!is_part && whole) table.event_column = 0;
  end.kernels = PerVariant(chain, name, [&](KernelBuilder& k, ExprLowering& lowering) {
    for (const ir::TableColumn& part : parts) {
      ir::ValueId value = k.Convert(PartOf(chain, lowering, part), part.type);
      if (!is_part && whole) {
        value = k.Add(ir::CallBuiltin{kSet,
                                      {value, k.Convert(k.Str("_path"), ir::Type::Any),
                                       k.Convert(k.Str(path), ir::Type::Any)}});
      }
      k.Add(ir::StoreOut{k.Out(part.name, part.type), value});
    }
    if (!is_part) k.Add(ir::StoreOut{k.Out("_path", ir::Type::Str), k.Str(path)});
  });
  chain.tables = {end.table};
  chain.step_columns = false;
  chain.plan->operators.push_back(std::move(end));
}

}  // namespace varpulis::lower
