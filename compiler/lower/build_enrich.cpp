// .enrich: the key as a kernel, and a row that has the fields of the answer besides its own.

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "compiler/lower/operator_list.h"
#include "compiler/lower/plan_builder.h"

namespace varpulis::lower {
namespace {

std::vector<ir::TableColumn> AddedColumns(const sema::EnrichOp& op) {
  std::vector<ir::TableColumn> columns;
  for (const std::string& field : op.fields) columns.push_back({field, ir::Type::Any});
  const std::vector<std::string> all = op.AddedFields();
  columns.push_back({all[all.size() - 2], ir::Type::Str});
  columns.push_back({all.back(), ir::Type::Int});
  return columns;
}

bool IsNamed(const std::vector<ir::TableColumn>& columns, const std::string& name) {
  return std::any_of(columns.begin(), columns.end(),
                     [&](const ir::TableColumn& column) { return column.name == name; });
}

// True if it reads the row as a whole, or one of the fields.
bool ReadsAnswer(const sema::TypedExpr& expr, const std::set<std::string>& fields) {
  if (expr.op == sema::TypedOp::Event) return true;
  if (expr.op == sema::TypedOp::Field && fields.contains(expr.text)) return true;
  return std::any_of(expr.args.begin(), expr.args.end(),
                     [&](const sema::TypedExprPtr& arg) { return ReadsAnswer(*arg, fields); });
}

// The fields that the operators have added so far; nothing if others than .enrich are among them.
std::optional<std::set<std::string>> AnswersOnly(const std::vector<ir::Operator>& operators) {
  std::set<std::string> fields;
  for (const ir::Operator& op : operators) {
    const auto* enrich = std::get_if<ir::EnrichOperator>(&op);
    if (enrich == nullptr) return std::nullopt;
    sema::EnrichOp named;
    named.fields = enrich->fields;
    for (std::string& field : named.AddedFields()) fields.insert(std::move(field));
  }
  return fields;
}

}  // namespace

// The key, and the fallback beside it. Rows that come into the stream may be looked up ahead if their
// keys are known by then.
void PlanBuilder::BuildKey(const sema::EnrichOp& op, const std::string& name, const Chain& chain,
                           ir::EnrichOperator& enrich) {
  enrich.text = Text(chain, *op.key);
  enrich.has_fallback = op.fallback != nullptr;
  enrich.key_table = AddTable(fmt::format("{}.{}.key", chain.plan->name, name), chain.stream->name);
  std::vector<ir::TableColumn>& columns = plan_.tables[enrich.key_table].columns;
  columns.push_back({"key", ir::Type::Any});
  if (enrich.has_fallback) columns.push_back({"fallback", ir::Type::Any});
  const auto keys_of = [&](const Chain& rows, const std::string& what) {
    return PerVariant(rows, what, [&](KernelBuilder& k, ExprLowering& lowering) {
      const auto store = [&](const char* column, const sema::TypedExpr& value) {
        k.Add(ir::StoreOut{k.Out(column, ir::Type::Any),
                           k.Convert(lowering.Value(value), ir::Type::Any)});
      };
      store("key", *op.key);
      if (enrich.has_fallback) store("fallback", *op.fallback);
    });
  };
  enrich.keys = keys_of(chain, name + ".key");
  const auto answers = AnswersOnly(chain.plan->operators);
  const bool enters =
      chain.tables == chain.entering && !chain.plan->inputs.empty() && !chain.stream->time.reorders;
  if (!enters || !answers || IsOrdered({op.key}) || ReadsAnswer(*op.key, *answers)) return;
  if (answers->empty()) {
    enrich.early_keys = enrich.keys;
    return;
  }
  Chain inputs = chain;
  inputs.tables.clear();
  for (const ir::StreamInput& input : chain.plan->inputs) inputs.tables.push_back(input.table);
  enrich.early_keys = keys_of(inputs, name + ".early_key");
}

// What stays of the row: the columns of a match; what is read later, if that is known; else all of it.
std::vector<ir::TableColumn> PlanBuilder::KeptParts(const sema::EnrichOp& op, const Chain& chain,
                                                    const Binding& row) const {
  if (chain.step_columns && !op.makes_row) return plan_.tables[row.table].columns;
  std::set<std::string> own;
  for (const std::string& field : op.AddedFields()) own.insert(field);
  if (const auto fields = FieldsRead(chain.behind, std::move(own)); fields && !op.makes_row) {
    std::vector<ir::TableColumn> parts;
    for (const sema::TypedExprPtr& field : *fields) parts.push_back({field->text, field->type});
    return parts;
  }
  std::vector<ir::TableColumn> parts = RowParts(row);
  const bool spreads = std::any_of(parts.begin(), parts.end(),
                                   [](const ir::TableColumn& part) { return part.spread; });
  if (spreads) return {{"*", ir::Type::Any, true}};
  return parts;
}

ir::TableId PlanBuilder::AnswerTable(const sema::EnrichOp& op, const std::string& name,
                                     const Chain& chain, size_t variant, ir::KernelId& kernel) {
  static const auto kAnswer = static_cast<uint32_t>(ir::FindBuiltin("answer"));
  static const auto kSpread = static_cast<uint32_t>(ir::FindBuiltin("spread"));
  const Binding row = BindRow(chain, chain.tables[variant]);
  const std::vector<ir::TableColumn> parts = KeptParts(op, chain, row);
  const std::vector<ir::TableColumn> added = AddedColumns(op);
  // A field that there was keeps its place.
  std::vector<ir::TableColumn> columns = parts;
  for (const ir::TableColumn& column : added) {
    const auto known = std::find_if(columns.begin(), columns.end(),
                                    [&](const auto& part) { return part.name == column.name; });
    if (known == columns.end()) {
      columns.push_back(column);
    } else {
      *known = column;
    }
  }
  KernelBuilder k(KernelName(chain, name, variant), plan_.tables[row.table].name);
  ExprLowering lowering(k, row);
  const ir::ValueId answer = k.Add(ir::CallBuiltin{kAnswer, {}}, "answer");
  for (const auto& [column, type, spread] : columns) {
    ir::ValueId value = ir::kNoValue;
    if (IsNamed(added, column)) {
      const ir::ValueId field = k.Convert(k.Str(column), ir::Type::Any);
      value = k.Add(ir::BinaryAny{ir::AnyOp::Member, answer, field}, column);
    } else if (spread && column == "*") {
      const ir::ValueId prefix = k.Convert(k.Str(""), ir::Type::Any);
      value = k.Add(ir::CallBuiltin{kSpread, {lowering.RowEvent(), prefix, answer}}, "event");
    } else {
      value = lowering.RowField(column, type);
    }
    k.Add(ir::StoreOut{k.Out(column, type), k.Convert(value, type)});
  }
  kernel = AddKernel(k.Finish());
  std::string table_name = chain.plan->name + "." + name;
  if (chain.tables.size() > 1) table_name += "." + plan_.tables[row.table].event_type;
  const ir::TableId table = AddTable(table_name, plan_.tables[row.table].event_type);
  plan_.tables[table].columns = std::move(columns);
  if (IsWholeEvent(parts)) plan_.tables[table].event_column = 0;
  return table;
}

void PlanBuilder::Build(const sema::EnrichOp& op, Chain& chain) {
  ir::EnrichOperator enrich;
  const std::string name = fmt::format("enrich{}", chain.plan->operators.size());
  enrich.lookup = static_cast<uint32_t>(plan_.lookups.size());
  plan_.lookups.push_back({Bind(chain.stream->name, op.connector, {}), op.timeout});
  enrich.fields = op.fields;
  enrich.cache_ttl = op.cache_ttl;
  BuildKey(op, name, chain, enrich);
  for (size_t v = 0; v < chain.tables.size(); ++v)
    enrich.tables.push_back(AnswerTable(op, name, chain, v, enrich.kernels.emplace_back()));
  if (chain.tables == chain.entering) chain.entering = enrich.tables;
  chain.tables = enrich.tables;
  chain.step_columns = chain.step_columns && !op.makes_row;
  for (ir::TableColumn& column : AddedColumns(op)) {
    std::erase_if(chain.added, [&](const auto& known) { return known.name == column.name; });
    chain.added.push_back(std::move(column));
  }
  chain.plan->operators.push_back(std::move(enrich));
}

}  // namespace varpulis::lower
