// Joins of two sides: their keys, their window, and what names mean behind them.

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "compiler/sema/checker.h"

namespace varpulis::sema {
namespace {

constexpr DurationNs kDefaultWindow = 60 * kNsPerSecond;

bool IsFieldOf(const TypedExpr& expr, uint32_t side) {
  return expr.op == TypedOp::Field && expr.index == side;
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
  const auto has = [&](size_t side) { return join.sides[side].shape.Find(name) != nullptr; };
  const auto may_have = [&](size_t side) { return join.sides[side].shape.MayHave(name); };
  const auto read = [&](uint32_t side) {
    return ReadField(join.sides[side].shape, name, side, span);
  };
  if (has(0) || !may_have(1)) return read(0);
  if (!may_have(0)) return read(1);
  return MakeExpr(TypedOp::Coalesce, ir::Type::Any, span, {read(0), read(1)});
}

void Checker::CheckJoinCondition(const ast::Expr& written, TypedStream& stream, Position& at) {
  const TypedExprPtr condition = CheckCondition(written, at.scope);
  if (condition == nullptr) return;
  std::vector<TypedExprPtr> conjuncts;
  SplitConjuncts(condition, conjuncts);
  for (const TypedExprPtr& conjunct : conjuncts) {
    const bool equality = conjunct->op == TypedOp::Eq;
    if (equality && IsFieldOf(*conjunct->args[0], 0) && IsFieldOf(*conjunct->args[1], 1)) {
      stream.join->keys.emplace_back(conjunct->args[0], conjunct->args[1]);
    } else if (equality && IsFieldOf(*conjunct->args[0], 1) && IsFieldOf(*conjunct->args[1], 0)) {
      stream.join->keys.emplace_back(conjunct->args[1], conjunct->args[0]);
    } else {
      // Whatever is no equality of fields filters what is joined.
      stream.operators.push_back(WhereOp{conjunct});
    }
  }
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

bool Checker::CheckJoin(const ast::StreamDecl& decl, TypedStream& stream, Position& at) {
  const auto& source = std::get<ast::JoinSource>(decl.source.node);
  if (source.branches.size() != 2) {
    NotAvailable(decl.source.span, "a join of other than two sides");
    return false;
  }
  const uint32_t reader = stream_index_.at(stream.name);
  TypedJoin& join = stream.join.emplace();
  using Kind = ast::JoinSource::Kind;
  join.kept = {source.kind == Kind::Left || source.kind == Kind::Full,
               source.kind == Kind::Right || source.kind == Kind::Full};
  join.within = kDefaultWindow;
  join.sides.reserve(2);  // scopes point at the shapes
  for (const ast::Branch& branch : source.branches)
    join.sides.push_back(ResolveSide(branch, reader));
  if (join.sides[0].alias == join.sides[1].alias) {
    Report(DiagnosticKind::DuplicateName, join.sides[1].alias_span,
           fmt::format("both sides of the join are called `{}`", join.sides[1].alias),
           "name them: join(stream a = X, stream b = X)");
    return false;
  }
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
  if (join.keys.empty()) {
    Report(DiagnosticKind::JoinWithoutKey, decl.source.span,
           "a join needs an equality between fields of its sides",
           fmt::format("add .on({}.key == {}.key)", join.sides[0].alias, join.sides[1].alias));
  }
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
