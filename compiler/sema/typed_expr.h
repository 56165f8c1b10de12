#pragma once

// Expressions after checking: every name is resolved, every node has a static type. One uniform node
// so that analyses (conjuncts, inputs, keys) are short loops. Immutable and shared once built, since
// a filter-only stream's condition is repeated in all its readers.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "compiler/ir/type.h"
#include "compiler/source/source_file.h"

namespace varpulis::sema {

struct TypedExpr;
using TypedExprPtr = std::shared_ptr<const TypedExpr>;

enum class TypedOp : uint8_t {
#define VPL_TYPED_OP(name) name,
#include "compiler/sema/typed_op.def"
};

// Which event a Field, Event or EventTime reads: the current row, or a bound step of the pattern.
inline constexpr uint32_t kCurrentRow = UINT32_MAX;

struct TypedExpr {
  TypedOp op;
  ir::Type type = ir::Type::Any;
  source::SourceSpan span;
  std::vector<TypedExprPtr> args;
  std::string text;               // Str literal; name of a Field, Global, Local or function
  std::vector<std::string> keys;  // Map
  int64_t integer = 0;            // Bool, Int, Duration, Timestamp literals
  double number = 0;              // Float literal
  // Field, Event, EventTime, EventType, Elements, ElementFields, ElementCount: input. Of a closure the
  // first four read its last element, the others all of them: the events as maps, the values of one
  // field, and how many there are. Global, Call, Aggregate, Local: index. CallFunction, MapEach,
  // FilterEach: function; the args of the latter two are the array and what the lambda captured.
  uint32_t index = kCurrentRow;
  bool pair = false;  // MapEach, FilterEach: a lambda of two parameters takes elements apart
};

std::string_view OpName(TypedOp op);
// As programs write it: "int", "timestamp".
std::string_view VplTypeName(ir::Type type);
bool IsLiteral(TypedOp op);
// True if the expression reads something of the given input (kCurrentRow or a step).
bool Reads(const TypedExpr& expr, uint32_t input);
// True if it reads any bound step.
bool ReadsSteps(const TypedExpr& expr);
// The operands of nested `and`s, left to right; the expression itself if it is not an `and`.
void SplitConjuncts(const TypedExprPtr& expr, std::vector<TypedExprPtr>& out);
// One `and` over all, null for none.
TypedExprPtr JoinConjuncts(const std::vector<TypedExprPtr>& conjuncts);
// The expression with step `step` read as the current row.
TypedExprPtr StepToCurrent(const TypedExprPtr& expr, uint32_t step);
// The expression with the current row read as step `step`.
TypedExprPtr CurrentToStep(const TypedExprPtr& expr, uint32_t step);
// `(gt:bool (field:f64 amount) (float 100.0))`, for `--emit=typed`.
std::string Print(const TypedExpr& expr);
// VPL-like infix text for plans and traces.
std::string ToText(const TypedExpr& expr, const std::vector<std::string>& step_names);

}  // namespace varpulis::sema
