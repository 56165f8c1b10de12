// Operators that take one row at a time: limit distinct map concurrent, and what all of them need.

#include <fmt/format.h>

#include "compiler/lower/operator_list.h"
#include "compiler/lower/plan_builder.h"

namespace varpulis::lower {

std::vector<ir::KernelId> PlanBuilder::PerVariant(const Chain& chain, const std::string& what,
                                                  ir::KernelResult result, const Body& body) {
  std::vector<ir::KernelId> kernels;
  for (size_t v = 0; v < chain.tables.size(); ++v) {
    KernelBuilder k(KernelName(chain, what, v), plan_.tables[chain.tables[v]].name);
    const Binding binding = BindRow(chain, chain.tables[v]);
    ExprLowering lowering(k, binding);
    const ir::ValueId returned = body(k, lowering);
    kernels.push_back(AddKernel(k.Finish(result, returned)));
  }
  return kernels;
}

std::vector<ir::KernelId> PlanBuilder::PerVariant(
    const Chain& chain, const std::string& what,
    const std::function<void(KernelBuilder&, ExprLowering&)>& body) {
  return PerVariant(chain, what, ir::KernelResult::None,
                    [&](KernelBuilder& k, ExprLowering& lowering) {
                      body(k, lowering);
                      return ir::kNoValue;
                    });
}

std::vector<ir::TableColumn> PlanBuilder::PartsOf(const Chain& chain) {
  if (chain.tables.size() > 1) return {{"*", ir::Type::Any, true}};
  return RowParts(BindRow(chain, chain.tables.front()));
}

bool PlanBuilder::IsWholeEvent(const std::vector<ir::TableColumn>& parts) {
  return parts.size() == 1 && parts.front().spread && parts.front().name == "*";
}

ir::ValueId PlanBuilder::PartOf(const Chain& chain, ExprLowering& lowering,
                                const ir::TableColumn& part) {
  return chain.tables.size() > 1 ? lowering.RowEvent() : lowering.RowPart(part);
}

PlanBuilder::RowCopy PlanBuilder::Copy(const std::string& name, const std::string& event_type,
                                       const std::vector<sema::TypedExprPtr>& more,
                                       const Chain& chain) {
  const std::vector<ir::TableColumn> parts = PartsOf(chain);
  RowCopy copy{AddTable(chain.plan->name + "." + name, event_type), {}, parts.size()};
  std::vector<ir::TableColumn> columns = parts;
  for (size_t i = 0; i < more.size(); ++i)
    columns.push_back({fmt::format("more{}", i), more[i]->type});
  copy.kernels = PerVariant(chain, name, [&](KernelBuilder& k, ExprLowering& lowering) {
    for (size_t c = 0; c < columns.size(); ++c) {
      const auto& [column, type, spread] = columns[c];
      const ir::ValueId value = c < parts.size() ? PartOf(chain, lowering, columns[c])
                                                 : lowering.Value(*more[c - parts.size()]);
      k.Add(ir::StoreOut{k.Out(column, type), k.Convert(value, type)});
    }
  });
  plan_.tables[copy.table].columns = std::move(columns);
  if (IsWholeEvent(parts)) plan_.tables[copy.table].event_column = 0;
  return copy;
}

void PlanBuilder::Carry(const std::string& name, const std::string& event_type, Chain& chain) {
  RowCopy copy = Copy(name, event_type, {}, chain);
  chain.tables = {copy.table};
  chain.step_columns = false;
  chain.plan->operators.push_back(ir::ProjectOperator{copy.table, std::move(copy.kernels)});
}

void PlanBuilder::BuildOperators(const std::vector<sema::TypedOperator>& operators, size_t first,
                                 Chain& chain) {
  const ir::OnError outside = chain.on_error;
  const bool emits_outside = chain.emits_later;
  for (size_t i = first; i < operators.size(); ++i) {
    const sema::OnErrorOp* handler = HandlerOf(operators, i);
    chain.on_error = handler == nullptr ? outside : HandledBy(*handler, operators[i], chain);
    const bool is_handled = chain.on_error.policy != ir::ErrorPolicy::Null;
    const bool has_rows = handler != nullptr && handler->value != nullptr;
    if (has_rows) HandleRows(*handler, chain);
    chain.emits_later = emits_outside || HasEmit(operators, i + 1);
    chain.behind = std::span(operators).subspan(i + 1);
    const auto* aggregate = std::get_if<sema::AggregateOp>(&operators[i]);
    if (aggregate != nullptr && is_handled) {
      TryWindow(aggregate->window, aggregate->items, chain);
    }
    const auto* window = std::get_if<sema::WindowOp>(&operators[i]);
    if (window != nullptr && is_handled) {
      TryWindow(window->window, {}, chain);
    }
    std::visit([&](const auto& op) { Build(op, chain); }, operators[i]);
    chain.plan->on_error.resize(chain.plan->operators.size(), chain.on_error);
    // What a window puts out may fail as well.
    if (has_rows && !std::holds_alternative<sema::OnErrorOp>(operators[i]))
      HandleRows(*handler, chain);
  }
  chain.on_error = outside;
  chain.emits_later = emits_outside;
}

namespace {

void EvaluateArguments(const sema::TypedExpr& expr, ExprLowering& lowering) {
  if (expr.op == sema::TypedOp::Aggregate) {
    for (const sema::TypedExprPtr& argument : expr.args) lowering.Value(*argument);
    return;
  }
  for (const sema::TypedExprPtr& part : expr.args) EvaluateArguments(*part, lowering);
}

}  // namespace

// Whatever the window reads of a row is evaluated before it: a row that a handler drops must not have
// been folded in.
void PlanBuilder::TryWindow(const sema::Window& window, const std::vector<sema::NamedItem>& items,
                            Chain& chain) {
  ir::FilterOperator filter;
  filter.text = items.empty() ? "the row has a window" : "the row can be aggregated";
  const std::string name = fmt::format("try{}", chain.plan->operators.size());
  filter.predicates = PerVariant(chain, name, ir::KernelResult::Bool,
                                 [&](KernelBuilder& k, ExprLowering& lowering) {
                                   for (const auto& key : window.keys) lowering.Value(*key.value);
                                   for (const auto& item : items) {
                                     EvaluateArguments(*item.value, lowering);
                                   }
                                   return k.Bool(true);
                                 });
  chain.plan->operators.push_back(std::move(filter));
}

void PlanBuilder::Build(const sema::LimitOp& op, Chain& chain) {
  chain.plan->operators.push_back(ir::LimitOperator{op.rows});
}

void PlanBuilder::Build(const sema::DistinctOp& op, Chain& chain) {
  ir::DistinctOperator distinct;
  distinct.text = op.key == nullptr ? "all fields" : "by " + Text(chain, *op.key);
  const ir::Type type = op.key == nullptr ? ir::Type::Any : op.key->type;
  const std::string name = fmt::format("distinct{}", chain.plan->operators.size());
  distinct.table = AddTable(chain.plan->name + "." + name, chain.stream->name);
  plan_.tables[distinct.table].columns.push_back({"key", type});
  distinct.kernels = PerVariant(chain, name, [&](KernelBuilder& k, ExprLowering& lowering) {
    const ir::ValueId key =
        op.key == nullptr ? lowering.RowEvent() : k.Convert(lowering.Value(*op.key), type);
    k.Add(ir::StoreOut{k.Out("key", type), key});
  });
  const uint32_t slot = distinct.record.Add("key", type);
  distinct.record.Finish();
  // A kernel over the key that was evaluated.
  const auto of_key = [&](const char* what, ir::KernelResult result,
                          const std::function<ir::ValueId(KernelBuilder&, ir::ValueId)>& body) {
    KernelBuilder k(fmt::format("{}.{}.{}", chain.plan->name, name, what),
                    plan_.tables[distinct.table].name);
    const ir::ValueId key = k.Add(ir::LoadColumn{k.Column("key", type, 0)}, "key");
    const ir::ValueId returned = body(k, key);
    return AddKernel(k.Finish(result, returned));
  };
  distinct.hash = of_key("hash", ir::KernelResult::Int,
                         [](KernelBuilder& k, ir::ValueId key) { return k.Add(ir::Hash{key}); });
  distinct.same_key =
      of_key("same_key", ir::KernelResult::Bool, [&](KernelBuilder& k, ir::ValueId key) {
        k.set_record(distinct.record);
        return k.Add(ir::SameKey{key, k.Add(ir::LoadSlot{slot}, "seen")});
      });
  distinct.init = of_key("init", ir::KernelResult::None, [&](KernelBuilder& k, ir::ValueId key) {
    k.set_record(distinct.record);
    k.Add(ir::StoreSlot{slot, key});
    return ir::kNoValue;
  });
  chain.plan->operators.push_back(std::move(distinct));
}

// The entries of a map are the fields, any other value is the field `value`.
ir::TableId PlanBuilder::AddEventTable(const Chain& chain, const std::string& name) {
  const ir::TableId table = AddTable(chain.plan->name + "." + name, chain.stream->name);
  plan_.tables[table].columns.push_back({"*", ir::Type::Any, true});
  plan_.tables[table].event_column = 0;
  return table;
}

// language.md 4.2: the entries of a map are the fields, anything else is the field `value`.
ir::ValueId PlanBuilder::EventOf(KernelBuilder& k, ir::ValueId value) {
  static const auto kIsMap = static_cast<uint32_t>(ir::FindBuiltin("is_map"));
  const ir::ValueId is_map =
      k.Truth(k.Convert(k.Add(ir::CallBuiltin{kIsMap, {value}}), ir::Type::Bool));
  return k.If(
      is_map, ir::Type::Any, [&] { return value; },
      [&] { return k.Add(ir::MakeMap{{k.String("value")}, {value}}); });
}

void PlanBuilder::Build(const sema::MapOp& op, Chain& chain) {
  const std::string name = fmt::format("map{}", chain.plan->operators.size());
  ir::ProjectOperator project;
  project.table = AddEventTable(chain, name);
  project.kernels = PerVariant(chain, name, [&](KernelBuilder& k, ExprLowering& lowering) {
    const ir::ValueId value = k.Convert(lowering.Value(*op.value), ir::Type::Any);
    k.Add(ir::StoreOut{k.Out("*", ir::Type::Any), EventOf(k, value)});
  });
  chain.tables = {project.table};
  chain.step_columns = false;
  chain.plan->operators.push_back(std::move(project));
}

void PlanBuilder::Build(const sema::ConcurrentOp& op, Chain& chain) {
  chain.plan->concurrency.push_back(
      {op.workers, op.key == nullptr ? std::string() : Text(chain, *op.key)});
}

}  // namespace varpulis::lower
