#pragma once

// A program as written: declarations and statements in order. Spans cover the user's own text.

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "compiler/ast/expr.h"

namespace varpulis::ast {

// A name with the place where it stands. Dotted names (`m.Name`) are kept whole.
struct Identifier {
  std::string name;
  SourceSpan span;

  bool empty() const { return name.empty(); }
};

// --- types ---------------------------------------------------------------------------------------

struct TypeRef {
  enum class Form { Named, Array, Map, Tuple, Stream };
  Form form = Form::Named;
  Identifier name;                 // Named: int float bool str timestamp duration or a type name
  std::vector<TypeRef> arguments;  // Array 1, Map 2, Tuple 2+, Stream 1
  bool optional = false;           // trailing `?`
  SourceSpan span;
};

// --- patterns ------------------------------------------------------------------------------------

struct StreamOp;

// One step of a sequence: `[all|NOT] Type[+*?] [.increasing(f)] [where e] [as a]`.
struct PatternStep {
  enum class Repeat { One, All, Plus, Star, Optional };  // All is the `all X` closure
  enum class Monotonic { None, Increasing, Decreasing };
  Identifier type;
  Identifier alias;   // empty if none
  ExprPtr condition;  // null if none; several `where` are joined by `and`
  Repeat repeat = Repeat::One;
  Monotonic monotonic = Monotonic::None;
  Identifier monotonic_field;
  ExprPtr within;  // sequence() steps: `.within(d)`
  bool negated = false;
  SourceSpan span;
};

struct PatternExpr;
using PatternExprPtr = std::unique_ptr<PatternExpr>;

struct SequencePattern {  // SEQ(a, b, c) and a -> b -> c
  std::vector<PatternExprPtr> items;
};
struct AndPattern {
  std::vector<PatternExprPtr> operands;
};
struct OrPattern {
  std::vector<PatternExprPtr> operands;
};
struct XorPattern {
  std::vector<PatternExprPtr> operands;
};
struct NotPattern {  // NOT before a group; before a single step it is PatternStep::negated
  PatternExprPtr operand;
};
struct PatternExpr {
  SourceSpan span;
  std::variant<PatternStep, SequencePattern, AndPattern, OrPattern, XorPattern, NotPattern> node;
};

// --- streams -------------------------------------------------------------------------------------

enum class SortOrder { None, Ascending, Descending };

// One argument of a stream operator: `e`, `name: e`, `e desc`, `name: .op().op()` or a pattern.
struct Argument {
  Identifier name;  // empty if positional
  ExprPtr value;
  SortOrder order = SortOrder::None;
  std::vector<StreamOp> path;  // fork paths
  PatternExprPtr pattern;      // .pattern(n: A -> B)
  SourceSpan span;
};

// `.name(args)`, `.emit as T (args)`, `.not(X where e)`.
struct StreamOp {
  Identifier name;
  Identifier as_type;  // .emit as T
  std::vector<Argument> arguments;
  std::optional<PatternStep> negation;  // .not(...)
  SourceSpan span;
};

struct NamedSource {  // X, X as a, all X as a, X where e as a
  PatternStep step;
};
struct ConnectorSource {  // X.from(C, topic: "t"), then as NamedSource
  PatternStep step;
  Identifier connector;
  std::vector<Argument> parameters;
};
struct Branch {      // X | stream n = X .where(e) .on(e)
  Identifier label;  // empty if none
  Identifier source;
  ExprPtr condition;  // null if none
  ExprPtr on;         // null if none
  SourceSpan span;
};
struct MergeSource {
  std::vector<Branch> branches;
};
struct JoinSource {
  enum class Kind { Inner, Left, Right, Full };
  Kind kind = Kind::Inner;
  std::vector<Branch> branches;
};
struct SequenceSource {  // sequence(a: A, b: B where ...); alias is the argument name
  std::vector<PatternStep> steps;
};
struct TimerSource {
  ExprPtr interval;
  ExprPtr initial_delay;  // null if none
};
using SourceNode = std::variant<NamedSource, ConnectorSource, MergeSource, JoinSource,
                                SequenceSource, TimerSource>;
struct StreamSource {
  SourceSpan span;
  SourceNode node;
};

// What follows the source, in order: operators and `-> step` arrows.
using StreamItem = std::variant<StreamOp, PatternStep>;

struct StreamDecl {
  Identifier name;
  std::optional<TypeRef> annotation;
  StreamSource source;
  std::vector<StreamItem> items;
};

// --- other declarations --------------------------------------------------------------------------

struct FieldDecl {
  Identifier name;
  TypeRef type;  // type.optional for `T?`
};
struct EventDecl {
  Identifier name;
  Identifier base;  // extends; empty if none
  std::vector<FieldDecl> fields;
};
struct TypeDecl {
  Identifier name;
  TypeRef alias;                  // `type N = T`
  std::vector<FieldDecl> fields;  // `type N:` structural form
};
struct PatternDecl {
  Identifier name;
  PatternExprPtr pattern;
  ExprPtr within;        // null if none
  ExprPtr partition_by;  // null if none
};

// Values in connector, config and context declarations.
struct ConfigValue;
struct ConfigItem {
  Identifier key;
  std::unique_ptr<ConfigValue> value;
};
struct ConfigValue {
  SourceSpan span;
  ExprPtr expr;                   // literal, identifier, or "a" + b for topics
  std::vector<ConfigValue> list;  // [v, ...] when is_list
  std::vector<ConfigItem> items;  // nested block when is_block
  bool is_list = false;
  bool is_block = false;
};
struct ConnectorDecl {
  Identifier name;
  Identifier kind;
  std::vector<ConfigItem> parameters;
};
struct ContextDecl {
  Identifier name;
  std::vector<ExprPtr> cores;
};
struct ConfigDecl {
  Identifier name;  // `default` for `config:`
  std::vector<ConfigItem> items;
};
struct ImportDecl {
  std::string path;
  SourceSpan path_span;
  Identifier alias;  // empty if none
};
struct Parameter {
  Identifier name;
  TypeRef type;
};
struct FunctionDecl {
  Identifier name;
  std::vector<Parameter> parameters;
  std::optional<TypeRef> result;
  std::vector<std::unique_ptr<Statement>> body;
  std::string wasm_path;  // `import fn ... from "x.wasm"`: no body then
};

// --- statements ----------------------------------------------------------------------------------

using Block = std::vector<std::unique_ptr<Statement>>;

struct VariableDecl {
  enum class Kind { Let, Var, Const };
  Kind kind = Kind::Let;
  Identifier name;
  std::optional<TypeRef> type;
  ExprPtr value;
};
struct AssignStatement {
  Identifier name;
  ExprPtr value;
};
struct IfStatement {
  struct Arm {
    ExprPtr condition;  // null for else
    Block body;
  };
  std::vector<Arm> arms;
};
struct ForStatement {
  Identifier variable;
  ExprPtr sequence;
  Block body;
};
struct WhileStatement {
  ExprPtr condition;
  Block body;
};
struct ReturnStatement {
  ExprPtr value;  // null if none
};
struct BreakStatement {};
struct ContinueStatement {};
struct EmitStatement {
  Identifier type;
  std::vector<Argument> fields;
};
struct ExpressionStatement {
  ExprPtr value;
};

using StatementNode =
    std::variant<EventDecl, TypeDecl, StreamDecl, PatternDecl, ConnectorDecl, ContextDecl,
                 ConfigDecl, ImportDecl, FunctionDecl, VariableDecl, AssignStatement, IfStatement,
                 ForStatement, WhileStatement, ReturnStatement, BreakStatement, ContinueStatement,
                 EmitStatement, ExpressionStatement>;

struct Statement {
  SourceSpan span;
  StatementNode node;
};

struct Program {
  std::vector<std::unique_ptr<Statement>> statements;
  // Names that statements left out for a syntax error seem to declare.
  std::vector<std::string> lost_names;
  // More names are missing, nobody knows which: a file that is imported could not be read.
  bool incomplete = false;
};

// The tree as indented text, one node a line, for `--emit=ast`, `varpulis parse` and goldens.
std::string Print(const Program& program);
// A type as VPL text.
std::string Print(const TypeRef& type);
// One expression back as VPL text with the fewest parentheses that keep its meaning.
std::string Print(const Expr& expr);

}  // namespace varpulis::ast
