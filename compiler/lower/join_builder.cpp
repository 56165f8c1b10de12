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
    : plan_(plan), stream_(stream), typed_(*stream.join), join_(join), has_readers_(has_readers) {}

void JoinBuilder::Run() {
  join_.within = typed_.within;
  FindColumns();
  LayOut();
  for (uint32_t side = 0; side < 2; ++side) BuildSide(side);
}

const std::string& JoinBuilder::TableName(const Binding& binding) const {
  return plan_.plan_.tables[binding.table].name;
}

const TypedExprPtr& JoinBuilder::KeyOf(uint32_t side, size_t key) const {
  return side == 0 ? typed_.keys[key].first : typed_.keys[key].second;
}

// --- what is kept --------------------------------------------------------------------------------

void JoinBuilder::FindColumns() {
  for (size_t key = 0; key < typed_.keys.size(); ++key) {
    for (uint32_t side = 0; side < 2; ++side) {
      const TypedExprPtr& read = KeyOf(side, key);
      kept_[side].push_back({read, CaptureName(typed_.sides, *read)});
    }
  }
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
      AddColumn(read);
    } else if (read->op == TypedOp::Event) {
      AddWholeRow();
    }
  }
}

void JoinBuilder::AddColumn(const TypedExprPtr& read) {
  const std::string name = CaptureName(typed_.sides, *read);
  const auto is_known = [&](const std::vector<Column>& columns) {
    return std::any_of(columns.begin(), columns.end(),
                       [&](const Column& column) { return column.name == name; });
  };
  if (!is_known(columns_)) columns_.push_back({read, name});
  if (!is_known(kept_[read->index])) kept_[read->index].push_back({read, name});
}

void JoinBuilder::AddWholeRow() {
  for (uint32_t side = 0; side < 2; ++side) {
    auto event = std::make_shared<TypedExpr>();
    event->op = TypedOp::Event;
    event->index = side;
    AddColumn(event);
  }
}

void JoinBuilder::LayOut() {
  join_.match_table = plan_.AddTable(stream_.name + ".match", stream_.name);
  for (const Column& column : columns_) {
    plan_.plan_.tables[join_.match_table].columns.push_back({column.name, column.read->type});
  }
  for (uint32_t side = 0; side < 2; ++side) {
    ir::RecordLayout& record = join_.sides[side].record;
    record.Add("time", ir::Type::Timestamp);
    for (size_t key = 0; key < typed_.keys.size(); ++key)
      record.Add(fmt::format("key{}", key), ir::Type::Any);
    for (const Column& column : kept_[side]) record.Add(column.name, column.read->type);
    record.Finish();
  }
  for (const auto& [left, right] : typed_.keys) {
    const std::vector<std::string> names = {typed_.sides[0].alias, typed_.sides[1].alias};
    join_.key_text += fmt::format("{}{} = {}", join_.key_text.empty() ? "" : ", ",
                                  sema::ToText(*left, names), sema::ToText(*right, names));
  }
}

// --- kernels -------------------------------------------------------------------------------------

void JoinBuilder::BuildSide(uint32_t side) {
  ir::JoinSide& plan = join_.sides[side];
  plan.name = typed_.sides[side].alias;
  plan.kept = typed_.kept[side];
  plan_.ForTables(typed_.sides[side].roots, fmt::format("{}.{}", stream_.name, plan.name),
                  [&](const sema::SourceRoot& root, const std::string& name, ir::TableId table) {
                    plan.inputs.push_back(BuildInput(side, root, name, table));
                  });
  if (plan.kept) plan.unmatched = Unmatched(side);
}

ir::JoinInput JoinBuilder::BuildInput(uint32_t side, const sema::SourceRoot& root,
                                      const std::string& name, ir::TableId table) {
  ir::JoinInput input{table};
  Binding row = plan_.BindProgram();
  row.table = table;
  if (!root.conditions.empty())
    input.filter = plan_.Predicate(name + ".filter", row, root.conditions);
  input.ordered = plan_.IsOrdered(root.conditions);
  row.steps = &typed_.sides;
  row.current_step = side;
  input.probe = Probe(name, row, side);
  input.has_key = HasKey(name, row, side);
  row.record = &join_.sides[1 - side].record;
  input.guard = Guard(name, row, side);
  input.match = Match(name, row, side);
  row.record = &join_.sides[side].record;
  input.same = Same(name, row, side);
  input.capture = Capture(name, row, side);
  return input;
}

