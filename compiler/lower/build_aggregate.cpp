#include <map>
#include <memory>

#include <fmt/format.h>

#include "compiler/lower/aggregates/aggregate.h"
#include "compiler/lower/plan_builder.h"

namespace varpulis::lower {
namespace {

using sema::TypedExpr;
using sema::TypedOp;

// An aggregate call of the items; equal calls share one accumulator.
struct Accumulator {
  const TypedExpr* argument = nullptr;  // null for count()
  std::unique_ptr<Aggregate> aggregate;
};
using Accumulators = std::map<std::string, Accumulator>;

void Collect(const TypedExpr& expr, uint32_t rows_slot, ir::RecordLayout& layout,
             Accumulators& all) {
  if (expr.op == TypedOp::Aggregate) {
    std::string text = sema::Print(expr);
    if (all.contains(text)) return;
    Accumulator accumulator;
    if (!expr.args.empty()) accumulator.argument = expr.args.front().get();
    ir::Type type = expr.args.empty() ? ir::Type::Any : expr.args.front()->type;
    accumulator.aggregate = MakeAggregate(static_cast<sema::AggregateKind>(expr.index),
                                          !expr.args.empty(), type, rows_slot);
    accumulator.aggregate->AddSlots(layout, fmt::format("agg{}", all.size() + 1));
    all.emplace(std::move(text), std::move(accumulator));
    return;
  }
  for (const sema::TypedExprPtr& arg : expr.args) Collect(*arg, rows_slot, layout, all);
}

// `_partition`: the display form of the key, `default` when it is absent, composites joined by `|`.
ir::ValueId PartitionText(KernelBuilder& k, const std::vector<uint32_t>& key_slots) {
  ir::ValueId text = ir::kNoValue;
  for (uint32_t slot : key_slots) {
    ir::ValueId key = k.Convert(LoadSlot(k, slot), ir::Type::Any);
    ir::ValueId part = k.If(
        k.Add(ir::IsAbsent{key}), ir::Type::Str, [&] { return k.Str("default"); },
        [&] {
          ir::CallBuiltin call{static_cast<uint32_t>(ir::FindBuiltin("to_string")), {key}};
          return k.Convert(k.Add(std::move(call)), ir::Type::Str);
        });
    if (text == ir::kNoValue) {
      text = part;
      continue;
    }
    ir::CallBuiltin concat{static_cast<uint32_t>(ir::FindBuiltin("concat")),
                           {k.Convert(text, ir::Type::Any), k.Convert(k.Str("|"), ir::Type::Any),
                            k.Convert(part, ir::Type::Any)}};
    text = k.Convert(k.Add(std::move(concat)), ir::Type::Str);
  }
  return text;
}

}  // namespace

void PlanBuilder::Build(const sema::AggregateOp& op, Chain& chain) {
  ir::AggregateOperator aggregate;
  aggregate.window = op.window == sema::WindowKind::Tumbling ? ir::WindowKind::Tumbling
                     : op.window == sema::WindowKind::Count  ? ir::WindowKind::Count
                                                             : ir::WindowKind::None;
  aggregate.size = op.size;
  ir::RecordLayout& record = aggregate.record;
  record.Add("opened", ir::Type::Timestamp);
  record.Add("last", ir::Type::Timestamp);
  uint32_t rows_slot = record.Add("rows", ir::Type::Int);
  std::vector<uint32_t> key_slots;
  std::map<std::string, uint32_t> key_fields;
  for (size_t i = 0; i < op.keys.size(); ++i) {
    const sema::NamedItem& key = op.keys[i];
    uint32_t slot =
        record.Add("key." + (key.name.empty() ? std::to_string(i + 1) : key.name), key.value->type);
    aggregate.ordered = aggregate.ordered || IsOrdered({key.value});
    key_slots.push_back(slot);
    if (!key.name.empty()) key_fields[key.name] = slot;
    aggregate.text += (aggregate.text.empty() ? "by " : ", ") + Text(chain, *key.value);
  }
  Accumulators accumulators;
  for (const sema::NamedItem& item : op.items) {
    Collect(*item.value, rows_slot, record, accumulators);
    aggregate.text += fmt::format("{}{}: {}", aggregate.text.empty() ? "" : "; ", item.name,
                                  Text(chain, *item.value));
  }
  record.Finish();

  std::string name = fmt::format("aggregate{}", chain.plan->operators.size());
  for (size_t v = 0; v < chain.tables.size(); ++v) {
    Binding binding = BindRow(chain, chain.tables[v]);
    const std::string& table = plan_.tables[chain.tables[v]].name;
    if (!op.keys.empty()) {
      KernelBuilder hash(KernelName(chain, name + ".hash", v), table);
      ExprLowering hash_lowering(hash, binding);
      ir::ValueId mixed = ir::kNoValue;
      for (const sema::NamedItem& key : op.keys) {
        ir::ValueId one = hash.Add(ir::Hash{hash_lowering.Value(*key.value)});
        mixed = mixed == ir::kNoValue ? one : hash.Add(ir::HashCombine{mixed, one});
      }
      aggregate.hash.push_back(AddKernel(hash.Finish(ir::KernelResult::Int, mixed)));

      KernelBuilder same(KernelName(chain, name + ".same_key", v), table);
      same.set_record(record);
      ExprLowering same_lowering(same, binding);
      ir::ValueId all = same.Bool(true);
      for (size_t i = 0; i < op.keys.size(); ++i) {
        ir::ValueId one = same.Add(
            ir::SameKey{same_lowering.Value(*op.keys[i].value), LoadSlot(same, key_slots[i])});
        all = i == 0 ? one : same.Add(ir::Logic{ir::LogicOp::And, all, one});
      }
      aggregate.same_key.push_back(AddKernel(same.Finish(ir::KernelResult::Bool, all)));
    }
    KernelBuilder init(KernelName(chain, name + ".init", v), table);
    init.set_record(record);
    ExprLowering init_lowering(init, binding);
    for (size_t i = 0; i < op.keys.size(); ++i) {
      StoreSlot(init, key_slots[i], init_lowering.Value(*op.keys[i].value));
    }
    aggregate.init.push_back(AddKernel(init.Finish()));

    KernelBuilder update(KernelName(chain, name + ".update", v), table);
    update.set_record(record);
    ExprLowering update_lowering(update, binding);
    ir::ValueId one_more =
        update.Add(ir::IntBinary{ir::IntOp::Add, LoadSlot(update, rows_slot), update.Int(1)});
    StoreSlot(update, rows_slot, one_more);
    for (auto& [text, accumulator] : accumulators) {
      ir::ValueId argument = accumulator.argument != nullptr
                                 ? update_lowering.Value(*accumulator.argument)
                                 : ir::kNoValue;
      accumulator.aggregate->Update(update, argument);
    }
    aggregate.update.push_back(AddKernel(update.Finish()));
  }

  aggregate.table = AddTable(chain.plan->name + "." + name, chain.stream->name);
  KernelBuilder finish(
      KernelName({chain.stream, chain.plan, {aggregate.table}, false}, name + ".finish", 0), "");
  finish.set_record(record);
  Binding binding = BindProgram();
  binding.record = &record;
  binding.key_slots = &key_fields;
  binding.aggregate = [&](KernelBuilder& k, const TypedExpr& call) {
    return accumulators.at(sema::Print(call)).aggregate->Finish(k);
  };
  ExprLowering lowering(finish, binding);
  std::vector<ir::TableColumn>& columns = plan_.tables[aggregate.table].columns;
  auto add = [&](const std::string& column, ir::Type type, ir::ValueId value) {
    columns.push_back({column, type});
    finish.Add(ir::StoreOut{finish.Out(column, type), finish.Convert(value, type)});
  };
  // An item of the same name replaces the automatic field at its place (language.md 4.4).
  auto replaced = [&](const std::string& column) -> const sema::NamedItem* {
    for (const sema::NamedItem& item : op.items) {
      if (item.name == column) return &item;
    }
    return nullptr;
  };
  auto add_item = [&](const sema::NamedItem& item) {
    add(item.name, item.value->type, lowering.Value(*item.value));
  };
  if (!op.keys.empty()) {
    if (const sema::NamedItem* item = replaced("_partition")) {
      add_item(*item);
    } else {
      add("_partition", ir::Type::Str, PartitionText(finish, key_slots));
    }
  }
  for (size_t i = 0; i < op.keys.size(); ++i) {
    const sema::NamedItem& key = op.keys[i];
    if (key.name.empty()) continue;
    if (const sema::NamedItem* item = replaced(key.name)) {
      add_item(*item);
    } else {
      add(key.name, key.value->type, LoadSlot(finish, key_slots[i]));
    }
  }
  for (const sema::NamedItem& item : op.items) {
    if (plan_.tables[aggregate.table].Find(item.name) < 0) add_item(item);
  }
  aggregate.finish = AddKernel(finish.Finish());
  chain.tables = {aggregate.table};
  chain.plan->operators.push_back(std::move(aggregate));
}

}  // namespace varpulis::lower
