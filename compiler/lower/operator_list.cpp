#include "compiler/lower/operator_list.h"

#include <algorithm>
#include <array>

#include "compiler/sema/operator_values.h"

namespace varpulis::lower {

const sema::OnErrorOp* HandlerOf(const std::vector<sema::TypedOperator>& operators, size_t index) {
  for (size_t i = index; i < operators.size(); ++i) {
    if (const auto* handler = std::get_if<sema::OnErrorOp>(&operators[i])) return handler;
  }
  return nullptr;
}

std::string OperatorName(const sema::TypedOperator& op) {
  static constexpr std::array kNames = {"where",    "select",     "emit",     "to",      "print",
                                        "window",   "aggregate",  "order_by", "process", "limit",
                                        "distinct", "map",        "log",      "tap",     "enrich",
                                        "alert",    "concurrent", "on_error", "fork"};
  static_assert(kNames.size() == std::variant_size_v<sema::TypedOperator>);
  return kNames[op.index()];
}

size_t LeadingConditions(const std::vector<sema::TypedOperator>& operators) {
  size_t count = 0;
  for (; count < operators.size(); ++count) {
    const sema::TypedOperator& op = operators[count];
    const bool simple = std::holds_alternative<sema::WhereOp>(op) ||
                        std::holds_alternative<sema::ConcurrentOp>(op) ||
                        std::holds_alternative<sema::OnErrorOp>(op);
    const sema::OnErrorOp* handler = HandlerOf(operators, count);
    const bool lets_pass = handler == nullptr || handler->policy == ir::ErrorPolicy::Null;
    if (!simple || !lets_pass) break;
  }
  return count;
}

bool HasEmit(const std::vector<sema::TypedOperator>& operators, size_t first) {
  for (size_t i = first; i < operators.size(); ++i) {
    if (std::holds_alternative<sema::EmitOp>(operators[i])) return true;
    const auto* fork = std::get_if<sema::ForkOp>(&operators[i]);
    if (fork == nullptr) continue;
    for (const sema::ForkPath& path : fork->paths) {
      if (HasEmit(path.operators, 0)) return true;
    }
  }
  return false;
}

// The operator takes the row as a whole.
bool TakesWholeRow(const sema::TypedOperator& op) {
  if (const auto* emit = std::get_if<sema::EmitOp>(&op)) return emit->all_fields;
  if (const auto* print = std::get_if<sema::PrintOp>(&op)) return print->values.empty();
  if (const auto* distinct = std::get_if<sema::DistinctOp>(&op)) return distinct->key == nullptr;
  if (const auto* log = std::get_if<sema::LogOp>(&op)) return log->data == nullptr;
  if (std::holds_alternative<sema::ToOp>(op)) return true;
  if (const auto* enrich = std::get_if<sema::EnrichOp>(&op)) return enrich->makes_row;
  if (const auto* alert = std::get_if<sema::AlertOp>(&op)) return alert->parts.empty();
  if (const auto* handler = std::get_if<sema::OnErrorOp>(&op)) return handler->value != nullptr;
  const auto* fork = std::get_if<sema::ForkOp>(&op);
  return fork != nullptr && fork->combine == sema::ForkOp::Combine::AtLeast;
}

// Behind it, rows have columns of their own.
bool ReplacesRow(const sema::TypedOperator& op) {
  if (const auto* enrich = std::get_if<sema::EnrichOp>(&op)) return enrich->makes_row;
  return std::holds_alternative<sema::SelectOp>(op) || std::holds_alternative<sema::EmitOp>(op) ||
         std::holds_alternative<sema::MapOp>(op) || std::holds_alternative<sema::ForkOp>(op) ||
         std::holds_alternative<sema::AggregateOp>(op) ||
         std::holds_alternative<sema::ProcessOp>(op);
}

namespace {

// False if it reads the row as a whole. Fields that are called as one of `own` do not count.
bool AddFields(const sema::TypedExprPtr& expr, const std::set<std::string>& own,
               std::vector<sema::TypedExprPtr>& fields) {
  if (expr->op == sema::TypedOp::Event) return false;
  if (expr->op == sema::TypedOp::Field && expr->index == sema::kCurrentRow) {
    const bool known =
        std::any_of(fields.begin(), fields.end(),
                    [&](const sema::TypedExprPtr& field) { return field->text == expr->text; });
    if (!known && !own.contains(expr->text)) fields.push_back(expr);
  }
  return std::all_of(expr->args.begin(), expr->args.end(),
                     [&](const sema::TypedExprPtr& arg) { return AddFields(arg, own, fields); });
}

}  // namespace

std::optional<std::vector<sema::TypedExprPtr>> FieldsRead(
    std::span<const sema::TypedOperator> operators, std::set<std::string> own) {
  std::vector<sema::TypedExprPtr> fields;
  for (const sema::TypedOperator& op : operators) {
    // The paths of a fork read the row as well.
    bool is_known = !TakesWholeRow(op) && !std::holds_alternative<sema::ForkOp>(op);
    sema::ForEachValue(op, [&](const sema::TypedExprPtr& value) {
      is_known = is_known && AddFields(value, own, fields);
    });
    if (!is_known) return std::nullopt;
    if (ReplacesRow(op)) return fields;
    if (const auto* enrich = std::get_if<sema::EnrichOp>(&op)) {
      for (std::string& name : enrich->AddedFields()) own.insert(std::move(name));
    }
  }
  return std::nullopt;
}

}  // namespace varpulis::lower
