// Windows: which rows belong together, and those of them that keep their rows.

#include <utility>

#include <fmt/format.h>

#include "compiler/lower/operator_list.h"
#include "compiler/lower/plan_builder.h"

namespace varpulis::lower {
namespace {

// In front of what an entry keeps.
constexpr uint32_t kEntryHead = 2;

ir::RecordLayout EntryHead() {
  ir::RecordLayout entry;
  entry.Add("time", ir::Type::Timestamp);
  entry.Add("late", ir::Type::Bool);
  return entry;
}

}  // namespace

PlanBuilder::WindowRecord PlanBuilder::RecordOf(const sema::Window& window) {
  WindowRecord record;
  record.layout.Add("opened", ir::Type::Timestamp);
  record.layout.Add("last", ir::Type::Timestamp);
  record.layout.Add("rows", ir::Type::Int);
  for (size_t i = 0; i < window.keys.size(); ++i) {
    const sema::NamedItem& key = window.keys[i];
    const uint32_t slot = record.layout.Add(
        "key." + (key.name.empty() ? std::to_string(i + 1) : key.name), key.value->type);
    record.key_slots.push_back(slot);
    if (!key.name.empty()) record.key_fields[key.name] = slot;
  }
  return record;
}

std::string PlanBuilder::KeyText(const sema::Window& window, const Chain& chain) const {
  std::string text;
  for (const sema::NamedItem& key : window.keys) {
    text += (text.empty() ? "by " : ", ") + Text(chain, *key.value);
  }
  return text;
}

ir::Windowing PlanBuilder::BuildWindowing(const sema::Window& window, const WindowRecord& record,
                                          const std::string& name, const Chain& chain) {
  ir::Windowing windowing{window.kind,
                          window.size,
                          window.slide,
                          window.by_clock,
                          window.watermarked,
                          record.layout,
                          window.keys.size(),
                          {},
                          {},
                          {},
                          false};
  for (const sema::NamedItem& key : window.keys) {
    windowing.ordered = windowing.ordered || IsOrdered({key.value});
  }
  if (!window.keys.empty()) {
    windowing.hash =
        PerVariant(chain, name + ".hash", ir::KernelResult::Int,
                   [&](KernelBuilder& k, ExprLowering& lowering) {
                     ir::ValueId mixed = ir::kNoValue;
                     for (const sema::NamedItem& key : window.keys) {
                       ir::ValueId one = k.Add(ir::Hash{lowering.Value(*key.value)});
                       mixed = mixed == ir::kNoValue ? one : k.Add(ir::HashCombine{mixed, one});
                     }
                     return mixed;
                   });
    windowing.same_key = PerVariant(
        chain, name + ".same_key", ir::KernelResult::Bool,
        [&](KernelBuilder& k, ExprLowering& lowering) {
          k.set_record(record.layout);
          ir::ValueId all = ir::kNoValue;
          for (size_t i = 0; i < window.keys.size(); ++i) {
            ir::ValueId value = lowering.Value(*window.keys[i].value);
            ir::ValueId one = k.Add(ir::SameKey{value, LoadSlot(k, record.key_slots[i])});
            all = i == 0 ? one : k.Add(ir::Logic{ir::LogicOp::And, all, one});
          }
          return all;
        });
  }
  windowing.init = PerVariant(chain, name + ".init", [&](KernelBuilder& k, ExprLowering& lowering) {
    k.set_record(record.layout);
    for (size_t i = 0; i < window.keys.size(); ++i) {
      StoreSlot(k, record.key_slots[i], lowering.Value(*window.keys[i].value));
    }
  });
  return windowing;
}

ir::KernelId PlanBuilder::RecordKernel(const Chain& chain, const std::string& what,
                                       const ir::RecordLayout* record,
                                       const std::function<void(KernelBuilder&)>& body) {
  KernelBuilder k(fmt::format("{}.{}", chain.plan->name, what), what);
  if (record != nullptr) k.set_record(*record);
  body(k);
  return AddKernel(k.Finish());
}

ir::SlidingFold PlanBuilder::BuildSliding(const Accumulators& accumulators,
                                          const ir::RecordLayout& record, const std::string& name,
                                          const Chain& chain) {
  ir::SlidingFold sliding;
  ir::RecordLayout& entry = sliding.held.entry;
  entry = EntryHead();
  // Equal arguments share a slot.
  std::map<std::string, uint32_t> slots;
  std::vector<const sema::TypedExpr*> arguments;
  bool has_sets = false;
  for (const auto& [text, accumulator] : accumulators) {
    has_sets = has_sets || !accumulator.aggregate->IsMergeable();
    if (accumulator.argument == nullptr) continue;
    const auto place = static_cast<uint32_t>(entry.slots.size());
    if (!slots.emplace(sema::Print(*accumulator.argument), place).second) continue;
    arguments.push_back(accumulator.argument);
    entry.Add(fmt::format("arg{}", arguments.size()), accumulator.argument->type);
  }
  entry.Finish();
  sliding.held.keep =
      PerVariant(chain, name + ".keep", [&](KernelBuilder& k, ExprLowering& lowering) {
        k.set_record(entry);
        for (uint32_t i = 0; i < arguments.size(); ++i) {
          StoreSlot(k, kEntryHead + i, lowering.Value(*arguments[i]));
        }
      });
  auto argument_of = [&](KernelBuilder& k, const Accumulator& accumulator) {
    if (accumulator.argument == nullptr) return ir::kNoValue;
    const uint32_t slot = slots.at(sema::Print(*accumulator.argument));
    return k.Add(ir::LoadColumn{k.Column(entry.slots[slot].name, entry.slots[slot].type, slot)});
  };
  const auto rows_slot = static_cast<uint32_t>(record.Find("rows"));
  sliding.fold = RecordKernel(chain, name + ".fold", &record, [&](KernelBuilder& k) {
    CountOne(k, rows_slot);
    for (const auto& [text, accumulator] : accumulators) {
      if (!accumulator.aggregate->IsMergeable()) continue;
      accumulator.aggregate->Update(k, argument_of(k, accumulator));
    }
  });
  sliding.merge = RecordKernel(chain, name + ".merge", &record, [&](KernelBuilder& k) {
    for (const auto& [text, accumulator] : accumulators) accumulator.aggregate->Merge(k);
    AddLater(k, rows_slot);
  });
  if (!has_sets) return sliding;
  sliding.enter = RecordKernel(chain, name + ".enter", &record, [&](KernelBuilder& k) {
    for (const auto& [text, accumulator] : accumulators) {
      if (accumulator.aggregate->IsMergeable()) continue;
      accumulator.aggregate->Update(k, argument_of(k, accumulator));
    }
  });
  sliding.remove = RecordKernel(chain, name + ".remove", &record, [&](KernelBuilder& k) {
    for (const auto& [text, accumulator] : accumulators) {
      if (accumulator.aggregate->IsMergeable()) continue;
      accumulator.aggregate->Remove(k, argument_of(k, accumulator));
    }
  });
  return sliding;
}

void PlanBuilder::Build(const sema::WindowOp& op, Chain& chain) {
  ir::WindowOperator window;
  const std::string name = fmt::format("window{}", chain.plan->operators.size());
  WindowRecord record = RecordOf(op.window);
  record.layout.Finish();
  window.windowing = BuildWindowing(op.window, record, name, chain);
  window.text = KeyText(op.window, chain);
  // Fields that nobody reads again are not kept.
  const auto fields = FieldsRead(chain.behind);
  std::vector<ir::TableColumn> parts;
  if (!fields) parts = PartsOf(chain);
  for (size_t i = 0; fields && i < fields->size(); ++i) {
    parts.push_back({(*fields)[i]->text, (*fields)[i]->type});
  }
  ir::RecordLayout& entry = window.held.entry;
  entry = EntryHead();
  for (const ir::TableColumn& part : parts) entry.Add(part.name, part.type);
  entry.Finish();
  window.held.keep =
      PerVariant(chain, name + ".keep", [&](KernelBuilder& k, ExprLowering& lowering) {
        k.set_record(entry);
        for (uint32_t i = 0; i < parts.size(); ++i) {
          const ir::ValueId value =
              fields ? lowering.Value(*(*fields)[i]) : PartOf(chain, lowering, parts[i]);
          StoreSlot(k, kEntryHead + i, k.Convert(value, parts[i].type));
        }
      });
  window.table = AddTable(chain.plan->name + "." + name, chain.stream->name);
  plan_.tables[window.table].columns = parts;
  if (IsWholeEvent(parts)) plan_.tables[window.table].event_column = 0;
  window.restore = RecordKernel(chain, name + ".restore", nullptr, [&](KernelBuilder& k) {
    for (uint32_t i = 0; i < parts.size(); ++i) {
      const auto& [column, type, spread] = parts[i];
      const uint32_t place = k.Column(column, type, kEntryHead + i);
      k.Add(ir::StoreOut{k.Out(column, type), k.Add(ir::LoadColumn{place})});
    }
  });
  chain.tables = {window.table};
  chain.step_columns = false;
  chain.plan->operators.push_back(std::move(window));
}

void PlanBuilder::Build(const sema::SortOp& op, Chain& chain) {
  ir::SortOperator sort;
  const std::string name = fmt::format("sort{}", chain.plan->operators.size());
  sort.key_table = AddTable(fmt::format("{}.{}.keys", chain.plan->name, name), chain.stream->name);
  for (size_t i = 0; i < op.keys.size(); ++i) {
    plan_.tables[sort.key_table].columns.push_back({fmt::format("key{}", i + 1), ir::Type::Any});
    sort.descending.push_back(op.keys[i].descending);
    sort.text += fmt::format("{}{}{}", i == 0 ? "" : ", ", Text(chain, *op.keys[i].value),
                             op.keys[i].descending ? " desc" : "");
  }
  sort.key_kernels =
      PerVariant(chain, name + ".keys", [&](KernelBuilder& k, ExprLowering& lowering) {
        for (size_t i = 0; i < op.keys.size(); ++i) {
          const ir::ValueId key = k.Convert(lowering.Value(*op.keys[i].value), ir::Type::Any);
          k.Add(ir::StoreOut{k.Out(fmt::format("key{}", i + 1), ir::Type::Any), key});
        }
      });
  RowCopy copy = Copy(name, chain.stream->name, {}, chain);
  sort.table = copy.table;
  sort.kernels = std::move(copy.kernels);
  chain.tables = {copy.table};
  chain.step_columns = false;
  chain.plan->operators.push_back(std::move(sort));
}

}  // namespace varpulis::lower
