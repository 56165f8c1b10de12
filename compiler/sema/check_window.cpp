#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/limits.h"
#include "compiler/ir/kernel.h"
#include "compiler/sema/aggregate_kind.h"
#include "compiler/sema/checker.h"

namespace varpulis::sema {

void Checker::CheckPartitionBy(const ast::StreamOp& op, Position& at) {
  if (at.has_window && !at.has_aggregate) {
    Report(DiagnosticKind::PartitionAfterWindow, op.name.span,
           "`.partition_by` after `.window` has no effect on that window", "move it before .window",
           "", {{at.window_span, "the window"}});
    return;
  }
  if (op.arguments.empty()) {
    Report(DiagnosticKind::InvalidArgument, op.span, "`.partition_by` needs a key");
    return;
  }
  at.keys.clear();
  at.keys_span = op.span;
  for (const ast::Argument& argument : op.arguments) {
    if (!argument.value) continue;
    TypedExprPtr key = CheckExpr(*argument.value, at.scope);
    if (key == nullptr) continue;
    at.keys.push_back(
        {key->op == TypedOp::Field ? key->text : std::string(), key, BareSpan(*argument.value)});
  }
}

void Checker::CheckWindow(const ast::StreamOp& op, Position& at) {
  if (at.has_window || at.has_aggregate) {
    Report(DiagnosticKind::SecondWindow, op.name.span, "second `.window` in one stream",
           "put the second window into a stream of its own");
    return;
  }
  at.has_window = true;
  at.window_span = op.name.span;
  if (at.after_pattern) NotAvailable(op.name.span, "`.window` after a pattern in the same stream");
  const ast::Expr* size = nullptr;
  for (const ast::Argument& argument : op.arguments) {
    const std::string& name = argument.name.name;
    if (name.empty() || name == "tumbling") {
      size = argument.value.get();
    } else if (name == "sliding" || name == "session" || name == "policy" || name == "delay") {
      NotAvailable(argument.span, fmt::format("`{}:` of `.window`", name));
      return;
    } else {
      Report(DiagnosticKind::UnknownParameter, argument.name.span,
             fmt::format("unknown parameter `{}` for `.window`", name),
             DidYouMean(diagnostics::ClosestName(
                 name, {"tumbling", "sliding", "session", "policy", "delay"})));
      return;
    }
  }
  if (size == nullptr) {
    Report(DiagnosticKind::InvalidArgument, op.span, "`.window` needs a size",
           "a duration (5m) or a number of events (100)");
    return;
  }
  Scope constant;
  TypedExprPtr value = CheckExpr(*size, constant);
  if (value == nullptr) return;
  if (value->op == TypedOp::Duration && value->integer > 0) {
    at.window = WindowKind::Tumbling;
    at.window_size = value->integer;
  } else if (value->op == TypedOp::Int) {
    if (value->integer < 1 || value->integer > limits::kMaxCountWindow) {
      Report(DiagnosticKind::BadCountWindow, size->span,
             fmt::format("a count window holds 1 to {} events", limits::kMaxCountWindow));
      return;
    }
    at.window = WindowKind::Count;
    at.window_size = value->integer;
  } else {
    Report(DiagnosticKind::InvalidArgument, size->span,
           "the size of a window is a positive duration or number of events", "5m or 100");
  }
}

// True when `name` is neither an aggregate nor a scalar function: reported as E070.
bool Checker::CheckUnknownAggregate(const std::string& name, SourceSpan span,
                                    const ast::Argument& item) {
  if (ir::FindProgramBuiltin(name) >= 0) return false;
  Report(DiagnosticKind::UnknownAggregate, span,
         fmt::format("unknown aggregate function `{}` in `{}`", name, item.name.name),
         DidYouMean(diagnostics::ClosestName(name, AggregateNames())));
  return true;
}

void Checker::CheckAggregate(const ast::StreamOp& op, TypedStream& stream, Position& at) {
  if (at.has_aggregate) {
    Report(DiagnosticKind::SecondAggregate, op.name.span, "second `.aggregate` in one stream",
           "put the second aggregation into a stream of its own");
    return;
  }
  if (!at.has_window) {
    Report(DiagnosticKind::AggregateWithoutWindow, op.name.span,
           "`.aggregate` without `.window` is a running aggregate",
           "every event outputs the current values, and state per key never expires");
  }
  if (at.after_pattern)
    NotAvailable(op.name.span, "`.aggregate` after a pattern in the same stream");
  AggregateOp aggregate;
  aggregate.window = at.window;
  aggregate.size = at.window_size;
  aggregate.keys = at.keys;
  Scope scope = at.scope;
  scope.in_aggregate = true;
  for (const NamedItem& key : at.keys) {
    if (!key.name.empty()) scope.key_fields.push_back(key.name);
  }
  RowShape shape;
  shape.name = stream.name;
  auto add = [&](const std::string& name, ir::Type type, SourceSpan declared) {
    for (ShapeField& field : shape.fields) {
      if (field.name == name) {
        field.type = type;
        field.declared = declared;
        return;
      }
    }
    shape.fields.push_back({name, type, true, declared});
  };
  if (!at.keys.empty()) add("_partition", ir::Type::Str, {});
  for (const NamedItem& key : at.keys) {
    if (!key.name.empty()) add(key.name, key.value->type, key.declared);
  }
  for (const ast::Argument& argument : op.arguments) {
    if (argument.name.empty()) {
      // A bare field here is the commoner mistake: say that first.
      bool bare = argument.value && std::holds_alternative<ast::NameExpr>(argument.value->node);
      if (bare && CheckExpr(*argument.value, scope) == nullptr) continue;
      Report(DiagnosticKind::SyntaxError, argument.span, "an item of `.aggregate` needs a name",
             "name: expression");
      continue;
    }
    if (!argument.value) continue;
    if (const auto* call = std::get_if<ast::CallExpr>(&argument.value->node)) {
      const auto* callee = std::get_if<ast::NameExpr>(&call->callee->node);
      bool known = callee && (FindAggregate(callee->name) || IsLaterAggregate(callee->name) ||
                              declared_.contains("fn " + callee->name));
      if (callee && !known && CheckUnknownAggregate(callee->name, call->callee->span, argument))
        continue;
    }
    TypedExprPtr value = CheckExpr(*argument.value, scope);
    if (value == nullptr) continue;
    auto same =
        std::find_if(aggregate.items.begin(), aggregate.items.end(),
                     [&](const NamedItem& item) { return item.name == argument.name.name; });
    if (same != aggregate.items.end()) {
      Report(DiagnosticKind::DuplicateName, argument.name.span,
             fmt::format("duplicate aggregate item `{}`", argument.name.name));
      continue;
    }
    aggregate.items.push_back({argument.name.name, value});
    add(argument.name.name, value->type, argument.name.span);
  }
  at.has_aggregate = true;
  SetRow(at, std::move(shape));
  stream.operators.push_back(std::move(aggregate));
}

}  // namespace varpulis::sema
