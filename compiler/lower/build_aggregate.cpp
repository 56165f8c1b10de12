#include <utility>

#include <fmt/format.h>

#include "compiler/lower/partition_text.h"
#include "compiler/lower/plan_builder.h"

namespace varpulis::lower {

void PlanBuilder::Build(const sema::AggregateOp& op, Chain& chain) {
  ir::AggregateOperator aggregate;
  const bool slides = ir::Slides(op.window.kind) && !op.window.watermarked;
  WindowRecord record = RecordOf(op.window);
  const auto rows_slot = static_cast<uint32_t>(record.layout.Find("rows"));
  aggregate.text = KeyText(op.window, chain);
  Accumulators accumulators;
  for (const sema::NamedItem& item : op.items) {
    AddAccumulators(*item.value, rows_slot, slides, record.layout, accumulators);
    aggregate.text += fmt::format("{}{}: {}", aggregate.text.empty() ? "" : "; ", item.name,
                                  Text(chain, *item.value));
  }
  record.layout.Finish();
  const std::string name = fmt::format("aggregate{}", chain.plan->operators.size());
  aggregate.windowing = BuildWindowing(op.window, record, name, chain);
  if (slides) {
    aggregate.sliding = BuildSliding(accumulators, record.layout, name, chain);
  } else {
    aggregate.update =
        PerVariant(chain, name + ".update", [&](KernelBuilder& k, ExprLowering& lowering) {
          k.set_record(record.layout);
          CountOne(k, rows_slot);
          for (const auto& [text, accumulator] : accumulators) {
            accumulator.aggregate->Update(k, accumulator.argument != nullptr
                                                 ? lowering.Value(*accumulator.argument)
                                                 : ir::kNoValue);
          }
        });
  }
  aggregate.table = AddTable(chain.plan->name + "." + name, chain.stream->name);
  aggregate.finish =
      BuildFinish(op, accumulators, record, aggregate.table, name + ".finish", chain);
  chain.tables = {aggregate.table};
  chain.step_columns = false;
  chain.plan->operators.push_back(std::move(aggregate));
}

// Also adds the columns of the table: those of the key, then the items.
ir::KernelId PlanBuilder::BuildFinish(const sema::AggregateOp& op, const Accumulators& accumulators,
                                      const WindowRecord& record, ir::TableId table,
                                      const std::string& name, const Chain& chain) {
  KernelBuilder k(fmt::format("{}.{}", chain.plan->name, name), "");
  k.set_record(record.layout);
  Binding binding = BindProgram();
  binding.record = &record.layout;
  binding.key_slots = &record.key_fields;
  binding.aggregate = [&](KernelBuilder& builder, const sema::TypedExpr& call) {
    return accumulators.at(sema::Print(call)).aggregate->Finish(builder);
  };
  ExprLowering lowering(k, binding);
  std::vector<ir::TableColumn>& columns = plan_.tables[table].columns;
  auto add = [&](const std::string& column, ir::Type type, ir::ValueId value) {
    columns.push_back({column, type});
    k.Add(ir::StoreOut{k.Out(column, type), k.Convert(value, type)});
  };
  auto add_item = [&](const sema::NamedItem& item) {
    add(item.name, item.value->type, lowering.Value(*item.value));
  };
  // An item of the same name replaces the automatic field at its place (language.md 4.4).
  auto is_replaced = [&](const std::string& column) {
    for (const sema::NamedItem& item : op.items) {
      if (item.name != column) continue;
      add_item(item);
      return true;
    }
    return false;
  };
  const std::vector<sema::NamedItem>& keys = op.window.keys;
  if (op.shows_keys && !keys.empty() && !is_replaced("_partition")) {
    add("_partition", ir::Type::Str, PartitionText(k, record.key_slots));
  }
  for (size_t i = 0; op.shows_keys && i < keys.size(); ++i) {
    if (keys[i].name.empty() || is_replaced(keys[i].name)) continue;
    add(keys[i].name, keys[i].value->type, LoadSlot(k, record.key_slots[i]));
  }
  for (const sema::NamedItem& item : op.items) {
    if (plan_.tables[table].Find(item.name) < 0) add_item(item);
  }
  return AddKernel(k.Finish());
}

}  // namespace varpulis::lower
