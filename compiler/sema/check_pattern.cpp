#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "compiler/sema/checker.h"

namespace varpulis::sema {
namespace {

// Means the same before and behind an arrow (language.md 4).
bool IsPositionFree(const ast::StreamOp& op) {
  return op.name.name == "within" || op.name.name == "partition_by" || op.name.name == "context";
}

}  // namespace

bool Checker::DeclaredSteps(const ast::PatternExpr& pattern,
                            std::vector<const ast::PatternStep*>& steps) {
  if (const auto* step = std::get_if<ast::PatternStep>(&pattern.node)) {
    steps.push_back(step);
    return true;
  }
  if (const auto* sequence = std::get_if<ast::SequencePattern>(&pattern.node)) {
    bool good = true;
    for (const ast::PatternExprPtr& item : sequence->items) {
      good = DeclaredSteps(*item, steps) && good;
    }
    return good;
  }
  const char* what = std::holds_alternative<ast::AndPattern>(pattern.node)   ? "`AND` in a pattern"
                     : std::holds_alternative<ast::OrPattern>(pattern.node)  ? "`OR` in a pattern"
                     : std::holds_alternative<ast::NotPattern>(pattern.node) ? "`NOT` in a pattern"
                                                                             : "`XOR` in a pattern";
  NotAvailable(pattern.span, what);
  return false;
}

bool Checker::PatternSteps(const ast::StreamDecl& decl, std::vector<const ast::PatternStep*>& steps,
                           std::vector<std::vector<const ast::StreamOp*>>& step_ops,
                           std::vector<const ast::StreamOp*>& after) {
  bool good = true;
  if (const auto* named = std::get_if<ast::NamedSource>(&decl.source.node)) {
    auto pattern = patterns_.find(named->step.type.name);
    if (pattern != patterns_.end() && pattern->second->pattern) {
      NoteDeclared(NameKind::Pattern, "pattern", named->step.type);
      good = DeclaredSteps(*pattern->second->pattern, steps);
    } else {
      steps.push_back(&named->step);
    }
  } else if (const auto* from = std::get_if<ast::ConnectorSource>(&decl.source.node)) {
    steps.push_back(&from->step);
  } else if (const auto* sequence = std::get_if<ast::SequenceSource>(&decl.source.node)) {
    for (const ast::PatternStep& step : sequence->steps) steps.push_back(&step);
  } else {
    NotAvailable(decl.source.span, "this source in front of `->`");
    good = false;
  }
  step_ops.resize(steps.size());
  for (const ast::StreamItem& item : decl.items) {
    if (const auto* step = std::get_if<ast::PatternStep>(&item)) {
      // Operators before an arrow belong to the step before it (decision D13).
      for (const ast::StreamOp* op : after) {
        if (!IsPositionFree(*op)) step_ops.back().push_back(op);
      }
      std::erase_if(after, [](const ast::StreamOp* op) { return !IsPositionFree(*op); });
      steps.push_back(step);
      step_ops.emplace_back();
    } else {
      after.push_back(&std::get<ast::StreamOp>(item));
    }
  }
  for (const ast::PatternStep* step : steps) {
    using Repeat = ast::PatternStep::Repeat;
    if (step->repeat != Repeat::One) {
      NotAvailable(step->span, "a Kleene closure (`all`, `+`, `*`, `?`)");
      good = false;
    } else if (step->negated) {
      NotAvailable(step->span, "`NOT` in a pattern");
      good = false;
    } else if (step->monotonic != ast::PatternStep::Monotonic::None) {
      NotAvailable(step->span, "a monotonic closure");
      good = false;
    } else if (step->within) {
      NotAvailable(step->within->span, "`.within` of a single step");
      good = false;
    }
  }
  return good;
}

void Checker::CheckStep(const ast::PatternStep& step, const std::vector<const ast::StreamOp*>& ops,
                        TypedStream& stream, uint32_t reader,
                        const std::vector<const ast::PatternStep*>& all) {
  TypedPattern& pattern = *stream.pattern;
  auto index = static_cast<uint32_t>(pattern.steps.size());
  TypedStep typed;
  typed.alias = step.alias.name;
  typed.alias_span = step.alias.span;
  typed.type_name = step.type.name;
  typed.roots = ResolveSource(step.type, reader);
  typed.shape = ShapeOf(typed.roots, step.type.name);
  Scope scope;
  scope.row = &typed.shape;
  for (uint32_t i = 0; i < index; ++i) {
    TypedStep& bound = pattern.steps[i];
    if (!bound.alias.empty()) {
      scope.aliases.push_back({bound.alias, &bound.shape, i, bound.alias_span});
    }
  }
  if (!typed.alias.empty()) {
    for (const TypedStep& bound : pattern.steps) {
      if (bound.alias != typed.alias) continue;
      Report(DiagnosticKind::DuplicateName, step.alias.span,
             fmt::format("alias `{}` is used twice in one pattern", typed.alias));
    }
    scope.aliases.push_back({typed.alias, &typed.shape, kCurrentRow, typed.alias_span});
  }
  for (size_t later = index + 1; later < all.size(); ++later) {
    if (!all[later]->alias.empty()) scope.later_aliases.push_back(all[later]->alias.name);
  }
  auto add = [&](const TypedExprPtr& condition) {
    if (condition != nullptr) SplitConjuncts(condition, typed.conjuncts);
  };
  if (step.condition) add(CheckCondition(*step.condition, scope));
  for (const ast::StreamOp* op : ops) {
    bool where = op->name.name == "where" || op->name.name == "filter";
    if (where && op->arguments.size() == 1 && op->arguments.front().value) {
      add(FilterCondition(*op, *op->arguments.front().value, typed.shape, scope));
    } else {
      NotAvailable(op->name.span, fmt::format("`.{}` before an arrow", op->name.name));
    }
  }
  pattern.steps.push_back(std::move(typed));
}

void Checker::MoveEqualities(TypedStream& stream, const std::vector<TypedExprPtr>& conjuncts,
                             std::vector<TypedExprPtr>& rest) {
  // Decision E18: x.f == y.g over two steps is a condition of the later one.
  for (const TypedExprPtr& conjunct : conjuncts) {
    bool equality = conjunct->op == TypedOp::Eq && conjunct->args[0]->op == TypedOp::Field &&
                    conjunct->args[1]->op == TypedOp::Field;
    uint32_t a = equality ? conjunct->args[0]->index : kCurrentRow;
    uint32_t b = equality ? conjunct->args[1]->index : kCurrentRow;
    if (a == kCurrentRow || b == kCurrentRow || a == b) {
      rest.push_back(conjunct);
      continue;
    }
    uint32_t later = std::max(a, b);
    stream.pattern->steps[later].conjuncts.push_back(StepToCurrent(conjunct, later));
  }
}

void Checker::CheckPatternStream(const ast::StreamDecl& decl, TypedStream& stream, Position& at) {
  uint32_t reader = stream_index_.at(stream.name);
  std::vector<const ast::PatternStep*> steps;
  std::vector<std::vector<const ast::StreamOp*>> step_ops;
  std::vector<const ast::StreamOp*> after;
  stream.pattern.emplace();
  if (!PatternSteps(decl, steps, step_ops, after)) return;
  stream.pattern->steps.reserve(steps.size());  // scopes point at the shapes
  for (size_t i = 0; i < steps.size(); ++i)
    CheckStep(*steps[i], step_ops[i], stream, reader, steps);
  TypedPattern& pattern = *stream.pattern;
  // Names after the match: aliases, then the match's own fields (language-later.md 5.4).
  at.shape = {};
  at.shape.name = stream.name;
  at.shape.fields = {{"stream", ir::Type::Str, false},
                     {"match_duration_ms", ir::Type::Int, false},
                     {"match_count", ir::Type::Int, false},
                     {"match_rate", ir::Type::Float, true}};
  at.scope.row = &at.shape;
  for (uint32_t i = 0; i < pattern.steps.size(); ++i) {
    if (pattern.steps[i].alias.empty()) continue;
    const TypedStep& step = pattern.steps[i];
    at.scope.aliases.push_back({step.alias, &step.shape, i, step.alias_span});
  }
  at.after_pattern = true;
  at.scope.after_match = true;
  const ast::Expr* within = nullptr;
  const ast::Expr* declared_partition = nullptr;
  if (const auto* named = std::get_if<ast::NamedSource>(&decl.source.node)) {
    auto declared = patterns_.find(named->step.type.name);
    if (declared != patterns_.end()) {
      within = declared->second->within.get();
      declared_partition = declared->second->partition_by.get();
    }
  }
  auto partition = [&](const ast::Expr& key) {
    // The field of that name in each step's event; `alias.field` means the same (7.6).
    std::string field;
    if (const auto* name = std::get_if<ast::NameExpr>(&key.node)) field = name->name;
    if (const auto* member = std::get_if<ast::MemberExpr>(&key.node)) field = member->name;
    if (field.empty()) return NotAvailable(key.span, "a computed `.partition_by` of a pattern");
    NoteKey(key, pattern);
    auto read = MakeExpr(TypedOp::Field, ir::Type::Any, key.span);
    read->text = field;
    pattern.partition.push_back({field, read});
    if (at.shape.Find(field) == nullptr) {
      at.shape.fields.push_back({field, ir::Type::Any, true, BareSpan(key)});
    }
  };
  for (const ast::StreamOp* op : after) {
    if (op->name.name == "within" && op->arguments.size() == 1)
      within = op->arguments[0].value.get();
    if (op->name.name != "partition_by") continue;
    declared_partition = nullptr;
    for (const ast::Argument& argument : op->arguments) {
      if (argument.value) partition(*argument.value);
    }
  }
  if (declared_partition != nullptr) partition(*declared_partition);
  if (within != nullptr) {
    if (auto ns = ConstantDuration(*within, at.scope)) pattern.within = *ns;
  } else {
    Report(DiagnosticKind::PatternWithoutWithin, decl.name.span,
           fmt::format("pattern `{}` has no `.within`: its state is bounded by the run limit only",
                       decl.name.name),
           "add .within(1h) or another bound");
  }
  for (const ast::StreamOp* op : after) {
    const std::string& name = op->name.name;
    if (name == "within" || name == "partition_by" || name == "stam") continue;
    CheckOperator(*op, stream, at);
  }
}

}  // namespace varpulis::sema
