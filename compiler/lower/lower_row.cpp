// Reading the current row: single fields, and the whole event as a map.

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/check.h"
#include "compiler/lower/lower_expr.h"

namespace varpulis::lower {
namespace {

// The table of the row has the whole event in one column, or can have it.
bool HoldsEvent(const Binding& binding) {
  const ir::Table& table = binding.plan->tables[binding.table];
  return table.kind == ir::Table::Kind::Event || table.event_column >= 0;
}

}  // namespace

uint32_t EventColumn(ir::Table& table, const std::string& field) {
  int known = table.Find(field);
  if (known >= 0) return static_cast<uint32_t>(known);
  ir::Type type = ir::Type::Any;
  for (const ir::DeclaredField& declared : table.fields) {
    if (declared.name == field) type = declared.type;
  }
  return table.AddColumn(field, type);
}

uint32_t WholeEventColumn(ir::Table& table) {
  if (table.event_column < 0) {
    table.event_column = static_cast<int>(table.AddColumn("*", ir::Type::Any));
  }
  return static_cast<uint32_t>(table.event_column);
}

std::string SpreadPrefix(const ir::TableColumn& column) {
  VPL_CHECK(column.spread && column.name.ends_with('*'), "column {} is not spread", column.name);
  return column.name.substr(0, column.name.size() - 1);
}

ir::ValueId ExprLowering::RowField(const std::string& name, ir::Type type) {
  VPL_CHECK(binding_.table != ir::kNoTable, "field {} without a row", name);
  ir::Table& table = binding_.plan->tables[binding_.table];
  int column = table.Find(name);
  if (column < 0 && table.kind == ir::Table::Kind::Event) {
    column = static_cast<int>(EventColumn(table, name));
  }
  if (column < 0) {
    const ir::ValueId member = MemberOfSpread(name);
    return member == ir::kNoValue ? k_.Absent(type, false) : k_.Convert(member, type);
  }
  auto index = static_cast<uint32_t>(column);
  uint32_t local = k_.Column(name, table.columns[index].type, index);
  return k_.Convert(k_.Add(ir::LoadColumn{local}, name, fmt::format("column {}", local)), type);
}

// A field without a column is a member of the map with the longest prefix of its name. Without such a
// map there is none.
ir::ValueId ExprLowering::MemberOfSpread(const std::string& name) {
  const ir::Table& table = binding_.plan->tables[binding_.table];
  std::string member = name;
  ir::ValueId map = ir::kNoValue;
  if (table.event_column >= 0) {
    map = RowEvent();
  } else {
    size_t longest = 0;
    for (const ir::TableColumn& part : table.columns) {
      if (!part.spread || !name.starts_with(SpreadPrefix(part))) continue;
      const size_t length = part.name.size();
      if (length <= longest) continue;
      longest = length;
      member = name.substr(length - 1);
      map = RowPart(part);
    }
  }
  if (map == ir::kNoValue) return ir::kNoValue;
  return k_.Add(ir::BinaryAny{ir::AnyOp::Member, map, k_.Convert(k_.Str(member), ir::Type::Any)},
                name, "member " + name);
}

ir::ValueId ExprLowering::RowEvent() {
  if (!HoldsEvent(binding_)) return EventOfParts();
  uint32_t column = WholeEventColumn(binding_.plan->tables[binding_.table]);
  uint32_t local = k_.Column("*", ir::Type::Any, column);
  return k_.Add(ir::LoadColumn{local}, "event", fmt::format("column {}", local));
}

std::vector<ir::TableColumn> RowParts(const Binding& binding) {
  if (binding.join != nullptr) {
    std::vector<ir::TableColumn> parts;
    for (const sema::TypedStep& side : binding.join->sides) {
      parts.push_back({side.alias + ".*", ir::Type::Any, true});
    }
    for (const sema::TypedStep& side : binding.join->sides) {
      const std::string name = side.type_name + ".*";
      const bool known = std::any_of(parts.begin(), parts.end(),
                                     [&](const auto& part) { return part.name == name; });
      if (!known) parts.push_back({name, ir::Type::Any, true});
    }
    parts.push_back({"*", ir::Type::Any, true});
    return parts;
  }
  if (binding.step_columns) {
    std::vector<ir::TableColumn> parts = {{binding.pattern->name_field(), ir::Type::Str},
                                          {"match_duration_ms", ir::Type::Int}};
    bool has_closure = false;
    for (const sema::TypedStep& step : *binding.steps) {
      has_closure = has_closure || step.is_closure();
      if (step.alias.empty() || step.negated) continue;
      parts.push_back({step.alias + "_*", ir::Type::Any, true});
    }
    if (has_closure) {
      parts.push_back({"_kleene_truncated", ir::Type::Int});
      parts.push_back({"_enumeration_truncated", ir::Type::Bool});
    }
    return parts;
  }
  if (HoldsEvent(binding)) return {{"*", ir::Type::Any, true}};
  return binding.plan->tables[binding.table].columns;
}

// One side of a joined row, or the bare names, of which the first side's win.
ir::ValueId ExprLowering::JoinedPart(const ir::TableColumn& part) {
  const auto event = [&](uint32_t side) {
    sema::TypedExpr whole;
    whole.op = sema::TypedOp::Event;
    whole.index = side;
    return Value(whole);
  };
  for (uint32_t side = 0; side < binding_.join->sides.size(); ++side) {
    const sema::TypedStep& step = binding_.join->sides[side];
    if (part.name == step.alias + ".*" || part.name == step.type_name + ".*") return event(side);
  }
  static const auto kSpread = static_cast<uint32_t>(ir::FindBuiltin("spread"));
  const ir::ValueId prefix = k_.Convert(k_.Str(""), ir::Type::Any);
  auto side = static_cast<uint32_t>(binding_.join->sides.size() - 1);
  ir::ValueId all = event(side);
  while (side-- > 0) all = k_.Add(ir::CallBuiltin{kSpread, {all, prefix, event(side)}}, "event");
  return all;
}

ir::ValueId ExprLowering::RowPart(const ir::TableColumn& part) {
  const ir::Table& table = binding_.plan->tables[binding_.table];
  if (binding_.join != nullptr) return JoinedPart(part);
  if (!binding_.step_columns && HoldsEvent(binding_)) return RowEvent();
  if (binding_.step_columns && part.spread) {
    sema::TypedExpr event;
    event.op = sema::TypedOp::Event;
    for (uint32_t i = 0; i < binding_.steps->size(); ++i) {
      if ((*binding_.steps)[i].alias + "_*" == part.name) event.index = i;
    }
    return Value(event);
  }
  if (binding_.step_columns && part.name == binding_.pattern->name_field())
    return k_.Str(binding_.pattern->label.empty() ? table.event_type : binding_.pattern->label);
  const int column = table.Find(part.name);
  VPL_CHECK(column >= 0, "{} has no column {}", table.name, part.name);
  uint32_t local = k_.Column(part.name, part.type, static_cast<uint32_t>(column));
  return k_.Add(ir::LoadColumn{local}, part.name, fmt::format("column {}", local));
}

// Fields in a row become one map, and the entries of maps are added to it.
ir::ValueId ExprLowering::EventOfParts() {
  static const auto kSpread = static_cast<uint32_t>(ir::FindBuiltin("spread"));
  ir::ValueId event = ir::kNoValue;
  ir::MakeMap map;
  auto add = [&](const std::string& prefix, ir::ValueId part) {
    if (event == ir::kNoValue) {
      event = part;
      return;
    }
    ir::CallBuiltin spread{kSpread, {event, k_.Convert(k_.Str(prefix), ir::Type::Any), part}};
    event = k_.Add(std::move(spread), "event");
  };
  auto add_fields = [&] {
    if (map.keys.empty() && event != ir::kNoValue) return;
    add("", k_.Add(std::exchange(map, {}), "event", event == ir::kNoValue ? "event map" : ""));
  };
  for (const ir::TableColumn& part : RowParts(binding_)) {
    ir::ValueId value = k_.Convert(RowPart(part), ir::Type::Any);
    if (part.spread) {
      const bool first = event == ir::kNoValue && map.keys.empty();
      const std::string prefix = SpreadPrefix(part);
      if (!first || !prefix.empty()) add_fields();
      add(prefix, value);
    } else {
      map.keys.push_back(k_.String(part.name));
      map.values.push_back(value);
    }
  }
  add_fields();
  return event;
}

}  // namespace varpulis::lower
