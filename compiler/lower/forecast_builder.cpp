#include "compiler/lower/forecast_builder.h"

#include <algorithm>

#include <fmt/format.h>

namespace varpulis::lower {

using sema::TypedExprPtr;

ForecastBuilder::ForecastBuilder(PlanBuilder& plan, const PatternBuilder& pattern,
                                 const sema::TypedStream& stream, ir::StreamPlan& stream_plan)
    : plan_(plan),
      built_(pattern),
      stream_(stream),
      typed_(*stream.pattern),
      pattern_(*stream_plan.pattern),
      forecast_(stream_plan.forecast.emplace()) {}

void ForecastBuilder::Run() {
  const sema::TypedForecast& typed = *stream_.forecast;
  forecast_.confidence = typed.confidence;
  forecast_.horizon = typed.horizon;
  forecast_.warmup = static_cast<uint64_t>(typed.warmup);
  forecast_.adaptive = typed.adaptive;
  forecast_.max_depth = static_cast<uint32_t>(typed.max_depth);
  forecast_.hawkes = typed.hawkes;
  forecast_.conformal = typed.conformal;
  forecast_.text = sema::Print(typed);
  for (const sema::NamedItem& key : typed_.partition) {
    forecast_.partition.Add("key." + key.name, ir::Type::Any);
    forecast_.key_text += (forecast_.key_text.empty() ? "" : ", ") + key.name;
  }
  forecast_.partition.Finish();
  LayOut();
  BuildSymbols();
  BuildInputs();
}

const std::string& ForecastBuilder::TableName(ir::TableId table) const {
  return plan_.plan_.tables[table].name;
}

Binding ForecastBuilder::Bind(ir::TableId table) {
  Binding binding = plan_.BindProgram();
  binding.table = table;
  binding.steps = &typed_.steps;
  binding.record = &pattern_.run;
  return binding;
}

// --- symbols -------------------------------------------------------------------------------------

uint32_t ForecastBuilder::GroupOf(ir::TableId table, const std::vector<TypedExprPtr>& conjuncts) {
  Group group{table, {}, plan_.plan_.tables[table].event_type};
  std::string conditions;
  for (const TypedExprPtr& conjunct : conjuncts) {
    group.conjuncts.push_back(sema::Print(*conjunct));
    conditions += (conditions.empty() ? "" : " and ") + sema::ToText(*conjunct, built_.aliases());
  }
  if (!conditions.empty()) group.text += " [" + conditions + "]";
  std::sort(group.conjuncts.begin(), group.conjuncts.end());
  for (uint32_t i = 0; i < groups_.size(); ++i) {
    if (groups_[i].table == table && groups_[i].conjuncts == group.conjuncts) return i;
  }
  if (groups_.size() == ir::kMostSymbolGroups) return ir::ForecastMark::kNoGroup;
  groups_.push_back(std::move(group));
  return static_cast<uint32_t>(groups_.size() - 1);
}

void ForecastBuilder::BuildSymbols() {
  const bool strict = typed_.selection == ir::Selection::Strict;
  for (uint32_t step = 0; step < typed_.steps.size(); ++step) {
    std::vector<ir::ForecastMark>& marks = forecast_.marks.emplace_back();
    const std::vector<TypedExprPtr>& local = built_.local(step);
    const std::string name = fmt::format("{}.step{}", stream_.name, step + 1);
    plan_.ForTables(typed_.steps[step].roots, name,
                    [&](const sema::SourceRoot& root, const std::string& input, ir::TableId table) {
                      std::vector<TypedExprPtr> conjuncts = root.conditions;
                      conjuncts.insert(conjuncts.end(), local.begin(), local.end());
                      ir::ForecastMark mark{GroupOf(table, conjuncts)};
                      // Under .strict() events that do not fit come to the steps as well.
                      if (strict && !typed_.steps[step].negated && !local.empty()) {
                        Binding row = plan_.BindProgram();
                        row.table = table;
                        mark.also = plan_.Predicate(input + ".symbol", row, local);
                      }
                      marks.push_back(mark);
                    });
  }
  // Where all that one group asks is asked by another one, both hold.
  for (const Group& group : groups_) {
    ir::SymbolMask mask = 0;
    for (size_t other = 0; other < groups_.size(); ++other) {
      const Group& weaker = groups_[other];
      const bool holds = weaker.table == group.table &&
                         std::includes(group.conjuncts.begin(), group.conjuncts.end(),
                                       weaker.conjuncts.begin(), weaker.conjuncts.end());
      if (holds) mask |= ir::SymbolMask{1} << other;
    }
    forecast_.symbols.push_back(mask);
    forecast_.symbol_text += group.text + ", ";
  }
  forecast_.symbol_text += "other";
}

// --- inputs --------------------------------------------------------------------------------------

void ForecastBuilder::BuildInputs() {
  for (const sema::TypedStep& step : typed_.steps) {
    plan_.ForTables(step.roots, stream_.name + ".forecast",
                    [&](const sema::SourceRoot& root, const std::string&, ir::TableId table) {
                      AddInput(root, stream_.name + ".forecast." + TableName(table), table);
                    });
  }
}

// Each way in which events come, once, whichever steps it leads to.
void ForecastBuilder::AddInput(const sema::SourceRoot& root, const std::string& name,
                               ir::TableId table) {
  std::string way = fmt::format("{}", table);
  for (const TypedExprPtr& condition : root.conditions) way += " " + sema::Print(*condition);
  if (!inputs_.emplace(way, forecast_.inputs.size()).second) return;
  ir::ForecastInput input{table};
  Binding row = plan_.BindProgram();
  row.table = table;
  if (!root.conditions.empty())
    input.filter = plan_.Predicate(name + ".filter", row, root.conditions);
  input.ordered = plan_.IsOrdered(root.conditions);
  if (!typed_.partition.empty()) BuildKeys(input, name);
  const auto known = rows_.find(table);
  input.row = known != rows_.end() ? known->second : Row(table, name);
  rows_.emplace(table, input.row);
  forecast_.inputs.push_back(input);
}

void ForecastBuilder::BuildKeys(ir::ForecastInput& input, const std::string& name) {
  Binding row = plan_.BindProgram();
  row.table = input.table;
  KernelBuilder key(name + ".key", TableName(input.table));
  KernelBuilder same(name + ".same_key", TableName(input.table));
  KernelBuilder init(name + ".init", TableName(input.table));
  same.set_record(forecast_.partition);
  init.set_record(forecast_.partition);
  ExprLowering key_lowering(key, row), same_lowering(same, row), init_lowering(init, row);
  std::vector<ir::ValueId> values;
  ir::ValueId all = ir::kNoValue;
  for (uint32_t i = 0; i < typed_.partition.size(); ++i) {
    const sema::NamedItem& item = typed_.partition[i];
    input.ordered = input.ordered || plan_.IsOrdered({item.value});
    const auto value = [&](KernelBuilder& k, ExprLowering& lowering) {
      return k.Convert(lowering.Value(*item.value), ir::Type::Any);
    };
    values.push_back(value(key, key_lowering));
    const ir::ValueId equal =
        same.Add(ir::SameKey{value(same, same_lowering), same.Add(ir::LoadSlot{i})});
    all = all == ir::kNoValue ? equal : same.Add(ir::Logic{ir::LogicOp::And, all, equal});
    init.Add(ir::StoreSlot{i, value(init, init_lowering)});
  }
  const ir::ValueId hash = PatternBuilder::HashOf(key, values);
  input.key = plan_.AddKernel(key.Finish(ir::KernelResult::Int, hash));
  input.same_key = plan_.AddKernel(same.Finish(ir::KernelResult::Bool, all));
  input.init = plan_.AddKernel(init.Finish());
}

// --- rows ----------------------------------------------------------------------------------------

// What is read of the event, of what the run has bound, and of the forecast itself.
void ForecastBuilder::LayOut() {
  forecast_.table = plan_.AddTable(stream_.name + ".forecast", stream_.name);
  std::vector<ir::TableColumn>& columns = plan_.plan_.tables[forecast_.table].columns;
  if (built_.reads_whole_row()) columns.push_back({"*", ir::Type::Any, true});
  for (const auto& [field, type] : built_.row_fields()) {
    const bool own = std::any_of(ir::kForecastFields.begin(), ir::kForecastFields.end(),
                                 [&](const auto& known) { return known.text == field; });
    if (!own) columns.push_back({field, type});
  }
  for (const MatchColumn& column : built_.match_columns())
    columns.push_back({column.name, column.read->type});
  for (size_t i = 0; i < ir::kForecastFields.size(); ++i) {
    const std::string name(ir::kForecastFields[i].text);
    const bool is_read = built_.reads_whole_row() || built_.row_fields().contains(name);
    forecast_.columns[i] = is_read ? static_cast<int>(columns.size()) : -1;
    if (is_read) columns.push_back({name, ir::kForecastFields[i].type});
  }
}

ir::KernelId ForecastBuilder::Row(ir::TableId table, const std::string& name) {
  KernelBuilder k(name + ".row", TableName(table));
  k.set_record(pattern_.run);
  const Binding here = Bind(table);
  ExprLowering lowering(k, here);
  // A copy: lowering may add columns to other tables.
  const auto columns = plan_.plan_.tables[forecast_.table].columns;
  const auto store = [&](const ir::TableColumn& column, ir::ValueId value) {
    k.Add(ir::StoreOut{k.Out(column.name, column.type), k.Convert(value, column.type)});
  };
  for (size_t i = 0; i < columns.size(); ++i) {
    const ir::TableColumn& column = columns[i];
    const auto bound =
        std::find_if(built_.match_columns().begin(), built_.match_columns().end(),
                     [&](const MatchColumn& known) { return known.name == column.name; });
    const bool own = std::find(forecast_.columns.begin(), forecast_.columns.end(),
                               static_cast<int>(i)) != forecast_.columns.end();
    if (own) {
      store(column, k.Absent(column.type, false));
    } else if (column.spread) {
      store(column, lowering.RowEvent());
    } else if (bound != built_.match_columns().end()) {
      store(column, built_.ValueInRun(k, lowering, *bound->read));
    } else {
      store(column, lowering.RowField(column.name, column.type));
    }
  }
  return plan_.AddKernel(k.Finish());
}

}  // namespace varpulis::lower
