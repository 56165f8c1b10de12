#pragma once

// What a list of operators says about one of them: the handler (.on_error) that its evaluation errors
// go to, and what follows. Private to compiler/lower.

#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "compiler/sema/typed_program.h"

namespace varpulis::lower {

// The first handler behind operator `index` of the list; null if there is none.
const sema::OnErrorOp* HandlerOf(const std::vector<sema::TypedOperator>& operators, size_t index);

// The operator as programs call it.
std::string OperatorName(const sema::TypedOperator& op);

// How many operators at the beginning are conditions, or change nothing, so that the conditions may
// be evaluated for whole columns. A handler that wants to know which row failed ends them.
size_t LeadingConditions(const std::vector<sema::TypedOperator>& operators);

// True if one of the operators from `first` on is an .emit, those in paths of forks included.
bool HasEmit(const std::vector<sema::TypedOperator>& operators, size_t first);

// The operator takes the row as a whole.
bool TakesWholeRow(const sema::TypedOperator& op);
// Behind it, rows have columns of their own.
bool ReplacesRow(const sema::TypedOperator& op);
// The fields of the current row that the operators read until one of them makes rows of its own, each
// once; nothing if they may need all of it. `own` are names that mean no fields of that row.
std::optional<std::vector<sema::TypedExprPtr>> FieldsRead(
    std::span<const sema::TypedOperator> operators, std::set<std::string> own = {});

}  // namespace varpulis::lower
