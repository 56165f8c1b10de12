#include "compiler/lower/build_plan.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/check.h"
#include "compiler/lower/join_builder.h"
#include "compiler/lower/operator_list.h"
#include "compiler/lower/pattern_builder.h"
#include "compiler/lower/plan_builder.h"
#include "compiler/lower/trend_builder.h"
#include "compiler/sema/order.h"

namespace varpulis::lower {

ir::Plan BuildPlan(const sema::TypedProgram& program, bool for_trace) {
  return PlanBuilder(program, for_trace).Run();
}

ir::Plan PlanBuilder::Run() {
  DeclareTables();
  DeclareContexts();
  BuildGlobals();
  plan_.streams.resize(program_.streams.size());
  output_tables_.resize(program_.streams.size());
  MarkReaders();
  for (uint32_t stream : program_.upstream_first) BuildStream(stream);
  plan_.upstream_first = program_.upstream_first;
  // A trace shows events as they are.
  for (const ir::TableId table : event_tables_) {
    const bool is_read = plan_.tables[table].kind == ir::Table::Kind::Event;
    if (for_trace_ && is_read) WholeEventColumn(plan_.tables[table]);
  }
  return std::move(plan_);
}

void PlanBuilder::MarkReaders() {
  for (const sema::TypedStream& stream : program_.streams) {
    auto mark = [&](const std::vector<sema::SourceRoot>& roots) {
      for (const sema::SourceRoot& root : roots) {
        if (root.is_stream) plan_.streams[root.index].has_readers = true;
      }
    };
    mark(stream.roots);
    const std::vector<sema::TypedStep>* steps = sema::StepsOf(stream);
    if (steps == nullptr) continue;
    for (const sema::TypedStep& step : *steps) mark(step.roots);
  }
}

void PlanBuilder::DeclareTables() {
  for (const sema::EventType& event : program_.event_types) {
    ir::Table table;
    table.kind = ir::Table::Kind::Event;
    table.name = event.name;
    table.event_type = event.name;
    table.declared = event.declared;
    for (const sema::ShapeField& field : event.shape.fields) {
      table.fields.push_back({field.name, field.type, field.optional});
      if (event.timer) table.columns.push_back({field.name, field.type});
    }
    const auto id = static_cast<ir::TableId>(plan_.tables.size());
    if (event.timer) {
      table.kind = ir::Table::Kind::Timer;
      plan_.timers.push_back({id, event.timer->interval, event.timer->initial_delay});
    }
    event_tables_.push_back(id);
    plan_.tables.push_back(std::move(table));
  }
}

ir::TableId PlanBuilder::AddTable(const std::string& name, const std::string& event_type) {
  ir::Table table;
  table.kind = ir::Table::Kind::Derived;
  table.name = name;
  table.event_type = event_type;
  plan_.tables.push_back(std::move(table));
  return static_cast<ir::TableId>(plan_.tables.size() - 1);
}

ir::KernelId PlanBuilder::AddKernel(ir::Kernel kernel) {
  plan_.kernels.push_back(std::move(kernel));
  return static_cast<ir::KernelId>(plan_.kernels.size() - 1);
}

std::vector<ir::TableId> PlanBuilder::RootTables(const sema::SourceRoot& root) const {
  if (!root.is_stream) return {event_tables_[root.index]};
  VPL_CHECK(!output_tables_[root.index].empty(), "stream {} has no output yet", root.index);
  return output_tables_[root.index];
}

bool PlanBuilder::IsOrdered(const std::vector<sema::TypedExprPtr>& exprs) const {
  return std::any_of(exprs.begin(), exprs.end(), [&](const sema::TypedExprPtr& expr) {
    return sema::IsOrdered(program_, *expr);
  });
}

Binding PlanBuilder::BindRow(const Chain& chain, ir::TableId table) {
  Binding binding = BindProgram();
  binding.table = table;
  if (chain.step_columns) {
    binding.steps = sema::StepsOf(*chain.stream);
    if (chain.stream->join) binding.join = &*chain.stream->join;
    if (chain.stream->pattern) binding.pattern = &*chain.stream->pattern;
    binding.step_columns = true;
  }
  return binding;
}

ir::KernelId PlanBuilder::Predicate(const std::string& name, const Binding& binding,
                                    const std::vector<sema::TypedExprPtr>& conjuncts) {
  KernelBuilder k(name, plan_.tables[binding.table].name);
  ExprLowering lowering(k, binding);
  if (binding.record != nullptr) k.set_record(*binding.record);
  ir::ValueId result = lowering.Condition(*sema::JoinConjuncts(conjuncts));
  return AddKernel(k.Finish(ir::KernelResult::Bool, result));
}

std::string PlanBuilder::KernelName(const Chain& chain, const std::string& what,
                                    size_t variant) const {
  std::string name = fmt::format("{}.{}", chain.plan->name, what);
  if (chain.tables.size() > 1) name += "." + plan_.tables[chain.tables[variant]].event_type;
  return name;
}

std::vector<std::string> PlanBuilder::StepNames(const sema::TypedStream& stream) const {
  std::vector<std::string> names;
  if (const std::vector<sema::TypedStep>* steps = sema::StepsOf(stream)) {
    for (const sema::TypedStep& step : *steps) names.push_back(step.alias);
  }
  return names;
}

std::string PlanBuilder::Text(const Chain& chain, const sema::TypedExpr& expr) const {
  return sema::ToText(expr, StepNames(*chain.stream));
}

void PlanBuilder::ForTables(const std::vector<sema::SourceRoot>& roots, const std::string& name,
                            const VisitTable& visit) const {
  size_t tables = 0;
  for (const sema::SourceRoot& root : roots) tables += RootTables(root).size();
  for (const sema::SourceRoot& root : roots) {
    for (const ir::TableId table : RootTables(root)) {
      visit(root, tables > 1 ? name + "." + plan_.tables[table].event_type : name, table);
    }
  }
}

void PlanBuilder::BuildInputs(const sema::TypedStream& stream, ir::StreamPlan& plan, Chain& chain,
                              size_t leading) {
  const auto build = [&](const sema::SourceRoot& root, const std::string& name, ir::TableId table) {
    std::vector<sema::TypedExprPtr> conditions = root.conditions;
    for (size_t i = 0; i < leading; ++i) {
      const auto* where = std::get_if<sema::WhereOp>(&stream.operators[i]);
      if (where != nullptr) conditions.push_back(where->condition);
    }
    ir::StreamInput input{table};
    input.ordered = IsOrdered(conditions);
    if (!conditions.empty()) {
      input.filter = Predicate(name, BindRow(chain, table), conditions);
      input.traced = TakeApart(name, BindRow(chain, table), conditions, {});
    }
    chain.tables.push_back(table);
    plan.inputs.push_back(input);
  };
  ForTables(stream.roots, stream.name + ".filter", build);
}

void PlanBuilder::BuildStream(uint32_t index) {
  const sema::TypedStream& stream = program_.streams[index];
  ir::StreamPlan& plan = plan_.streams[index];
  plan.name = stream.name;
  plan.time = stream.time;
  if (stream.context) plan.context = program_.contexts[*stream.context].name;
  if (stream.ingress) {
    const sema::TypedIngress& ingress = *stream.ingress;
    plan.ingress = {Bind(stream.name, ingress.connector, ingress.parameters), ingress.event_type};
  }
  // Nobody sees its rows: its readers repeat its filters (decision D19).
  const bool only_filters = std::all_of(
      stream.operators.begin(), stream.operators.end(),
      [](const sema::TypedOperator& op) { return std::holds_alternative<sema::WhereOp>(op); });
  if (stream.is_repeated && only_filters) return;
  Chain chain{&stream, &plan, {}, false};
  size_t leading = 0;
  if (stream.trend) {
    const auto has_trends = [](const sema::TypedStream& other) { return other.trend.has_value(); };
    const auto before =
        std::count_if(program_.streams.begin(), program_.streams.begin() + index, has_trends);
    TrendBuilder(*this, stream, plan.trend.emplace(), before).Run();
    chain.tables = {plan.trend->table};
  } else if (stream.pattern) {
    PatternBuilder(*this, stream, plan.pattern.emplace(), plan.has_readers).Run();
    chain.tables = {plan.pattern->match_table};
    chain.step_columns = true;
  } else if (stream.join) {
    JoinBuilder(*this, stream, plan.join.emplace(), plan.has_readers).Run();
    chain.tables = {plan.join->match_table()};
    chain.step_columns = true;
  } else {
    leading = LeadingConditions(stream.operators);
    BuildInputs(stream, plan, chain, leading);
  }
  // Rows of trends are the stream's own.
  const std::vector<ir::TableId> inputs = stream.trend ? std::vector<ir::TableId>() : chain.tables;
  for (size_t i = 0; i < leading; ++i) {
    if (const auto* hint = std::get_if<sema::ConcurrentOp>(&stream.operators[i]))
      Build(*hint, chain);
  }
  BuildOperators(stream.operators, leading, chain);
  // Events of `.process` that no later `.emit` writes anew are program output as they are.
  if (chain.collected) EmitRows(chain);
  // What others read is a row of the stream's own, however little it changes.
  const bool unchanged = chain.tables == inputs;
  if (unchanged && plan.has_readers) Carry("pass", stream.name, chain);
  plan.on_error.resize(plan.operators.size());
  plan.outputs = chain.tables;
  if (!stream.filter_only) output_tables_[index] = chain.tables;
}

void PlanBuilder::Build(const sema::WhereOp& op, Chain& chain) {
  ir::FilterOperator filter;
  filter.text = Text(chain, *op.condition);
  for (size_t v = 0; v < chain.tables.size(); ++v) {
    std::string what = fmt::format("where{}", chain.plan->operators.size());
    const std::string name = KernelName(chain, what, v);
    const Binding row = BindRow(chain, chain.tables[v]);
    filter.predicates.push_back(Predicate(name, row, {op.condition}));
    if (for_trace_)
      filter.traced.push_back(TakeApart(name, row, {op.condition}, StepNames(*chain.stream)));
  }
  chain.plan->operators.push_back(std::move(filter));
}

void PlanBuilder::Project(const std::string& name, const std::string& event_type,
                          const std::vector<sema::NamedItem>& items, Chain& chain) {
  ir::ProjectOperator project;
  project.table = AddTable(chain.plan->name + "." + name, event_type);
  for (const sema::NamedItem& item : items) {
    plan_.tables[project.table].columns.push_back({item.name, item.value->type});
  }
  project.kernels = PerVariant(chain, name, [&](KernelBuilder& k, ExprLowering& lowering) {
    for (const sema::NamedItem& item : items) {
      ir::ValueId value = k.Convert(lowering.Value(*item.value), item.value->type);
      k.Add(ir::StoreOut{k.Out(item.name, item.value->type), value});
    }
  });
  chain.tables = {project.table};
  chain.step_columns = false;
  chain.plan->operators.push_back(std::move(project));
}

void PlanBuilder::Build(const sema::SelectOp& op, Chain& chain) {
  Project(fmt::format("select{}", chain.plan->operators.size()), chain.stream->name, op.items,
          chain);
}

}  // namespace varpulis::lower
