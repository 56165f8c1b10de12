#pragma once

// Functions and imperative statements after checking. A function is closed: what its body reads of the
// event or of the expression around it (free names, captures of lambdas) are parameters too, which
// every call passes.

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "compiler/sema/typed_expr.h"

namespace varpulis::sema {

// A variable of one body; TypedOp::Local reads it by index.
struct TypedLocal {
  std::string name;
  ir::Type type = ir::Type::Any;
};

struct TypedStatement;
using TypedBlock = std::vector<TypedStatement>;

struct SetLocal {
  uint32_t local;
  TypedExprPtr value;
};
struct SetGlobal {
  uint32_t global;
  TypedExprPtr value;
};
struct IfArms {
  struct Arm {
    TypedExprPtr condition;  // null for else
    TypedBlock body;
  };
  std::vector<Arm> arms;
};
// Over the ints low .. high, or over the elements of `sequence` when `low` is null.
struct ForEachLoop {
  uint32_t variable;
  TypedExprPtr low;
  TypedExprPtr high;
  bool inclusive = false;
  TypedExprPtr sequence;
  TypedBlock body;
};
struct WhileLoop {
  TypedExprPtr condition;
  TypedBlock body;
};
struct ReturnValue {
  TypedExprPtr value;  // null if none
};
struct BreakLoop {};
struct ContinueLoop {};
struct EmitEvent {
  uint32_t event;       // into TypedProgram::collected_types
  TypedExprPtr fields;  // a Map
};
struct Evaluate {
  TypedExprPtr value;
};

struct TypedStatement {
  source::SourceSpan span;
  std::variant<SetLocal, SetGlobal, IfArms, ForEachLoop, WhileLoop, ReturnValue, BreakLoop,
               ContinueLoop, EmitEvent, Evaluate>
      node;
};

struct TypedBody {
  std::vector<TypedLocal> locals;
  TypedBlock statements;
};

struct TypedFunction {
  std::string name;
  std::vector<uint32_t> parameters;  // locals of the body, in the order of the arguments
  ir::Type result = ir::Type::Any;
  TypedBody body;
  // Reads or writes what other events change (assigned globals, random numbers, output): calls must
  // happen once per event and in the order of the events.
  bool ordered = false;
};

// As indented text, for `--emit=typed`.
std::string Print(const TypedBlock& block, const std::string& indent);
std::string Print(const TypedFunction& function);

// The body's single expression if it is nothing but `return e` or `e`, else null.
const TypedExpr* SingleExpression(const TypedFunction& function);

}  // namespace varpulis::sema