ir::KernelId JoinBuilder::Probe(const std::string& name, const Binding& row, uint32_t side) {
  KernelBuilder k(name + ".probe", TableName(row));
  ExprLowering lowering(k, row);
  ir::ValueId hash = ir::kNoValue;
  for (size_t key = 0; key < typed_.keys.size(); ++key) {
    const ir::ValueId part = k.Add(ir::Hash{lowering.Value(*KeyOf(side, key))});
    hash = hash == ir::kNoValue ? part : k.Add(ir::HashCombine{hash, part});
  }
  return plan_.AddKernel(k.Finish(ir::KernelResult::Int, hash));
}

ir::KernelId JoinBuilder::HasKey(const std::string& name, const Binding& row, uint32_t side) {
  KernelBuilder k(name + ".has_key", TableName(row));
  ExprLowering lowering(k, row);
  ir::ValueId all = k.Bool(true);
  for (size_t key = 0; key < typed_.keys.size(); ++key) {
    const ir::ValueId absent = k.Add(ir::IsAbsent{lowering.Value(*KeyOf(side, key))});
    all = k.Add(ir::Logic{ir::LogicOp::And, all, k.Add(ir::Not{absent})});
  }
  return plan_.AddKernel(k.Finish(ir::KernelResult::Bool, all));
}

ir::KernelId JoinBuilder::Guard(const std::string& name, const Binding& row, uint32_t side) {
  KernelBuilder k(name + ".guard", TableName(row));
  k.set_record(join_.sides[1 - side].record);
  ExprLowering lowering(k, row);
  std::vector<TypedExprPtr> equal;
  for (const auto& [left, right] : typed_.keys) {
    auto both = std::make_shared<TypedExpr>();
    both->op = TypedOp::Eq;
    both->type = ir::Type::Bool;
    both->args = {left, right};
    equal.push_back(both);
  }
  const ir::ValueId fits = lowering.Condition(*sema::JoinConjuncts(equal));
  return plan_.AddKernel(k.Finish(ir::KernelResult::Bool, fits));
}

ir::KernelId JoinBuilder::Same(const std::string& name, const Binding& row, uint32_t side) {
  KernelBuilder k(name + ".same", TableName(row));
  k.set_record(join_.sides[side].record);
  ExprLowering lowering(k, row);
  ir::ValueId all = ir::kNoValue;
  for (uint32_t key = 0; key < typed_.keys.size(); ++key) {
    const ir::ValueId value = k.Convert(lowering.Value(*KeyOf(side, key)), ir::Type::Any);
    const ir::ValueId same = k.Add(ir::SameKey{value, k.Add(ir::LoadSlot{key + 1})});
    all = all == ir::kNoValue ? same : k.Add(ir::Logic{ir::LogicOp::And, all, same});
  }
  return plan_.AddKernel(k.Finish(ir::KernelResult::Bool, all));
}

ir::KernelId JoinBuilder::Capture(const std::string& name, const Binding& row, uint32_t side) {
  KernelBuilder k(name + ".capture", TableName(row));
  const ir::RecordLayout& record = join_.sides[side].record;
  k.set_record(record);
  ExprLowering lowering(k, row);
  k.Add(ir::StoreSlot{0, k.Add(ir::LoadTime{}, "time", "time")});
  for (uint32_t key = 0; key < typed_.keys.size(); ++key) {
    const ir::ValueId value = k.Convert(lowering.Value(*KeyOf(side, key)), ir::Type::Any);
    k.Add(ir::StoreSlot{key + 1, value});
  }
  for (const Column& column : kept_[side]) {
    const auto slot = static_cast<uint32_t>(record.Find(column.name));
    k.Add(ir::StoreSlot{slot, k.Convert(lowering.Value(*column.read), column.read->type)});
  }
  return plan_.AddKernel(k.Finish());
}

ir::KernelId JoinBuilder::Match(const std::string& name, const Binding& row, uint32_t side) {
  KernelBuilder k(name + ".match", TableName(row));
  k.set_record(join_.sides[1 - side].record);
  ExprLowering lowering(k, row);
  for (const Column& column : columns_) {
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

ir::KernelId JoinBuilder::Unmatched(uint32_t side) {
  Binding here = plan_.BindProgram();
  here.steps = &typed_.sides;
  here.record = &join_.sides[side].record;
  KernelBuilder k(fmt::format("{}.{}.unmatched", stream_.name, typed_.sides[side].alias), "");
  k.set_record(*here.record);
  ExprLowering lowering(k, here);
  for (const Column& column : columns_) {
    const ir::Type type = column.read->type;
    const bool own = column.read->index == side;
    const ir::ValueId value = own ? lowering.Value(*column.read) : NullOf(k, *column.read, type);
    k.Add(ir::StoreOut{k.Out(column.name, type), k.Convert(value, type)});
  }
  return plan_.AddKernel(k.Finish());
}

}  // namespace varpulis::lower
