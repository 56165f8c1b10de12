// Fills the NameTable. The checkers resolve names for themselves; what is here looks them up in the same
// scopes once more, so that it costs nothing when nobody asks.

#include <algorithm>

#include "compiler/sema/aggregate_kind.h"
#include "compiler/sema/checker.h"

namespace varpulis::sema {
namespace {

bool IsEmpty(SourceSpan span) { return span.begin == span.end; }

// The scope of the expression around all lambdas.
const Scope& Outermost(const Scope& scope) {
  const Scope* at = &scope;
  while (at->function != nullptr && at->function->outer != nullptr) at = at->function->outer;
  return *at;
}

const Scope::Alias* FindAlias(const Scope& scope, const std::string& name) {
  for (auto alias = scope.aliases.rbegin(); alias != scope.aliases.rend(); ++alias) {
    if (alias->name == name) return &*alias;
  }
  return nullptr;
}

}  // namespace

SourceSpan BareSpan(const ast::Expr& expr) {
  const auto* member = std::get_if<ast::MemberExpr>(&expr.node);
  return member == nullptr ? expr.span : member->name_span;
}

void Checker::Note(NameKind kind, SourceSpan span, const std::string& name, SourceSpan declared,
                   ir::Type type) {
  if (options_.names != nullptr) options_.names->uses.push_back({span, kind, name, declared, type});
}

void Checker::NoteSame(SourceSpan a, SourceSpan b) const {
  if (options_.names == nullptr || IsEmpty(a) || IsEmpty(b) || a == b) return;
  options_.names->same.emplace_back(a, b);
}

void Checker::NoteDeclared(NameKind kind, const char* space, const ast::Identifier& name) {
  if (options_.names == nullptr || name.empty()) return;
  auto declared = declared_.find(std::string(space) + " " + name.name);
  Note(kind, name.span, name.name, declared == declared_.end() ? SourceSpan{} : declared->second);
}

void Checker::NoteSource(const ast::Identifier& name, uint32_t reader) {
  if (options_.names == nullptr) return;
  if (StreamNamed(name.name, reader)) return NoteDeclared(NameKind::Stream, "stream", name);
  NoteDeclared(NameKind::Event, "event", name);
}

// Patterns are checked where streams use them; what nobody uses has names, too.
void Checker::NotePatterns() {
  if (options_.names == nullptr) return;
  std::vector<const ast::PatternExpr*> open;
  for (const auto& [unused, pattern] : patterns_) open.push_back(pattern->pattern.get());
  while (!open.empty()) {
    const ast::PatternExpr* pattern = open.back();
    open.pop_back();
    if (pattern == nullptr) continue;
    std::visit(
        [&](const auto& node) {
          using Node = std::decay_t<decltype(node)>;
          if constexpr (std::is_same_v<Node, ast::PatternStep>) {
            NoteSource(node.type, UINT32_MAX);
          } else if constexpr (std::is_same_v<Node, ast::SequencePattern>) {
            for (const auto& item : node.items) open.push_back(item.get());
          } else if constexpr (std::is_same_v<Node, ast::NotPattern>) {
            open.push_back(node.operand.get());
          } else {
            for (const auto& operand : node.operands) open.push_back(operand.get());
          }
        },
        pattern->node);
  }
}

void Checker::NoteField(const RowShape& shape, const std::string& name, SourceSpan span) {
  const ShapeField* field = shape.Find(name);
  if (field == nullptr && (name == "timestamp" || name == "event_type")) return;
  Note(NameKind::Field, span, name, field == nullptr ? SourceSpan{} : field->declared,
       field == nullptr ? ir::Type::Any : field->type);
}

// `.emit as T(key: ..)`: the keys are fields of T, if it is declared.
void Checker::NoteEmit(const ast::StreamOp& op) {
  if (options_.names == nullptr || op.as_type.empty()) return;
  NoteDeclared(NameKind::Event, "event", op.as_type);
  auto event = event_index_.find(op.as_type.name);
  if (event == event_index_.end()) return;
  for (const ast::Argument& argument : op.arguments) {
    const ShapeField* field = program_.event_types[event->second].shape.Find(argument.name.name);
    if (field != nullptr) NoteSame(argument.name.span, field->declared);
  }
}

// `.partition_by(f)` of a pattern: the field of that name in each step's event.
void Checker::NoteKey(const ast::Expr& key, const TypedPattern& pattern) {
  if (options_.names == nullptr) return;
  std::string name;
  if (const auto* bare = std::get_if<ast::NameExpr>(&key.node)) name = bare->name;
  if (const auto* member = std::get_if<ast::MemberExpr>(&key.node)) {
    name = member->name;
    const auto* alias = std::get_if<ast::NameExpr>(&member->object->node);
    for (const TypedStep& step : pattern.steps) {
      if (alias != nullptr && step.alias == alias->name)
        Note(NameKind::Alias, member->object->span, step.alias, step.alias_span);
    }
  }
  for (const TypedStep& step : pattern.steps) NoteField(step.shape, name, BareSpan(key));
}

void Checker::NoteVariable(const std::string& name, SourceSpan span, const Scope& scope) {
  if (options_.names == nullptr) return;
  for (const Scope* at = &scope; at != nullptr && at->function != nullptr;
       at = at->function->outer) {
    const FunctionScope::Variable* variable = at->function->Find(name);
    if (variable == nullptr) continue;
    const bool is_value = variable->lambda == nullptr;
    return Note(NameKind::Variable, span, name, variable->span,
                is_value ? at->function->body->locals[variable->local].type : ir::Type::Any);
  }
  auto global = globals_.find(name);
  if (global == globals_.end()) return;
  const TypedExprPtr& literal = global->second.literal;
  Note(NameKind::Variable, span, name, global->second.span,
       literal == nullptr ? ir::Type::Any : literal->type);
}

// In the order of Check(NameExpr).
void Checker::NoteName(const ast::NameExpr& n, SourceSpan span, const Scope& s) {
  if (s.function != nullptr) {
    const bool is_local = s.function->Find(n.name) != nullptr;
    // What a lambda captures was checked, and noted, in the scope around it.
    if (!n.backticked && (is_local || (s.function->outer == nullptr && globals_.contains(n.name))))
      return NoteVariable(n.name, span, s);
    if (s.function->outer == nullptr) Note(NameKind::Field, span, n.name, {});
    return;
  }
  const bool is_field = s.row != nullptr && s.row->Find(n.name) != nullptr;
  if (!n.backticked) {
    const Scope::Alias* alias = FindAlias(s, n.name);
    if (alias != nullptr && !is_field) return Note(NameKind::Alias, span, n.name, alias->declared);
    if (globals_.contains(n.name)) return NoteVariable(n.name, span, s);
  }
  if (s.row != nullptr) NoteField(*s.row, n.name, span);
}

void Checker::NoteMember(const ast::MemberExpr& n, const Scope& s) {
  const auto* base = std::get_if<ast::NameExpr>(&n.object->node);
  if (base == nullptr || base->backticked || s.function != nullptr) return;
  const Scope::Alias* alias = FindAlias(s, base->name);
  if (alias == nullptr) return;
  Note(NameKind::Alias, n.object->span, base->name, alias->declared);
  NoteField(*alias->shape, n.name, n.name_span);
}

void Checker::NoteCall(const ast::CallExpr& n, const Scope& s) {
  std::string name;
  SourceSpan span = n.callee->span;
  if (const auto* callee = std::get_if<ast::NameExpr>(&n.callee->node)) {
    name = callee->name;
    auto function = functions_.find(name);
    if (function != functions_.end()) {
      const ast::FunctionDecl& decl = *function->second.decl;
      for (const ast::CallArgument& argument : n.arguments) {
        for (const ast::Parameter& parameter : decl.parameters) {
          if (parameter.name.name == argument.name)
            Note(NameKind::Parameter, argument.name_span, argument.name, parameter.name.span);
        }
      }
      return Note(NameKind::Function, span, name, decl.name.span);
    }
    if (LambdaNamed(name, s) != nullptr) return NoteVariable(name, span, s);
    const bool is_aggregate = s.in_aggregate && !s.inside_aggregate_call;
    if (is_aggregate && FindAggregate(name)) return Note(NameKind::Aggregate, span, name, {});
  } else if (const auto* member = std::get_if<ast::MemberExpr>(&n.callee->node)) {
    name = member->name;
    span = member->name_span;
  }
  Note(NameKind::Builtin, span, name, {});
}

void Checker::NoteExpression(const ast::Expr& expr, const Scope& s, const TypedExprPtr& typed) {
  if (options_.names == nullptr) return;
  if (const auto* name = std::get_if<ast::NameExpr>(&expr.node)) NoteName(*name, expr.span, s);
  if (const auto* member = std::get_if<ast::MemberExpr>(&expr.node)) NoteMember(*member, s);
  if (const auto* call = std::get_if<ast::CallExpr>(&expr.node)) NoteCall(*call, s);
  NoteVisible(expr, s, typed);
}

void Checker::NoteVisible(const ast::Expr& expr, const Scope& s, const TypedExprPtr& typed) {
  NameTable& names = *options_.names;
  if (!names.place || *names.place < expr.span.begin || *names.place > expr.span.end) return;
  const auto width = [](SourceSpan span) { return span.end - span.begin; };
  if (names.visible && width(names.visible->span) <= width(expr.span)) return;
  VisibleNames visible;
  visible.span = expr.span;
  if (typed != nullptr) visible.type = typed->type;
  for (const Scope* at = &s; at != nullptr && at->function != nullptr; at = at->function->outer) {
    for (const auto& block : at->function->blocks) {
      for (const auto& [name, unused] : block) visible.locals.push_back(name);
    }
  }
  const Scope& outermost = Outermost(s);
  for (const Scope::Alias& alias : outermost.aliases)
    visible.aliases.push_back({alias.name, *alias.shape});
  if (outermost.row != nullptr) visible.row = *outermost.row;
  visible.in_aggregate = outermost.in_aggregate && !outermost.inside_aggregate_call;
  names.visible = std::move(visible);
}

}  // namespace varpulis::sema
