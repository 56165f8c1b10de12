// .pattern(name: events => condition): a condition over the events of the current batch, as an array of
// maps (language.md 4.8). Without a window a batch is one event. And .pattern(name: A -> B), the short
// form of a pattern whose steps go by the names of their types.

#include <map>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "compiler/ir/kernel.h"
#include "compiler/sema/checker.h"
#include "compiler/sema/pattern_tree.h"

namespace varpulis::sema {
namespace {

// What the stream reads if it is one type or stream, whatever brings it in.
const ast::PatternStep* SourceOf(const ast::StreamDecl& decl) {
  if (const auto* named = std::get_if<ast::NamedSource>(&decl.source.node)) return &named->step;
  const auto* from = std::get_if<ast::ConnectorSource>(&decl.source.node);
  return from == nullptr ? nullptr : &from->step;
}

bool IsCondition(const ast::StreamOp& op) {
  return op.name.name == "where" || op.name.name == "filter";
}

// Unnamed steps go by their types; of several of one type the second is `A_2`. Inside a negated group that
// counts anew, and what is repeated has the name of what it repeats.
void NameByType(std::vector<WrittenStep>& steps) {
  std::map<std::pair<uint32_t, std::string>, int> seen;
  std::map<const ast::PatternStep*, std::string> names;
  for (WrittenStep& step : steps) {
    if (!step.alias.empty() || step.negated || step.repeated) continue;
    const std::string& type = step.step->type.name;
    const int number = ++seen[{step.group_of, type}];
    step.alias = number == 1 ? type : fmt::format("{}_{}", type, number);
    names[step.step] = step.alias;
  }
  for (WrittenStep& step : steps) {
    if (step.repeated && names.contains(step.step)) step.alias = names[step.step];
  }
}

}  // namespace

const ast::Argument* ShortPattern(const ast::StreamOp& op) {
  const bool is_short = op.name.name == "pattern" && op.arguments.size() == 1 &&
                        op.arguments.front().pattern != nullptr;
  return is_short ? &op.arguments.front() : nullptr;
}

const ast::Argument* ShortPattern(const ast::StreamDecl& decl) {
  for (const ast::StreamItem& item : decl.items) {
    const auto* op = std::get_if<ast::StreamOp>(&item);
    if (op != nullptr && ShortPattern(*op) != nullptr) return ShortPattern(*op);
  }
  return nullptr;
}

// What stands before it restricts the steps that read the stream's own source (language.md 4.8).
bool Checker::ReadShortPattern(const ast::StreamDecl& decl, PatternForm& form,
                               std::vector<const ast::StreamOp*>& after) {
  const ast::PatternStep* source = SourceOf(decl);
  const bool is_plain = source != nullptr && !patterns_.contains(source->type.name) &&
                        source->repeat == ast::PatternStep::Repeat::One;
  if (!is_plain) {
    NotAvailable(decl.source.span, "this source in front of `.pattern(n: A -> B)`");
    return false;
  }
  std::vector<const ast::StreamOp*> conditions;
  bool seen = false;
  for (const ast::StreamItem& item : decl.items) {
    const auto* op = std::get_if<ast::StreamOp>(&item);
    if (op == nullptr) {
      NotAvailable(std::get<ast::PatternStep>(item).span, "`->` beside `.pattern(n: A -> B)`");
      return false;
    }
    if (!seen && ShortPattern(*op) != nullptr) {
      form.Append(*ShortPattern(*op)->pattern);
      seen = true;
    } else if (seen || IsPositionFree(*op)) {
      after.push_back(op);
    } else if (IsCondition(*op)) {
      conditions.push_back(op);
    } else {
      Report(DiagnosticKind::InvalidArgument, op->name.span,
             fmt::format("`.{}` in front of `.pattern(n: A -> B)`", op->name.name),
             "only conditions can stand there: move it behind, or give it a stream of its own");
      return false;
    }
  }
  NameByType(form.steps());
  bool named = false;
  for (WrittenStep& step : form.steps()) {
    if (step.step == nullptr || step.step->type.name != source->type.name) continue;
    named = true;
    step.ops = conditions;
    step.filter = source->condition.get();
  }
  if (!named) {
    Report(DiagnosticKind::InvalidArgument, source->type.span,
           fmt::format("the pattern has no step `{}`, which this stream reads", source->type.name),
           "let the stream read one of the pattern's types");
    return false;
  }
  if (source->alias.empty()) return true;
  Report(DiagnosticKind::InvalidArgument, source->alias.span,
         "in front of `.pattern(n: A -> B)` a name means nothing",
         fmt::format("name the step inside: {} as {}", source->type.name, source->alias.name));
  return false;
}

void Checker::CheckPatternOperator(const ast::StreamOp& op, TypedStream& stream, Position& at) {
  if (op.arguments.size() != 1 || op.arguments.front().name.empty()) {
    Report(DiagnosticKind::InvalidArgument, op.span, "`.pattern` takes one named pattern",
           ".pattern(name: events => condition)");
    return;
  }
  const ast::Argument& argument = op.arguments.front();
  const auto* lambda =
      argument.value ? std::get_if<ast::LambdaExpr>(&argument.value->node) : nullptr;
  if (argument.pattern) {
    Report(DiagnosticKind::InvalidArgument, op.name.span, "second `.pattern` of this stream",
           "give the second one a stream of its own");
    return;
  }
  if (at.has_window || at.after_pattern) {
    return NotAvailable(op.name.span, "`.pattern` behind a window or a match");
  }
  if (lambda == nullptr || lambda->parameters.size() != 1) {
    Report(DiagnosticKind::InvalidArgument, argument.span,
           "`.pattern` needs a lambda of one parameter", "events => len(events) > 0");
    return;
  }
  std::optional<Lifted> lifted = Lift(*lambda, argument.value->span, at.scope);
  if (!lifted) return;
  const SourceSpan span = argument.value->span;
  auto name = MakeExpr(TypedOp::Str, ir::Type::Str, span);
  name->text = "event_type";
  auto event = MakeExpr(TypedOp::Call, ir::Type::Any, span,
                        {MakeExpr(TypedOp::Event, ir::Type::Any, span), name,
                         MakeExpr(TypedOp::EventType, ir::Type::Str, span)});
  event->index = static_cast<uint32_t>(ir::FindBuiltin("set"));
  auto condition = MakeExpr(TypedOp::CallFunction, ir::Type::Any, span,
                            {MakeExpr(TypedOp::Array, ir::Type::Any, span, {event})});
  condition->index = lifted->function;
  condition->text = argument.name.name;
  for (TypedExprPtr& capture : lifted->captures) condition->args.push_back(std::move(capture));
  stream.operators.push_back(WhereOp{condition});
}

}  // namespace varpulis::sema
