// .pattern(name: events => condition): a condition over the events of the current batch, as an array of
// maps (language.md 4.8). Without a window a batch is one event.

#include <utility>

#include <fmt/format.h>

#include "compiler/ir/kernel.h"
#include "compiler/sema/checker.h"

namespace varpulis::sema {

void Checker::CheckPatternOperator(const ast::StreamOp& op, TypedStream& stream, Position& at) {
  if (op.arguments.size() != 1 || op.arguments.front().name.empty()) {
    Report(DiagnosticKind::InvalidArgument, op.span, "`.pattern` takes one named pattern",
           ".pattern(name: events => condition)");
    return;
  }
  const ast::Argument& argument = op.arguments.front();
  const auto* lambda =
      argument.value ? std::get_if<ast::LambdaExpr>(&argument.value->node) : nullptr;
  if (argument.pattern) return NotAvailable(argument.span, "`.pattern` with a sequence");
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
