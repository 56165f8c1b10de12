// What leaves the program: .emit and .to; and what ties it to the world, connectors and contexts.

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "compiler/ir/connector_kind.h"
#include "compiler/lower/plan_builder.h"

namespace varpulis::lower {
namespace {

// Columns `*` and `l_*` hold maps, whose entries spread under the prefix.
std::string KeyOf(const std::string& column) {
  if (!column.ends_with('*')) return column;
  return "*" + column.substr(0, column.size() - 1);
}

void Override(std::vector<ir::ConfigItem>& items, const ir::ConfigItem& item) {
  for (ir::ConfigItem& known : items) {
    if (known.name != item.name) continue;
    known.value = item.value;
    return;
  }
  items.push_back(item);
}

}  // namespace

// --- all fields ----------------------------------------------------------------------------------

// Rows of events carry the whole event as a map; others have their columns.
PlanBuilder::WholeRows PlanBuilder::CopyRows(const std::string& name, const std::string& event_type,
                                             const std::vector<sema::TypedExprPtr>& more,
                                             const Chain& chain) {
  if (chain.step_columns) return CopyMatch(name, event_type, more, chain);
  WholeRows rows{AddTable(chain.plan->name + "." + name, event_type), {}, {}};
  const bool whole = chain.tables.size() > 1 ||
                     std::any_of(chain.tables.begin(), chain.tables.end(), [&](ir::TableId table) {
                       return plan_.tables[table].kind == ir::Table::Kind::Event ||
                              plan_.tables[table].event_column >= 0;
                     });
  std::vector<ir::TableColumn> columns = {{"*", ir::Type::Any}};
  if (whole) {
    plan_.tables[rows.table].event_column = 0;
  } else {
    columns = plan_.tables[chain.tables.front()].columns;
  }
  for (const ir::TableColumn& column : columns) rows.keys.push_back(KeyOf(column.name));
  const size_t fields = columns.size();
  for (const sema::TypedExprPtr& expr : more) {
    columns.push_back({fmt::format("more{}", columns.size() - fields), expr->type});
  }
  for (size_t v = 0; v < chain.tables.size(); ++v) {
    KernelBuilder k(KernelName(chain, name, v), plan_.tables[chain.tables[v]].name);
    const Binding binding = BindRow(chain, chain.tables[v]);
    ExprLowering lowering(k, binding);
    for (size_t c = 0; c < columns.size(); ++c) {
      const auto& [column, type] = columns[c];
      const ir::ValueId value = c >= fields ? k.Convert(lowering.Value(*more[c - fields]), type)
                                : whole     ? lowering.RowEvent()
                                            : lowering.RowField(column, type);
      k.Add(ir::StoreOut{k.Out(column, type), value});
    }
    rows.kernels.push_back(AddKernel(k.Finish()));
  }
  plan_.tables[rows.table].columns = std::move(columns);
  return rows;
}

// The no-emit form of a match (language.md 6.5): stream, match_duration_ms, `<alias>_<field>`.
PlanBuilder::WholeRows PlanBuilder::CopyMatch(const std::string& name,
                                              const std::string& event_type,
                                              const std::vector<sema::TypedExprPtr>& more,
                                              const Chain& chain) {
  WholeRows rows{AddTable(chain.plan->name + "." + name, event_type), {}, {}};
  KernelBuilder k(KernelName(chain, name, 0), plan_.tables[chain.tables.front()].name);
  const Binding binding = BindRow(chain, chain.tables.front());
  ExprLowering lowering(k, binding);
  const auto add = [&](const std::string& column, ir::Type type, ir::ValueId value) {
    plan_.tables[rows.table].columns.push_back({column, type});
    k.Add(ir::StoreOut{k.Out(column, type), k.Convert(value, type)});
  };
  add("stream", ir::Type::Str, k.Str(chain.stream->name));
  add("match_duration_ms", ir::Type::Int, lowering.RowField("match_duration_ms", ir::Type::Int));
  const std::vector<sema::TypedStep>& steps = chain.stream->pattern->steps;
  for (uint32_t i = 0; i < steps.size(); ++i) {
    if (steps[i].alias.empty()) continue;
    sema::TypedExpr event;
    event.op = sema::TypedOp::Event;
    event.index = i;
    add(steps[i].alias + "_*", ir::Type::Any, lowering.Value(event));
  }
  for (const ir::TableColumn& column : plan_.tables[rows.table].columns)
    rows.keys.push_back(KeyOf(column.name));
  for (size_t i = 0; i < more.size(); ++i)
    add(fmt::format("more{}", i), more[i]->type, lowering.Value(*more[i]));
  rows.kernels.push_back(AddKernel(k.Finish()));
  return rows;
}

std::vector<std::string> PlanBuilder::PassAll(const std::string& name,
                                              const std::string& event_type, Chain& chain) {
  WholeRows rows = CopyRows(name, event_type, {}, chain);
  chain.plan->operators.push_back(ir::ProjectOperator{rows.table, std::move(rows.kernels)});
  chain.tables = {rows.table};
  chain.step_columns = false;
  return std::move(rows.keys);
}

// --- operators -----------------------------------------------------------------------------------

void PlanBuilder::Build(const sema::EmitOp& op, Chain& chain) {
  const std::string name = fmt::format("emit{}", chain.plan->operators.size());
  ir::EmitOperator emit;
  if (op.all_fields) {
    emit.keys.push_back(PassAll(name, op.event_type, chain));
  } else {
    Project(name, op.event_type, op.items, chain);
    emit.keys.emplace_back();
    for (const sema::NamedItem& item : op.items) emit.keys.back().push_back(item.name);
  }
  emit.tables = chain.tables;
  chain.plan->operators.push_back(std::move(emit));
}

void PlanBuilder::Build(const sema::ToOp& op, Chain& chain) {
  ir::ToOperator to;
  to.egress = static_cast<uint32_t>(plan_.egresses.size());
  WholeRows rows =
      CopyRows(fmt::format("to{}", chain.plan->operators.size()), op.event_type, op.topic, chain);
  to.table = rows.table;
  to.kernels = std::move(rows.kernels);
  to.keys = std::move(rows.keys);
  ir::Egress egress{Bind(chain.stream->name, op.connector, op.parameters), {}};
  const bool has_topic =
      ir::FindConnectorKind(egress.binding.kind)->topic == ir::TopicUse::PerEvent;
  if (!op.topic.empty()) egress.binding.topic.clear();
  if (op.topic.empty() && has_topic && egress.binding.topic.empty()) {
    egress.binding.topic = egress.binding.connector + "-output";
  }
  for (const sema::TypedExprPtr& part : op.topic) {
    egress.topic_text += (egress.topic_text.empty() ? "" : " + ") + Text(chain, *part);
  }
  plan_.egresses.push_back(std::move(egress));
  chain.plan->operators.push_back(std::move(to));
}

// --- the world around ----------------------------------------------------------------------------

ir::Binding PlanBuilder::Bind(const std::string& stream, uint32_t connector,
                              const std::vector<ir::ConfigItem>& parameters) const {
  const sema::TypedConnector& declared = program_.connectors[connector];
  std::vector<ir::ConfigItem> all = declared.parameters;
  for (const ir::ConfigItem& item : parameters) Override(all, item);
  ir::Binding binding{declared.name, declared.kind, stream, {}, {}};
  for (ir::ConfigItem& item : all) {
    const auto* topic =
        item.name == "topic" ? std::get_if<std::string>(&item.value.value) : nullptr;
    if (topic != nullptr) {
      binding.topic = *topic;
    } else {
      binding.parameters.push_back(std::move(item));
    }
  }
  return binding;
}

void PlanBuilder::DeclareContexts() {
  for (const sema::TypedContext& context : program_.contexts)
    plan_.contexts.push_back({context.name, context.cores});
}

}  // namespace varpulis::lower
