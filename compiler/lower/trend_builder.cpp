#include "compiler/lower/trend_builder.h"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/lower/aggregates/aggregate.h"
#include "compiler/lower/partition_text.h"

namespace varpulis::lower {

using sema::TrendFunction;
using sema::TrendItem;
using sema::TypedExprPtr;
using sema::TypedStep;

TrendBuilder::TrendBuilder(PlanBuilder& plan, const sema::TypedStream& stream, ir::TrendPlan& trend,
                           int64_t number)
    : plan_(plan),
      stream_(stream),
      typed_(*stream.pattern),
      steps_(typed_.steps),
      trend_(trend),
      number_(number),
      reads_(steps_.size()),
      measured_(steps_.size()),
      measure_slots_(steps_.size()) {
  for (const TypedStep& step : steps_) {
    aliases_.push_back(step.alias);
    parts_.push_back(Split(step));
  }
}

void TrendBuilder::Run() {
  trend_.within = typed_.within;
  trend_.updates = stream_.trend->updates;
  for (const sema::NamedItem& key : typed_.partition)
    trend_.key_text += (trend_.key_text.empty() ? "" : ", ") + key.name;
  FindPlaces();
  FindLive();
  BindPlaces();
  LayOutVertex();
  BuildSteps();
  BuildTerms();
  for (uint32_t step = 0; step < steps_.size(); ++step) {
    trend_.kernels.emplace_back(trend_.steps[step].inputs.size());
    for (uint32_t input = 0; input < trend_.steps[step].inputs.size(); ++input)
      BuildWindowKernels(step, input);
  }
  BuildEdges();
  for (uint32_t place = 0; place < places_.size(); ++place) BuildCaptures(place);
  FindKeys();
  BuildFinish();
}

const std::string& TrendBuilder::TableName(const Binding& binding) const {
  return plan_.plan_.tables[binding.table].name;
}

ir::KernelId TrendBuilder::Once(const std::string& name, const std::function<ir::Kernel()>& build) {
  const auto known = built_.find(name);
  if (known != built_.end()) return known->second;
  const ir::KernelId id = plan_.AddKernel(build());
  built_.emplace(name, id);
  return id;
}

Binding TrendBuilder::Bind(uint32_t step, uint32_t input) {
  Binding binding = plan_.BindProgram();
  binding.table = trend_.steps[step].inputs[input].table;
  binding.steps = &steps_;
  return binding;
}

std::string TrendBuilder::InputName(uint32_t step, uint32_t input) const {
  const std::vector<ir::StepInput>& inputs = trend_.steps[step].inputs;
  std::string name = fmt::format("{}.step{}", stream_.name, step + 1);
  if (inputs.size() > 1) name += "." + plan_.plan_.tables[inputs[input].table].event_type;
  return name;
}

// --- what is kept --------------------------------------------------------------------------------

// A closure, or a step that a trend may not have, may be unbound where it is read.
void TrendBuilder::LayOutVertex() {
  const auto may_be_unbound = [&](uint32_t step) {
    const auto has_step = [&](const sema::PatternNode& way) {
      std::vector<uint32_t> steps;
      sema::CollectSteps(way, steps);
      return std::find(steps.begin(), steps.end(), step) != steps.end();
    };
    return steps_[step].is_closure() || steps_[step].is_optional() ||
           !std::all_of(typed_.alternatives.begin(), typed_.alternatives.end(), has_step);
  };
  for (uint32_t place = 0; place < places_.size(); ++place) {
    for (const ir::TrendEdge& edge : trend_.places[place].edges) {
      for (const TypedExprPtr& conjunct : Conjuncts(place, edge.from)) {
        std::vector<TypedExprPtr> reads;
        CollectReads(conjunct, reads);
        for (const TypedExprPtr& read : reads) {
          if (read->index == sema::kCurrentRow) continue;
          const std::string name = CaptureName(steps_, *read);
          if (trend_.vertex.Find(name) >= 0) continue;
          trend_.vertex.Add(name, may_be_unbound(read->index) ? ir::Type::Any : read->type);
          reads_[read->index].push_back(read);
        }
      }
    }
  }
  trend_.vertex.Finish();
}

void TrendBuilder::BuildSteps() {
  for (uint32_t step = 0; step < steps_.size(); ++step) {
    ir::PatternStepPlan plan;
    plan.alias = steps_[step].alias;
    plan.text = StepText(steps_[step], aliases_);
    plan_.ForTables(steps_[step].roots, fmt::format("{}.step{}", stream_.name, step + 1),
                    [&](const sema::SourceRoot& root, const std::string& name, ir::TableId table) {
                      plan.inputs.push_back(BuildInput(step, root, name, table));
                    });
    trend_.steps.push_back(std::move(plan));
  }
}

ir::StepInput TrendBuilder::BuildInput(uint32_t step, const sema::SourceRoot& root,
                                       const std::string& name, ir::TableId table) {
  ir::StepInput input{table};
  Binding row = plan_.BindProgram();
  row.table = table;
  std::vector<TypedExprPtr> local = root.conditions;
  local.insert(local.end(), parts_[step].local.begin(), parts_[step].local.end());
  if (!local.empty()) input.filter = plan_.Predicate(name + ".filter", row, local);
  input.ordered = plan_.IsOrdered(local);
  input.traced = plan_.TakeApart(name + ".filter", row, local, aliases_);
  if (!typed_.partition.empty()) input.probe = Probe(row);
  return input;
}

// --- terms ---------------------------------------------------------------------------------------

// The slot of the window that holds it; equal terms share one.
uint32_t TrendBuilder::AddTerm(ir::TrendFold fold, const TrendItem& item) {
  static constexpr const char* kNames[] = {"trends",  "events", "sum",
                                           "numbers", "least",  "greatest"};
  ir::TrendTerm term{fold, item.step};
  std::string name = kNames[static_cast<size_t>(fold)];
  if (item.value != nullptr) {
    auto read = std::make_shared<sema::TypedExpr>(*item.value);
    read->index = item.step;
    const std::string measure = CaptureName(steps_, *read);
    name += " " + measure;
    if (trend_.measures.Find(measure) < 0) {
      measure_slots_[item.step].push_back(trend_.measures.Add(measure, ir::Type::Float));
      measured_[item.step].push_back(item.value);
    }
    term.measure = static_cast<uint32_t>(trend_.measures.Find(measure));
  } else if (item.step != ir::kEveryStep) {
    name += fmt::format(" {}", steps_[item.step].alias);
  }
  const int known = trend_.window.Find(name);
  if (known >= 0) return static_cast<uint32_t>(known);
  const bool counts = fold == ir::TrendFold::Trends || fold == ir::TrendFold::Events;
  term.slot = trend_.window.Add(name, counts ? ir::Type::Int : ir::Type::Float);
  trend_.terms.push_back(term);
  return term.slot;
}

void TrendBuilder::BuildTerms() {
  trend_.window.Add("opened", ir::Type::Timestamp);
  trend_.window.Add("last", ir::Type::Timestamp);
  trend_.window.Add("final", ir::Type::Bool);
  trend_.window.Add("overflow", ir::Type::Bool);
  for (const sema::NamedItem& key : typed_.partition)
    trend_.window.Add("key." + key.name, ir::Type::Any);
  for (const TrendItem& item : stream_.trend->items) {
    std::string text = fmt::format("{}: {}(", item.name, sema::TrendFunctionName(item.function));
    if (item.step != ir::kEveryStep) text += steps_[item.step].alias;
    if (item.value != nullptr) text += "." + sema::ToText(*item.value, aliases_);
    trend_.text += (trend_.text.empty() ? "" : ", ") + text + ")";
    switch (item.function) {
      case TrendFunction::CountTrends:
        AddTerm(ir::TrendFold::Trends, item);
        break;
      case TrendFunction::CountEvents:
        AddTerm(ir::TrendFold::Events, item);
        break;
      case TrendFunction::AvgTrends:
        AddTerm(ir::TrendFold::Numbers, item);
        AddTerm(ir::TrendFold::Sum, item);
        break;
      case TrendFunction::SumTrends:
        AddTerm(ir::TrendFold::Sum, item);
        break;
      case TrendFunction::MinTrends:
        AddTerm(ir::TrendFold::Least, item);
        break;
      case TrendFunction::MaxTrends:
        AddTerm(ir::TrendFold::Greatest, item);
        break;
    }
  }
  trend_.window.Finish();
  trend_.measures.Finish();
}

// --- kernels of inputs ---------------------------------------------------------------------------

ir::KernelId TrendBuilder::Probe(const Binding& row) {
  const std::string name = fmt::format("{}.{}.probe", stream_.name, TableName(row));
  return Once(name, [&] {
    KernelBuilder k(name, TableName(row));
    ExprLowering lowering(k, row);
    ir::ValueId hash = ir::kNoValue;
    for (const sema::NamedItem& key : typed_.partition) {
      const ir::ValueId part = k.Add(ir::Hash{lowering.RowField(key.name, ir::Type::Any)});
      hash = hash == ir::kNoValue ? part : k.Add(ir::HashCombine{hash, part});
    }
    return k.Finish(ir::KernelResult::Int, hash);
  });
}

void TrendBuilder::BuildWindowKernels(uint32_t step, uint32_t input) {
  ir::TrendPlan::WindowKernels& kernels = trend_.kernels[step][input];
  const Binding row = Bind(step, input);
  const std::string name = fmt::format("{}.{}", stream_.name, TableName(row));
  const std::vector<sema::NamedItem>& keys = typed_.partition;
  if (!keys.empty()) {
    kernels.same_key = Once(name + ".same_key", [&] {
      KernelBuilder k(name + ".same_key", TableName(row));
      k.set_record(trend_.window);
      ExprLowering lowering(k, row);
      ir::ValueId all = ir::kNoValue;
      for (uint32_t i = 0; i < keys.size(); ++i) {
        const ir::ValueId value = lowering.RowField(keys[i].name, ir::Type::Any);
        const ir::ValueId same = k.Add(ir::SameKey{value, LoadSlot(k, ir::kTrendHeadSlots + i)});
        all = i == 0 ? same : k.Add(ir::Logic{ir::LogicOp::And, all, same});
      }
      return k.Finish(ir::KernelResult::Bool, all);
    });
    kernels.init = Once(name + ".init", [&] {
      KernelBuilder k(name + ".init", TableName(row));
      k.set_record(trend_.window);
      ExprLowering lowering(k, row);
      for (uint32_t i = 0; i < keys.size(); ++i)
        StoreSlot(k, ir::kTrendHeadSlots + i, lowering.RowField(keys[i].name, ir::Type::Any));
      return k.Finish();
    });
  }
  if (measured_[step].empty()) return;
  const std::string measure = InputName(step, input) + ".measure";
  KernelBuilder k(measure, TableName(row));
  k.set_record(trend_.measures);
  ExprLowering lowering(k, row);
  for (size_t i = 0; i < measured_[step].size(); ++i) {
    const NumericInput number = ToNumericInput(k, lowering.Value(*measured_[step][i]));
    StoreSlot(k, measure_slots_[step][i],
              k.Add(ir::Select{number.counts, number.value, k.Absent(ir::Type::Float, false)}));
  }
  kernels.measure = plan_.AddKernel(k.Finish());
}

// --- kernels of edges ----------------------------------------------------------------------------

void TrendBuilder::BuildEdges() {
  for (uint32_t p = 0; p < places_.size(); ++p) {
    const uint32_t step = places_[p].step;
    for (ir::TrendEdge& edge : trend_.places[p].edges) {
      const std::vector<TypedExprPtr> conjuncts = Conjuncts(p, edge.from);
      if (conjuncts.empty()) continue;
      const TypedExprPtr condition = sema::JoinConjuncts(conjuncts);
      for (uint32_t input = 0; input < trend_.steps[step].inputs.size(); ++input) {
        Binding binding = Bind(step, input);
        binding.record = &trend_.vertex;
        const std::string name = InputName(step, input) + (edge.from == p ? ".more" : "");
        edge.guards.push_back(Once(name + " " + sema::Print(*condition), [&] {
          KernelBuilder k(name + ".guard", TableName(binding));
          k.set_record(trend_.vertex);
          ExprLowering lowering(k, binding);
          return k.Finish(ir::KernelResult::Bool, lowering.Condition(*condition));
        }));
      }
    }
  }
}

void TrendBuilder::BuildCaptures(uint32_t p) {
  ir::TrendPlace& place = trend_.places[p];
  const auto slot_of = [&](const sema::TypedExpr& read) {
    return static_cast<uint32_t>(trend_.vertex.Find(CaptureName(steps_, read)));
  };
  for (uint32_t input = 0; place.keeps_event && input < trend_.steps[place.step].inputs.size();
       ++input) {
    Binding binding = Bind(place.step, input);
    binding.current_step = place.step;
    const std::string name = InputName(place.step, input) + ".capture";
    place.capture.push_back(Once(name, [&] {
      KernelBuilder k(name, TableName(binding));
      k.set_record(trend_.vertex);
      ExprLowering lowering(k, binding);
      for (const TypedExprPtr& read : reads_[place.step]) {
        const uint32_t slot = slot_of(*read);
        StoreSlot(k, slot, k.Convert(lowering.Value(*read), trend_.vertex.slots[slot].type));
      }
      return k.Finish();
    }));
  }
  if (place.bound == (place.keeps_event ? 1u : 0u)) return;
  std::string name = fmt::format("{}.inherit", stream_.name);
  for (const uint32_t live : places_[p].live) {
    if (live != p) name += fmt::format(".step{}", places_[live].step + 1);
  }
  place.inherit = Once(name, [&] {
    KernelBuilder k(name, "vertex");
    k.set_record(trend_.vertex);
    for (const uint32_t live : places_[p].live) {
      if (live == p) continue;
      for (const TypedExprPtr& read : reads_[places_[live].step]) {
        const uint32_t slot = slot_of(*read);
        const ir::RecordSlot& from = trend_.vertex.slots[slot];
        const uint32_t column = k.Column(from.name, from.type, slot);
        StoreSlot(k, slot, k.Add(ir::LoadColumn{column}, from.name));
      }
    }
    return k.Finish();
  });
}

// --- the row -------------------------------------------------------------------------------------

ir::ValueId TrendBuilder::ItemValue(KernelBuilder& k, const TrendItem& item) {
  const auto term = [&](ir::TrendFold fold) { return LoadSlot(k, AddTerm(fold, item)); };
  switch (item.function) {
    case TrendFunction::CountTrends:
      return term(ir::TrendFold::Trends);
    case TrendFunction::CountEvents:
      return term(ir::TrendFold::Events);
    case TrendFunction::SumTrends:
      return term(ir::TrendFold::Sum);
    case TrendFunction::MinTrends:
      return term(ir::TrendFold::Least);
    case TrendFunction::MaxTrends:
      return term(ir::TrendFold::Greatest);
    case TrendFunction::AvgTrends: {
      const ir::ValueId numbers = term(ir::TrendFold::Numbers);
      const ir::ValueId none =
          k.Add(ir::Compare{ir::Predicate::Eq, ir::Type::Float, numbers, k.Float(0)});
      return k.If(
          none, ir::Type::Float, [&] { return k.Absent(ir::Type::Float, false); },
          [&] { return Arith(k, ir::FloatOp::Div, term(ir::TrendFold::Sum), numbers); });
    }
  }
  return ir::kNoValue;
}

// An item with the name of a field that is there anyway takes its place (language.md 4.4).
void TrendBuilder::BuildFinish() {
  trend_.table = plan_.AddTable(stream_.name + ".trends", stream_.name);
  KernelBuilder k(stream_.name + ".trends", "");
  k.set_record(trend_.window);
  const std::vector<TrendItem>& items = stream_.trend->items;
  std::vector<ir::TableColumn>& columns = plan_.plan_.tables[trend_.table].columns;
  const auto add = [&](const std::string& column, ir::Type type, ir::ValueId value) {
    columns.push_back({column, type});
    k.Add(ir::StoreOut{k.Out(column, type), k.Convert(value, type)});
  };
  const auto add_item = [&](const TrendItem& item) {
    if (plan_.plan_.tables[trend_.table].Find(item.name) < 0)
      add(item.name, item.type(), ItemValue(k, item));
  };
  const auto add_own = [&](const std::string& column, ir::Type type, ir::ValueId value) {
    const auto item = std::find_if(items.begin(), items.end(),
                                   [&](const TrendItem& known) { return known.name == column; });
    if (item != items.end()) return add_item(*item);
    add(column, type, value);
  };
  add_own("stream", ir::Type::Str, k.Str(stream_.name));
  add_own("query_id", ir::Type::Int, k.Int(number_));
  for (const TrendItem& item : items) add_item(item);
  add_own("is_final", ir::Type::Bool, LoadSlot(k, ir::kTrendFinalSlot));
  const ir::ValueId overflow = k.Truth(LoadSlot(k, ir::kTrendOverflowSlot));
  add_own("overflow", ir::Type::Bool,
          k.Add(ir::Select{overflow, k.Bool(true), k.Absent(ir::Type::Bool, false)}));
  std::vector<uint32_t> key_slots;
  for (uint32_t i = 0; i < typed_.partition.size(); ++i)
    key_slots.push_back(ir::kTrendHeadSlots + i);
  if (!key_slots.empty()) add_own("_partition", ir::Type::Str, PartitionText(k, key_slots));
  for (uint32_t i = 0; i < typed_.partition.size(); ++i)
    add_own(typed_.partition[i].name, ir::Type::Any, LoadSlot(k, key_slots[i]));
  trend_.finish = plan_.AddKernel(k.Finish());
}

}  // namespace varpulis::lower
