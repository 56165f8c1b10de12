// Joins: their keys, their window, and what names mean behind them.

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/limits.h"
#include "compiler/sema/checker.h"

namespace varpulis::sema {
namespace {

constexpr DurationNs kDefaultWindow = 60 * kNsPerSecond;

// A field of one of the sides.
bool IsSideField(const TypedExpr& expr) {
  return expr.op == TypedOp::Field && expr.index != kCurrentRow;
}

}  // namespace

TypedStep Checker::ResolveSide(const ast::Branch& branch, uint32_t reader) {
  TypedStep side;
  side.alias = branch.label.empty() ? branch.source.name : branch.label.name;
  side.alias_span = branch.label.empty() ? branch.source.span : branch.label.span;
  side.type_name = branch.source.name;
  side.roots = ResolveSource(branch.source, reader);
  side.shape = ShapeOf(side.roots, branch.source.name);
  if (!branch.condition) return side;
  Scope scope;
  scope.row = &side.shape;
  scope.aliases.push_back({branch.source.name, &side.shape, kCurrentRow, branch.source.span});
  if (!branch.label.empty()) {
    scope.aliases.push_back({branch.label.name, &side.shape, kCurrentRow, branch.label.span});
  }
  const TypedExprPtr condition = CheckCondition(*branch.condition, scope);
  for (SourceRoot& root : side.roots) {
    if (condition) root.conditions.push_back(condition);
  }
  return side;
}

// A row has the fields of both sides, the first one's under their bare names.
void Checker::SetJoinScope(const TypedStream& stream, Position& at) {
  const TypedJoin& join = *stream.join;
  at.shape = {};
  at.shape.name = stream.name;
  for (uint32_t side = 0; side < join.sides.size(); ++side) {
    const TypedStep& branch = join.sides[side];
    at.shape.open = at.shape.open || branch.shape.open;
    at.shape.groups.push_back({branch.alias, branch.shape.open});
    for (const ShapeField& field : branch.shape.fields) {
      if (at.shape.Find(field.name) == nullptr) at.shape.fields.push_back(field);
    }
    at.scope.aliases.push_back({branch.type_name, &branch.shape, side, branch.alias_span});
    if (branch.alias != branch.type_name) {
      at.scope.aliases.push_back({branch.alias, &branch.shape, side, branch.alias_span});
    }
  }
  at.scope.row = &at.shape;
  at.scope.join = &*stream.join;
}

// `f` behind a join: the first side's field of that name.
TypedExprPtr Checker::ReadJoined(const TypedJoin& join, const std::string& name, SourceSpan span) {
  std::vector<TypedExprPtr> reads;
  for (uint32_t side = 0; side < join.sides.size(); ++side) {
    const RowShape& shape = join.sides[side].shape;
    const bool is_declared = shape.Find(name) != nullptr;
    if (!is_declared && !shape.MayHave(name)) continue;
    reads.push_back(ReadField(shape, name, side, span));
    if (is_declared) break;
  }
  if (reads.empty()) return ReadField(join.sides[0].shape, name, 0, span);
  if (reads.size() == 1) return reads.front();
  return MakeExpr(TypedOp::Coalesce, ir::Type::Any, span, std::move(reads));
}

void Checker::CheckJoinCondition(const ast::Expr& written, TypedStream& stream, Position& at) {
  const TypedExprPtr condition = CheckCondition(written, at.scope);
  if (condition == nullptr) return;
  std::vector<TypedExprPtr> conjuncts;
  SplitConjuncts(condition, conjuncts);
  for (const TypedExprPtr& conjunct : conjuncts) {
    if (!AddJoinKey(*conjunct, *stream.join)) stream.operators.push_back(WhereOp{conjunct});
  }
}

// Whatever is no equality of fields of two sides filters what is joined.
bool Checker::AddJoinKey(const TypedExpr& conjunct, TypedJoin& join) {
  if (conjunct.op != TypedOp::Eq) return false;
  TypedExprPtr left = conjunct.args[0];
  TypedExprPtr right = conjunct.args[1];
  if (!IsSideField(*left) || !IsSideField(*right) || left->index == right->index) return false;
  if (left->index > right->index) std::swap(left, right);
  join.keys[right->index].emplace_back(left, right);
  return true;
}

void Checker::CheckJoinWindow(const ast::StreamOp& op, TypedStream& stream) {
  const ast::Expr* size = nullptr;
  for (const ast::Argument& argument : op.arguments) {
    if (argument.name.empty() && size == nullptr) {
      size = argument.value.get();
    } else if (argument.name.name != "policy") {
      Report(DiagnosticKind::UnknownParameter, argument.span,
             "the window of a join takes a duration and a policy");
    }
  }
  if (size == nullptr) {
    return Report(DiagnosticKind::InvalidArgument, op.span, "`.window` needs a size", "5m");
  }
  if (auto ns = ConstantDuration(*size, Scope())) stream.join->within = *ns;
}

// The sides with their names, which differ.
bool Checker::ResolveSides(const ast::JoinSource& source, uint32_t reader, TypedJoin& join) {
  join.sides.reserve(source.branches.size());  // scopes point at the shapes
  for (const ast::Branch& branch : source.branches) {
    TypedStep side = ResolveSide(branch, reader);
    for (const TypedStep& earlier : join.sides) {
      if (earlier.alias != side.alias) continue;
      Report(DiagnosticKind::DuplicateName, side.alias_span,
             fmt::format("both sides of the join are called `{}`", side.alias),
             "name them: join(stream a = X, stream b = X)");
      return false;
    }
    join.sides.push_back(std::move(side));
  }
  join.keys.resize(join.sides.size());
  return true;
}

// Each side but the first needs an equality with one before it.
void Checker::CheckJoinKeys(const ast::JoinSource& source, SourceSpan span, const TypedJoin& join) {
  for (size_t side = 1; side < join.sides.size(); ++side) {
    if (!join.keys[side].empty()) continue;
    const std::string hint = fmt::format("add .on({}.key == {}.key)", join.sides[side - 1].alias,
                                         join.sides[side].alias);
    if (join.sides.size() == 2) {
      return Report(DiagnosticKind::JoinWithoutKey, span,
                    "a join needs an equality between fields of its sides", hint);
    }
    Report(
        DiagnosticKind::JoinWithoutKey, source.branches[side].source.span,
        fmt::format("`{}` needs an equality between one of its fields and one of a side before it",
                    join.sides[side].alias),
        hint + ", or change the order of the sides");
  }
}

bool Checker::CheckJoin(const ast::StreamDecl& decl, TypedStream& stream, Position& at) {
  const auto& source = std::get<ast::JoinSource>(decl.source.node);
  if (source.branches.size() < 2 || source.branches.size() > limits::kMaxJoinSides) {
    Report(DiagnosticKind::InvalidArgument, decl.source.span,
           fmt::format("a join has 2 to {} sides", limits::kMaxJoinSides));
    return false;
  }
  TypedJoin& join = stream.join.emplace();
  using Kind = ast::JoinSource::Kind;
  join.keeps_left = source.kind == Kind::Left || source.kind == Kind::Full;
  join.keeps_right = source.kind == Kind::Right || source.kind == Kind::Full;
  join.within = kDefaultWindow;
  if (!ResolveSides(source, stream_index_.at(stream.name), join)) return false;
  SetJoinScope(stream, at);
  for (const ast::Branch& branch : source.branches) {
    if (branch.on) CheckJoinCondition(*branch.on, stream, at);
  }
  for (const ast::StreamItem& item : decl.items) {
    const auto& op = std::get<ast::StreamOp>(item);
    if (op.name.name != "on") continue;
    if (op.arguments.size() == 1 && op.arguments.front().value) {
      CheckJoinCondition(*op.arguments.front().value, stream, at);
    } else {
      Report(DiagnosticKind::InvalidArgument, op.span, "`.on` takes one condition");
    }
  }
  CheckJoinKeys(source, decl.source.span, join);
  return true;
}

void Checker::CheckJoinStream(const ast::StreamDecl& decl, TypedStream& stream, Position& at) {
  if (!CheckJoin(decl, stream, at)) return;
  bool has_window = false;
  for (const ast::StreamItem& item : decl.items) {
    const auto& op = std::get<ast::StreamOp>(item);
    if (op.name.name == "on") continue;
    // The first window is the join's own; others would need a batch.
    if (op.name.name == "window" && !std::exchange(has_window, true)) {
      CheckJoinWindow(op, stream);
      continue;
    }
    CheckOperator(op, stream, at);
  }
}

}  // namespace varpulis::sema
