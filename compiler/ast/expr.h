#pragma once

// Expressions as written, after precedence (language.md 1.6). Chains of one precedence level are
// flat lists, so that 20,000 operands of `or` are one node and nothing recurses over them.

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "compiler/source/source_file.h"

namespace varpulis::ast {

using source::SourceSpan;

struct Expr;
using ExprPtr = std::unique_ptr<Expr>;
struct Statement;

struct NullLiteral {};
struct BoolLiteral {
  bool value;
};
// `-9223372036854775808` is folded by the builder, so every literal fits.
struct IntLiteral {
  int64_t value;
};
struct FloatLiteral {
  double value;
};
// Decoded text (language-later.md 2.1). `verbatim_escape` is set when a plain double-quoted literal
// holds a backslash sequence that e"..." would decode (W038).
struct StringLiteral {
  std::string value;
  bool verbatim_escape = false;
};
struct DurationLiteral {
  int64_t ns;
};
struct TimestampLiteral {
  int64_t ns;
};
struct ArrayLiteral {
  std::vector<ExprPtr> elements;
};
struct MapEntry {
  std::string key;
  SourceSpan key_span;
  ExprPtr value;
};
struct MapLiteral {
  std::vector<MapEntry> entries;
};
// A bare name; `backticked` names are always fields.
struct NameExpr {
  std::string name;
  bool backticked = false;
};
// object.name or object?.name
struct MemberExpr {
  ExprPtr object;
  std::string name;
  SourceSpan name_span;
  bool safe = false;
};
struct IndexExpr {
  ExprPtr object;
  ExprPtr index;
};
// object[low:high]; either bound may be absent (null).
struct SliceExpr {
  ExprPtr object;
  ExprPtr low;
  ExprPtr high;
};
struct CallArgument {
  std::string name;  // empty for a positional argument
  SourceSpan name_span;
  ExprPtr value;
};
// callee(args). The method form x.f(a) has the MemberExpr `x.f` as callee.
struct CallExpr {
  ExprPtr callee;
  std::vector<CallArgument> arguments;
};

enum class UnaryOp { Negate, BitNot, Not };
struct UnaryExpr {
  UnaryOp op;
  ExprPtr operand;
};

// Left-associative operators of one level: operands[0] ops[0] operands[1] ops[1] ...
// `**` is right-associative and always has exactly two operands.
enum class ArithOp { Add, Sub, Mul, Div, Mod, Pow, ShiftLeft, ShiftRight, BitAnd, BitXor, BitOr };
struct ArithExpr {
  std::vector<ExprPtr> operands;
  std::vector<ArithOp> ops;
  std::vector<SourceSpan> op_spans;
};

enum class CompareOp { Eq, Ne, Lt, Le, Gt, Ge, In, NotIn };
struct CompareExpr {
  CompareOp op;
  SourceSpan op_span;
  ExprPtr left;
  ExprPtr right;
};
// `x is T`, `x is not T`; type_name "null" is the null test.
struct IsExpr {
  ExprPtr operand;
  std::string type_name;
  SourceSpan type_span;
  bool negated = false;
};

enum class LogicalOp { And, Xor, Or };
struct LogicalExpr {
  LogicalOp op;
  std::vector<ExprPtr> operands;  // two or more
};
// a ?? b ?? c
struct CoalesceExpr {
  std::vector<ExprPtr> operands;
};
struct RangeExpr {
  ExprPtr low;
  ExprPtr high;
  bool inclusive = false;
};
struct IfExpr {
  ExprPtr condition;
  ExprPtr then_value;
  ExprPtr else_value;
};
struct LambdaExpr {
  std::vector<std::string> parameters;
  std::vector<SourceSpan> parameter_spans;
  ExprPtr body;                                   // `x => e`
  std::vector<std::unique_ptr<Statement>> block;  // `(x) => { let y = ...; e }`, body is null then
};

using ExprNode =
    std::variant<NullLiteral, BoolLiteral, IntLiteral, FloatLiteral, StringLiteral, DurationLiteral,
                 TimestampLiteral, ArrayLiteral, MapLiteral, NameExpr, MemberExpr, IndexExpr,
                 SliceExpr, CallExpr, UnaryExpr, ArithExpr, CompareExpr, IsExpr, LogicalExpr,
                 CoalesceExpr, RangeExpr, IfExpr, LambdaExpr>;

struct Expr {
  SourceSpan span;
  ExprNode node;

  Expr(SourceSpan where, ExprNode what);
  ~Expr();
  Expr(Expr&&) noexcept;
  Expr& operator=(Expr&&) noexcept;
};

}  // namespace varpulis::ast
