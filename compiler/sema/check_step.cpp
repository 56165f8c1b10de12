// Steps of patterns: what they read, and the conditions under which an event binds them.

#include <fmt/format.h>

#include "base/limits.h"
#include "compiler/ir/kernel.h"
#include "compiler/sema/checker.h"
#include "compiler/sema/pattern_tree.h"

namespace varpulis::sema {
namespace {

Repeat RepeatOf(const ast::PatternStep& step) {
  using Written = ast::PatternStep::Repeat;
  switch (step.repeat) {
    case Written::One:
      return Repeat::One;
    case Written::All:
    case Written::Plus:
      return Repeat::Plus;
    case Written::Star:
      return Repeat::Star;
    case Written::Optional:
      return Repeat::Optional;
  }
  return Repeat::One;
}

}  // namespace

TypedStep Checker::ResolveStep(const WrittenStep& written, uint32_t reader) {
  TypedStep typed;
  typed.negated = written.negated;
  typed.at_once = written.repeated && written.negated;
  typed.group_of = written.group_of;
  if (written.step == nullptr) {
    typed.type_name = "(..)";
    return typed;
  }
  const ast::PatternStep& step = *written.step;
  typed.alias = written.repeated ? std::string() : written.alias;
  typed.alias_span = step.alias.span;
  typed.type_name = step.type.name;
  typed.roots = ResolveSource(step.type, reader);
  typed.shape = ShapeOf(typed.roots, step.type.name);
  if (!written.negated) {
    typed.repeat = RepeatOf(step);
    typed.prefix_all = step.repeat == ast::PatternStep::Repeat::All;
    typed.monotonic = step.monotonic != ast::PatternStep::Monotonic::None;
  }
  if (step.within) {
    if (auto ns = ConstantDuration(*step.within, Scope())) typed.within = *ns;
  }
  if (typed.monotonic && !typed.is_closure()) {
    Report(DiagnosticKind::InvalidArgument, step.monotonic_field.span,
           "only a closure can be increasing or decreasing", "write `all` in front of the step");
    typed.monotonic = false;
  }
  return typed;
}

// What is in scope of a step's condition.
Scope Checker::StepScope(uint32_t step, const PatternForm& form, const TypedPattern& pattern) {
  const TypedStep& typed = pattern.steps[step];
  Scope scope;
  scope.row = &typed.shape;
  for (uint32_t i = 0; i < pattern.steps.size(); ++i) {
    const TypedStep& other = pattern.steps[i];
    // That of a repeated step is seen by what is repeated with it.
    const std::string& alias = form.steps()[i].alias;
    if (alias.empty() || i == step) continue;
    if (form.MayBeBound(i, step)) {
      scope.aliases.push_back(
          {alias, &other.shape, i, other.alias_span, false, other.is_closure()});
    } else if (!other.alias.empty()) {
      scope.later_aliases.push_back(alias);
    }
  }
  // In a closure's condition its alias means the elements so far (language.md G5).
  const bool is_closure = typed.is_closure();
  if (const std::string& own = form.steps()[step].alias; !own.empty()) {
    scope.aliases.push_back(
        {own, &typed.shape, is_closure ? step : kCurrentRow, typed.alias_span, false, is_closure});
  }
  return scope;
}

void Checker::CheckStep(uint32_t index, PatternForm& form, TypedPattern& pattern) {
  TypedStep& typed = pattern.steps[index];
  const WrittenStep& written = form.steps()[index];
  if (written.step == nullptr) return CheckGroup(index, form, pattern);
  const ast::PatternStep& step = *written.step;
  for (uint32_t i = 0; i < index && !typed.alias.empty(); ++i) {
    if (pattern.steps[i].alias != typed.alias) continue;
    Report(DiagnosticKind::DuplicateName, step.alias.span,
           fmt::format("alias `{}` is used twice in one pattern", typed.alias));
    break;
  }
  const Scope scope = StepScope(index, form, pattern);
  std::vector<TypedExprPtr> conjuncts;
  const auto add = [&](const TypedExprPtr& condition) {
    if (condition != nullptr) SplitConjuncts(condition, conjuncts);
  };
  if (step.condition) add(CheckCondition(*step.condition, scope));
  if (written.filter != nullptr) add(CheckCondition(*written.filter, scope));
  for (const ast::StreamOp* op : written.ops) {
    const bool where = op->name.name == "where" || op->name.name == "filter";
    if (where && op->arguments.size() == 1 && op->arguments.front().value) {
      add(FilterCondition(*op, *op->arguments.front().value, typed.shape, scope));
    } else {
      NotAvailable(op->name.span, fmt::format("`.{}` before an arrow", op->name.name));
    }
  }
  // The first element has none before it: what mentions them is skipped (decision D9).
  for (const TypedExprPtr& conjunct : conjuncts) {
    if (!Reads(*conjunct, index)) typed.conjuncts.push_back(conjunct);
  }
  if (!typed.is_closure()) return;
  typed.more = conjuncts;
  if (typed.monotonic) AddMonotony(index, form, pattern);
}

TypedExprPtr Checker::NumberTest(const TypedExprPtr& value) {
  if (value->type != ir::Type::Any) {
    const bool number = value->type == ir::Type::Int || value->type == ir::Type::Float;
    if (number) {
      auto is_null = MakeExpr(TypedOp::IsNull, ir::Type::Bool, value->span, {value});
      return MakeExpr(TypedOp::Not, ir::Type::Bool, value->span, {std::move(is_null)});
    }
    return MakeExpr(TypedOp::Bool, ir::Type::Bool, value->span);
  }
  std::vector<TypedExprPtr> either;
  for (const char* test : {"is_int", "is_float"}) {
    auto call = MakeExpr(TypedOp::Call, ir::Type::Bool, value->span, {value});
    call->index = static_cast<uint32_t>(ir::FindBuiltin(test));
    either.push_back(call);
  }
  return MakeExpr(TypedOp::Or, ir::Type::Bool, value->span, std::move(either));
}

// language-later.md 7.4: each element above (below) the one before it; the first one compared with
// the event of the step before, where that has such a number.
void Checker::AddMonotony(uint32_t index, const PatternForm& form, TypedPattern& pattern) {
  TypedStep& typed = pattern.steps[index];
  const ast::PatternStep& step = *form.steps()[index].step;
  const ast::Identifier& field = step.monotonic_field;
  const TypedOp order =
      step.monotonic == ast::PatternStep::Monotonic::Increasing ? TypedOp::Gt : TypedOp::Lt;
  const TypedExprPtr value = ReadField(typed.shape, field.name, kCurrentRow, field.span);
  const TypedExprPtr before = ReadField(typed.shape, field.name, index, field.span);
  typed.conjuncts.push_back(NumberTest(value));
  typed.more.push_back(NumberTest(value));
  typed.more.push_back(MakeExpr(order, ir::Type::Bool, field.span, {value, before}));
  for (uint32_t i = index; i-- > 0;) {
    const TypedStep& other = pattern.steps[i];
    if (!form.MayBeBound(i, index)) continue;
    if (!other.shape.MayHave(field.name) && other.shape.Find(field.name) == nullptr) return;
    const TypedExprPtr last = ReadField(other.shape, field.name, i, field.span);
    auto no_number = MakeExpr(TypedOp::Not, ir::Type::Bool, field.span, {NumberTest(last)});
    auto fits = MakeExpr(order, ir::Type::Bool, field.span, {value, last});
    typed.conjuncts.push_back(
        MakeExpr(TypedOp::Or, ir::Type::Bool, field.span, {std::move(no_number), std::move(fits)}));
    return;
  }
}

void Checker::WarnOfClosures(PatternForm& form, const TypedPattern& pattern) {
  for (uint32_t i = 0; i < pattern.steps.size(); ++i) {
    if (!pattern.steps[i].is_closure() || form.steps()[i].repeated) continue;
    const bool subsets =
        pattern.run_per_choice || pattern.steps[i].mode == ir::ClosureMode::Subsets;
    Report(DiagnosticKind::UnboundedClosure, form.steps()[i].span,
           fmt::format("at most {} elements of this closure are kept",
                       subsets ? limits::kMaxSubsetElements : limits::kMaxClosureElements));
  }
}

}  // namespace varpulis::sema
