// What names mean: fields, aliases, globals (decision D21).

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "compiler/sema/checker.h"

namespace varpulis::sema {

TypedExprPtr Checker::ReadField(const RowShape& shape, const std::string& name, uint32_t input,
                                SourceSpan span) {
  const ShapeField* field = shape.Find(name);
  if (field == nullptr && name == "timestamp") {
    auto time = MakeExpr(TypedOp::EventTime, ir::Type::Timestamp, span);
    time->index = input;
    return time;
  }
  if (field == nullptr && name == "event_type") {
    auto type = MakeExpr(TypedOp::EventType, ir::Type::Str, span);
    type->index = input;
    return type;
  }
  if (field == nullptr && !shape.MayHave(name)) {
    std::vector<std::string> names;
    for (const ShapeField& candidate : shape.fields) names.push_back(candidate.name);
    Report(DiagnosticKind::UnknownField, span,
           fmt::format("`{}` has no field `{}`", shape.name, name),
           DidYouMean(diagnostics::ClosestName(name, names)), "this never has a value");
  }
  auto read = MakeExpr(TypedOp::Field, field != nullptr ? field->type : ir::Type::Any, span);
  read->text = name;
  read->index = input;
  return read;
}

TypedExprPtr Checker::ReadGlobal(const std::string& name, SourceSpan span) {
  auto global = globals_.find(name);
  if (global == globals_.end()) return nullptr;
  if (global->second.lambda != nullptr) return LambdaAsValue(span);
  if (global->second.literal) {
    auto copy = std::make_shared<TypedExpr>(*global->second.literal);
    copy->span = span;
    return copy;
  }
  auto read = MakeExpr(TypedOp::Global, ir::Type::Any, span);
  read->index = global->second.index;
  read->text = name;
  return read;
}

TypedExprPtr Checker::CountElements(const Scope::Alias& closure, SourceSpan span) {
  auto count = MakeExpr(TypedOp::ElementCount, ir::Type::Int, span);
  count->index = closure.input;
  return count;
}

// `b` or `b.f` where an array is meant: all elements of the closure `b`. Null if it is something else.
TypedExprPtr Checker::ElementsOf(const ast::Expr& expr, const Scope& s) {
  const auto* member = std::get_if<ast::MemberExpr>(&expr.node);
  const ast::Expr& object = member == nullptr ? expr : *member->object;
  const auto* name = std::get_if<ast::NameExpr>(&object.node);
  if (name == nullptr || name->backticked || s.function != nullptr) return nullptr;
  for (auto alias = s.aliases.rbegin(); alias != s.aliases.rend(); ++alias) {
    if (alias->name != name->name) continue;
    if (!alias->closure) return nullptr;
    if (member == nullptr) return CheckExpr(expr, s);
    const TypedExprPtr last = ReadField(*alias->shape, member->name, alias->input, expr.span);
    if (last->op != TypedOp::Field) return nullptr;
    auto all = MakeExpr(TypedOp::ElementFields, ir::Type::Any, expr.span);
    all->index = alias->input;
    all->text = member->name;
    return all;
  }
  return nullptr;
}

TypedExprPtr Checker::UnknownName(const std::string& name, SourceSpan span, const Scope& s) {
  std::vector<std::string> names;
  for (const auto& [global, unused] : globals_) names.push_back(global);
  if (s.function != nullptr) {
    for (const auto& block : s.function->blocks) {
      for (const auto& [local, unused] : block) names.push_back(local);
    }
  }
  Report(DiagnosticKind::NameWithoutMeaning, span, fmt::format("`{}` is not known here", name),
         DidYouMean(diagnostics::ClosestName(name, names)));
  return MakeExpr(TypedOp::Null, ir::Type::Any, span);
}

TypedExprPtr Checker::Check(const ast::NameExpr& n, const ast::Expr& e, const Scope& s) {
  if (s.function != nullptr) return NameInFunction(n, e, s);
  if (!n.backticked) {
    for (auto alias = s.aliases.rbegin(); alias != s.aliases.rend(); ++alias) {
      if (alias->name != n.name) continue;
      const bool is_field = s.row != nullptr && s.row->Find(n.name) != nullptr;
      if (is_field && !alias->parameter) break;
      auto event =
          MakeExpr(alias->closure ? TypedOp::Elements : TypedOp::Event, ir::Type::Any, e.span);
      event->index = alias->input;
      return event;
    }
    auto global = globals_.find(n.name);
    if (global != globals_.end()) {
      if (s.row != nullptr && s.row->Find(n.name) != nullptr) {
        Report(DiagnosticKind::NameShadows, e.span,
               fmt::format("`{}` is the top-level constant here, not the field", n.name),
               fmt::format("write `{}` in backticks to read the field", n.name), "",
               {{global->second.span, "declared here"}});
      }
      return ReadGlobal(n.name, e.span);
    }
  }
  if (s.in_aggregate && !s.inside_aggregate_call) {
    if (std::find(s.key_fields.begin(), s.key_fields.end(), n.name) == s.key_fields.end()) {
      Report(DiagnosticKind::FieldOutsideAggregate, e.span,
             fmt::format("field `{}` must be inside an aggregate function", n.name),
             fmt::format("last({0}), sum({0}), avg({0}) or max({0})", n.name),
             "which of the group's values?");
      return nullptr;
    }
  }
  if (s.row == nullptr) return UnknownName(n.name, e.span, s);
  if (s.join != nullptr) return ReadJoined(*s.join, n.name, e.span);
  if (!n.backticked &&
      std::find(s.later_aliases.begin(), s.later_aliases.end(), n.name) != s.later_aliases.end()) {
    Report(DiagnosticKind::AliasNotBound, e.span,
           fmt::format("alias `{}` is not bound at this point", n.name),
           "a step can only use aliases of the steps before it");
    return nullptr;
  }
  bool own = n.name == "timestamp" || n.name == "event_type";
  if (s.after_match && !own && s.row->Find(n.name) == nullptr) {
    // The alias whose event has the field is what was meant (decision D21).
    std::string help;
    for (const Scope::Alias& alias : s.aliases) {
      if (alias.shape->open || alias.shape->Find(n.name) == nullptr) continue;
      help += fmt::format("{}{}.{}", help.empty() ? "write " : " or ", alias.name, n.name);
    }
    if (help.empty() && !s.aliases.empty()) {
      help = fmt::format("write {}.{}", s.aliases.back().name, n.name);
    }
    Report(DiagnosticKind::NameWithoutMeaning, e.span,
           fmt::format("after a match `{}` is no event's field", n.name), std::move(help),
           "this never has a value");
    auto read = MakeExpr(TypedOp::Field, ir::Type::Any, e.span);
    read->text = n.name;
    return read;
  }
  return ReadField(*s.row, n.name, kCurrentRow, e.span);
}

TypedExprPtr Checker::Check(const ast::MemberExpr& n, const ast::Expr& e, const Scope& s) {
  const auto* base = std::get_if<ast::NameExpr>(&n.object->node);
  if (base != nullptr && base->backticked) base = nullptr;
  if (base != nullptr && s.function != nullptr) {
    if (IsAlias(base->name, s)) return Capture(*s.function, CheckExpr(e, *s.function->outer));
  } else if (base != nullptr) {
    for (auto alias = s.aliases.rbegin(); alias != s.aliases.rend(); ++alias) {
      if (alias->name != base->name) continue;
      if (s.in_aggregate && !s.inside_aggregate_call) {
        Report(DiagnosticKind::FieldOutsideAggregate, e.span,
               fmt::format("`{}.{}` must be inside an aggregate function", base->name, n.name));
        return nullptr;
      }
      if (alias->closure && n.name == "LEN") return CountElements(*alias, e.span);
      return ReadField(*alias->shape, n.name, alias->input, e.span);
    }
    if (std::find(s.later_aliases.begin(), s.later_aliases.end(), base->name) !=
        s.later_aliases.end()) {
      Report(DiagnosticKind::AliasNotBound, n.object->span,
             fmt::format("alias `{}` is not bound at this point", base->name),
             "a step can only use aliases of the steps before it");
      return nullptr;
    }
    if (s.row != nullptr && s.row->FindGroup(base->name) != nullptr) {
      return Check(ast::NameExpr{base->name + "." + n.name, true}, e, s);
    }
  }
  TypedExprPtr object = CheckExpr(*n.object, s);
  if (object == nullptr) return nullptr;
  auto key = MakeExpr(TypedOp::Str, ir::Type::Str, n.name_span);
  key->text = n.name;
  return MakeExpr(TypedOp::Member, ir::Type::Any, e.span, {object, key});
}

}  // namespace varpulis::sema
