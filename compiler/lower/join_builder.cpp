#include "compiler/lower/join_builder.h"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/lower/operator_list.h"
#include "compiler/lower/pattern_parts.h"
#include "compiler/sema/operator_values.h"

namespace varpulis::lower {

using sema::TypedExpr;
using sema::TypedExprPtr;
using sema::TypedOp;

JoinBuilder::JoinBuilder(PlanBuilder& plan, const sema::TypedStream& stream, ir::JoinPlan& join,
                         bool has_readers)
    : plan_(plan),
      stream_(stream),
      typed_(*stream.join),
      join_(join),
      has_readers_(has_readers),
      stages_(typed_.sides.size() - 1) {}

void JoinBuilder::Run() {
  join_.within = typed_.within;
  join_.stages.resize(stages_.size());
  FindColumns();
  FindKept();
  for (uint32_t stage = 0; stage < stages_.size(); ++stage) LayOut(stage);
  for (uint32_t stage = 0; stage < stages_.size(); ++stage) BuildStage(stage);
}

const std::string& JoinBuilder::TableName(const Way& way) const {
  return plan_.plan_.tables[way.row.table].name;
}

const TypedExpr& JoinBuilder::KeyOf(const Way& way, size_t key) const {
  const auto& [left, right] = Keys(way.stage)[key];
  return way.position == 0 ? *left : *right;
}

// --- what is kept --------------------------------------------------------------------------------

void JoinBuilder::FindColumns() {
  const bool is_replaced = FindColumns(stream_.operators);
  if (!is_replaced && has_readers_) AddWholeRow();
}

// True if the joined row is replaced by another.
bool JoinBuilder::FindColumns(const std::vector<sema::TypedOperator>& operators) {
  for (const sema::TypedOperator& op : operators) {
    sema::ForEachValue(op, [this](const TypedExprPtr& value) { AddColumns(value); });
    if (TakesWholeRow(op)) AddWholeRow();
    if (const auto* fork = std::get_if<sema::ForkOp>(&op)) {
      for (const sema::ForkPath& path : fork->paths) {
        if (!FindColumns(path.operators)) AddWholeRow();
      }
    }
    if (ReplacesRow(op)) return true;
  }
  return false;
}

void JoinBuilder::AddColumns(const TypedExprPtr& expr) {
  std::vector<TypedExprPtr> reads;
  CollectReads(expr, reads);
  for (const TypedExprPtr& read : reads) {
    if (read->index != sema::kCurrentRow) {
      Add(stages_.back().joined, read);
    } else if (read->op == TypedOp::Event) {
      AddWholeRow();
    }
  }
}

void JoinBuilder::AddWholeRow() {
  for (uint32_t side = 0; side < typed_.sides.size(); ++side) {
    auto event = std::make_shared<TypedExpr>();
    event->op = TypedOp::Event;
    event->index = side;
    Add(stages_.back().joined, event);
  }
}

void JoinBuilder::Add(Columns& columns, const TypedExprPtr& read) const {
  const std::string name = CaptureName(typed_.sides, *read);
  const bool is_known = std::any_of(columns.begin(), columns.end(),
                                    [&](const Column& column) { return column.name == name; });
  if (!is_known) columns.push_back({read, name});
}

// A stage keeps its keys and what it joins; what it keeps of its left is what the stage before it joins.
void JoinBuilder::FindKept() {
  for (auto stage = static_cast<uint32_t>(stages_.size()); stage-- > 0;) {
    Stage& here = stages_[stage];
    for (const auto& [left, right] : Keys(stage)) {
      Add(here.kept[0], left);
      Add(here.kept[1], right);
    }
    for (const Column& column : here.joined)
      Add(here.kept[column.read->index > stage ? 1 : 0], column.read);
    if (stage > 0) stages_[stage - 1].joined = here.kept[0];
  }
}

void JoinBuilder::LayOut(uint32_t stage) {
  ir::JoinStage& plan = join_.stages[stage];
  const bool is_last = stage + 1 == stages_.size();
  plan.match_table = plan_.AddTable(
      is_last ? stream_.name + ".match" : fmt::format("{}.match{}", stream_.name, stage + 1),
      stream_.name);
  for (const Column& column : stages_[stage].joined) {
    plan_.plan_.tables[plan.match_table].columns.push_back({column.name, column.read->type});
  }
  for (uint32_t position = 0; position < 2; ++position) {
    ir::RecordLayout& record = plan.sides[position].record;
    record.Add("time", ir::Type::Timestamp);
    for (size_t key = 0; key < Keys(stage).size(); ++key)
      record.Add(fmt::format("key{}", key), ir::Type::Any);
    for (const Column& column : stages_[stage].kept[position])
      record.Add(column.name, column.read->type);
    record.Finish();
  }
  std::vector<std::string> names;
  for (const sema::TypedStep& side : typed_.sides) names.push_back(side.alias);
  for (const auto& [left, right] : Keys(stage)) {
    plan.key_text += fmt::format("{}{} = {}", plan.key_text.empty() ? "" : ", ",
                                 sema::ToText(*left, names), sema::ToText(*right, names));
  }
}

// --- kernels -------------------------------------------------------------------------------------

void JoinBuilder::BuildStage(uint32_t stage) {
  for (uint32_t position = 0; position < 2; ++position) {
    ir::JoinSide& plan = join_.stages[stage].sides[position];
    plan.kept = position == 0 ? typed_.keeps_left : typed_.keeps_right;
    if (stage > 0 && position == 0) {
      plan.name = fmt::format("joined{}", stage);
      plan.inputs.push_back(BuildJoinedInput(stage));
    } else {
      const sema::TypedStep& side = typed_.sides[stage + position];
      plan.name = side.alias;
      plan_.ForTables(
          side.roots, fmt::format("{}.{}", stream_.name, plan.name),
          [&](const sema::SourceRoot& root, const std::string& name, ir::TableId table) {
            plan.inputs.push_back(
                BuildEventInput({stage, position, name, plan_.BindProgram()}, root, table));
          });
    }
    if (plan.kept) plan.unmatched = Unmatched(stage, position);
  }
}

ir::JoinInput JoinBuilder::BuildEventInput(Way way, const sema::SourceRoot& root,
                                           ir::TableId table) {
  ir::JoinInput input{table};
  way.row.table = table;
  if (!root.conditions.empty())
    input.filter = plan_.Predicate(way.name + ".filter", way.row, root.conditions);
  input.ordered = plan_.IsOrdered(root.conditions);
  way.row.current_step = way.stage + way.position;
  BuildKernels(way, input);
  return input;
}

// Rows of an earlier stage: the sides are columns, but for the one on the right.
ir::JoinInput JoinBuilder::BuildJoinedInput(uint32_t stage) {
  ir::JoinInput input{join_.stages[stage - 1].match_table};
  Way way{stage, 0, fmt::format("{}.joined{}", stream_.name, stage), plan_.BindProgram()};
  way.row.table = input.table;
  way.row.step_columns = true;
  way.row.record_step = stage + 1;
  BuildKernels(way, input);
  return input;
}

void JoinBuilder::BuildKernels(Way& way, ir::JoinInput& input) {
  way.row.steps = &typed_.sides;
  input.probe = Probe(way);
  input.has_key = HasKey(way);
  way.row.record = &RecordOf(way.stage, 1 - way.position);
  input.guard = Guard(way);
  input.match = Match(way);
  way.row.record = &RecordOf(way.stage, way.position);
  input.same = Same(way);
  input.capture = Capture(way);
}

ir::KernelId JoinBuilder::Probe(const Way& way) {
  KernelBuilder k(way.name + ".probe", TableName(way));
  ExprLowering lowering(k, way.row);
  ir::ValueId hash = ir::kNoValue;
  for (size_t key = 0; key < Keys(way.stage).size(); ++key) {
    const ir::ValueId part = k.Add(ir::Hash{lowering.Value(KeyOf(way, key))});
    hash = hash == ir::kNoValue ? part : k.Add(ir::HashCombine{hash, part});
  }
  return plan_.AddKernel(k.Finish(ir::KernelResult::Int, hash));
}

ir::KernelId JoinBuilder::HasKey(const Way& way) {
  KernelBuilder k(way.name + ".has_key", TableName(way));
  ExprLowering lowering(k, way.row);
  ir::ValueId all = k.Bool(true);
  for (size_t key = 0; key < Keys(way.stage).size(); ++key) {
    const ir::ValueId absent = k.Add(ir::IsAbsent{lowering.Value(KeyOf(way, key))});
    all = k.Add(ir::Logic{ir::LogicOp::And, all, k.Add(ir::Not{absent})});
  }
  return plan_.AddKernel(k.Finish(ir::KernelResult::Bool, all));
}

ir::KernelId JoinBuilder::Guard(const Way& way) {
  KernelBuilder k(way.name + ".guard", TableName(way));
  k.set_record(*way.row.record);
  ExprLowering lowering(k, way.row);
  std::vector<TypedExprPtr> equal;
  for (const auto& [left, right] : Keys(way.stage)) {
    auto both = std::make_shared<TypedExpr>();
    both->op = TypedOp::Eq;
    both->type = ir::Type::Bool;
    both->args = {left, right};
    equal.push_back(both);
  }
  const ir::ValueId fits = lowering.Condition(*sema::JoinConjuncts(equal));
  return plan_.AddKernel(k.Finish(ir::KernelResult::Bool, fits));
}

ir::KernelId JoinBuilder::Same(const Way& way) {
  KernelBuilder k(way.name + ".same", TableName(way));
  k.set_record(*way.row.record);
  ExprLowering lowering(k, way.row);
  ir::ValueId all = ir::kNoValue;
  for (uint32_t key = 0; key < Keys(way.stage).size(); ++key) {
    const ir::ValueId value = k.Convert(lowering.Value(KeyOf(way, key)), ir::Type::Any);
    const ir::ValueId same = k.Add(ir::SameKey{value, k.Add(ir::LoadSlot{key + 1})});
    all = all == ir::kNoValue ? same : k.Add(ir::Logic{ir::LogicOp::And, all, same});
  }
  return plan_.AddKernel(k.Finish(ir::KernelResult::Bool, all));
}

ir::KernelId JoinBuilder::Capture(const Way& way) {
  KernelBuilder k(way.name + ".capture", TableName(way));
  const ir::RecordLayout& record = *way.row.record;
  k.set_record(record);
  ExprLowering lowering(k, way.row);
  k.Add(ir::StoreSlot{0, k.Add(ir::LoadTime{}, "time", "time")});
  for (uint32_t key = 0; key < Keys(way.stage).size(); ++key) {
    const ir::ValueId value = k.Convert(lowering.Value(KeyOf(way, key)), ir::Type::Any);
    k.Add(ir::StoreSlot{key + 1, value});
  }
  for (const Column& column : stages_[way.stage].kept[way.position]) {
    const auto slot = static_cast<uint32_t>(record.Find(column.name));
    k.Add(ir::StoreSlot{slot, k.Convert(lowering.Value(*column.read), column.read->type)});
  }
  return plan_.AddKernel(k.Finish());
}

ir::KernelId JoinBuilder::Match(const Way& way) {
  KernelBuilder k(way.name + ".match", TableName(way));
  k.set_record(*way.row.record);
  ExprLowering lowering(k, way.row);
  for (const Column& column : stages_[way.stage].joined) {
    const ir::Type type = column.read->type;
    k.Add(ir::StoreOut{k.Out(column.name, type), k.Convert(lowering.Value(*column.read), type)});
  }
  return plan_.AddKernel(k.Finish());
}

// Decision D30: every member of the absent side is an explicit null.
ir::ValueId JoinBuilder::NullOf(KernelBuilder& k, const TypedExpr& read, ir::Type type) const {
  if (read.op != TypedOp::Event) return k.Absent(type, true);
  ir::MakeMap map;
  for (const sema::ShapeField& field : typed_.sides[read.index].shape.fields) {
    map.keys.push_back(k.String(field.name));
    map.values.push_back(k.Absent(ir::Type::Any, true));
  }
  return k.Add(std::move(map));
}

ir::KernelId JoinBuilder::Unmatched(uint32_t stage, uint32_t position) {
  Binding here = plan_.BindProgram();
  here.steps = &typed_.sides;
  here.record = &RecordOf(stage, position);
  const std::string& name = join_.stages[stage].sides[position].name;
  KernelBuilder k(fmt::format("{}.{}.unmatched", stream_.name, name), "");
  k.set_record(*here.record);
  ExprLowering lowering(k, here);
  for (const Column& column : stages_[stage].joined) {
    const ir::Type type = column.read->type;
    const bool own = (column.read->index > stage ? 1u : 0u) == position;
    const ir::ValueId value = own ? lowering.Value(*column.read) : NullOf(k, *column.read, type);
    k.Add(ir::StoreOut{k.Out(column.name, type), k.Convert(value, type)});
  }
  return plan_.AddKernel(k.Finish());
}

}  // namespace varpulis::lower
