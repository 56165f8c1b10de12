#include "compiler/lower/operator_list.h"

#include <algorithm>

namespace varpulis::lower {

ir::ErrorPolicy PolicyAt(const std::vector<sema::TypedOperator>& operators, size_t index,
                         ir::ErrorPolicy otherwise) {
  for (size_t i = index; i < operators.size(); ++i) {
    if (const auto* handler = std::get_if<sema::OnErrorOp>(&operators[i])) return handler->policy;
  }
  return otherwise;
}

size_t LeadingConditions(const std::vector<sema::TypedOperator>& operators) {
  size_t count = 0;
  for (; count < operators.size(); ++count) {
    const sema::TypedOperator& op = operators[count];
    const bool simple = std::holds_alternative<sema::WhereOp>(op) ||
                        std::holds_alternative<sema::ConcurrentOp>(op) ||
                        std::holds_alternative<sema::OnErrorOp>(op);
    if (!simple || PolicyAt(operators, count, ir::ErrorPolicy::Null) != ir::ErrorPolicy::Null)
      break;
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
  const auto* fork = std::get_if<sema::ForkOp>(&op);
  return fork != nullptr && fork->combine == sema::ForkOp::Combine::AtLeast;
}

// Behind it, rows have columns of their own.
bool ReplacesRow(const sema::TypedOperator& op) {
  return std::holds_alternative<sema::SelectOp>(op) || std::holds_alternative<sema::EmitOp>(op) ||
         std::holds_alternative<sema::MapOp>(op) || std::holds_alternative<sema::ForkOp>(op) ||
         std::holds_alternative<sema::AggregateOp>(op) ||
         std::holds_alternative<sema::ProcessOp>(op);
}

}  // namespace varpulis::lower
