// What makes something of the rows of a window: .aggregate .collect .order_by (language.md 4.4, 4.5).

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "compiler/ir/kernel.h"
#include "compiler/sema/aggregate_kind.h"
#include "compiler/sema/checker.h"

namespace varpulis::sema {
namespace {

// A field of that name is replaced at its place.
void AddField(RowShape& shape, const std::string& name, ir::Type type, SourceSpan declared) {
  for (ShapeField& field : shape.fields) {
    if (field.name != name) continue;
    field.type = type;
    field.declared = declared;
    return;
  }
  shape.fields.push_back({name, type, true, declared});
}

TypedExprPtr CallOf(AggregateKind kind, ir::Type type, SourceSpan span,
                    std::vector<TypedExprPtr> args) {
  auto call = MakeExpr(TypedOp::Aggregate, type, span, std::move(args));
  call->index = static_cast<uint32_t>(kind);
  return call;
}

}  // namespace

// True when `name` is neither an aggregate nor a scalar function: reported as E070.
bool Checker::CheckUnknownAggregate(const std::string& name, SourceSpan span,
                                    const ast::Argument& item) {
  if (ir::FindProgramBuiltin(name) >= 0) return false;
  Report(DiagnosticKind::UnknownAggregate, span,
         fmt::format("unknown aggregate function `{}` in `{}`", name, item.name.name),
         DidYouMean(diagnostics::ClosestName(name, AggregateNames())));
  return true;
}

// What the rows are grouped by: the window itself if it stands directly in front.
Window Checker::GroupsOf(const TypedStream& stream, Position& at) {
  if (at.window_open) {
    at.window_open = false;
    at.has_batches = true;
    return at.window;
  }
  Window window;
  window.kind = at.has_batches ? ir::WindowKind::Batch : ir::WindowKind::None;
  window.keys = KeysOf(stream, at);
  for (const NamedItem& key : window.keys) {
    if (key.name.empty() || at.shape.Find(key.name) != nullptr || at.shape.MayHave(key.name)) {
      continue;
    }
    Report(DiagnosticKind::UnknownField, at.keys_span,
           fmt::format("the key `{}` is no field any more where it is needed", key.name),
           "keep the field in .select, or partition behind it", "all rows are in one partition");
  }
  return window;
}

void Checker::CheckAggregateItem(const ast::Argument& argument, const Scope& scope,
                                 AggregateOp& aggregate, RowShape& shape) {
  if (argument.name.empty()) {
    // A bare field here is the commoner mistake: say that first.
    bool bare = argument.value && std::holds_alternative<ast::NameExpr>(argument.value->node);
    if (bare && CheckExpr(*argument.value, scope) == nullptr) return;
    Report(DiagnosticKind::SyntaxError, argument.span, "an item of `.aggregate` needs a name",
           "name: expression");
    return;
  }
  if (!argument.value) return;
  if (const auto* call = std::get_if<ast::CallExpr>(&argument.value->node)) {
    const auto* callee = std::get_if<ast::NameExpr>(&call->callee->node);
    bool known =
        callee && (FindAggregate(callee->name) || declared_.contains("fn " + callee->name));
    if (callee && !known && CheckUnknownAggregate(callee->name, call->callee->span, argument))
      return;
  }
  TypedExprPtr value = CheckExpr(*argument.value, scope);
  if (value == nullptr) return;
  const std::string& name = argument.name.name;
  if (std::any_of(aggregate.items.begin(), aggregate.items.end(),
                  [&](const NamedItem& item) { return item.name == name; })) {
    Report(DiagnosticKind::DuplicateName, argument.name.span,
           fmt::format("duplicate aggregate item `{}`", name));
    return;
  }
  aggregate.items.push_back({name, value});
  AddField(shape, name, value->type, argument.name.span);
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
  } else if (!NeedsBatches(op, at)) {
    return;
  }
  AggregateOp aggregate;
  aggregate.window = GroupsOf(stream, at);
  Scope scope = at.scope;
  scope.in_aggregate = true;
  RowShape shape;
  shape.name = stream.name;
  if (!aggregate.window.keys.empty()) AddField(shape, "_partition", ir::Type::Str, {});
  for (const NamedItem& key : aggregate.window.keys) {
    if (key.name.empty()) continue;
    scope.key_fields.push_back(key.name);
    AddField(shape, key.name, key.value->type, key.declared);
  }
  for (const ast::Argument& argument : op.arguments) {
    CheckAggregateItem(argument, scope, aggregate, shape);
  }
  at.has_aggregate = true;
  SetRow(at, std::move(shape));
  stream.operators.push_back(std::move(aggregate));
}

// False, reported, if the rows in front of the operator are not the batches of a window.
bool Checker::NeedsBatches(const ast::StreamOp& op, const Position& at) {
  const std::string name = fmt::format("`.{}`", op.name.name);
  if (!at.has_window) {
    Report(DiagnosticKind::MissingPriorOperator, op.name.span, name + " needs a prior `.window`",
           "it works on the events of a closed window: add .window(...) before it");
    return false;
  }
  if (!at.no_batches || at.window_open) return true;
  NotAvailable(op.name.span, name + " on the other side of a `.fork` than the window");
  return false;
}

void Checker::CheckOrderBy(const ast::StreamOp& op, TypedStream& stream, Position& at) {
  if (!NeedsBatches(op, at)) return;
  SortOp sort;
  for (const ast::Argument& argument : op.arguments) {
    if (!argument.value || !argument.name.empty()) {
      Report(DiagnosticKind::InvalidArgument, argument.span, "a key of `.order_by` has no name",
             ".order_by(price desc, time)");
      return;
    }
    const TypedExprPtr value = CheckExpr(*argument.value, at.scope);
    if (value == nullptr) return;
    sort.keys.push_back({value, argument.order == ast::SortOrder::Descending});
  }
  if (sort.keys.empty()) {
    Report(DiagnosticKind::InvalidArgument, op.span, "`.order_by` needs a key",
           ".order_by(price desc)");
    return;
  }
  at.changed_rows = true;
  stream.operators.push_back(std::move(sort));
}

// One row of each batch: its events as maps, and how many they are.
void Checker::CheckCollect(const ast::StreamOp& op, TypedStream& stream, Position& at) {
  if (!op.arguments.empty()) {
    Report(DiagnosticKind::InvalidArgument, op.span, "`.collect` takes no argument",
           ".aggregate(values: collect(field)) collects one field");
    return;
  }
  if (!NeedsBatches(op, at)) return;
  if (at.has_aggregate) {
    Report(DiagnosticKind::SecondAggregate, op.name.span,
           "`.collect` after `.aggregate`: there is only one row left",
           "put it into a stream of its own, with a window");
    return;
  }
  if (at.after_pattern) return NotAvailable(op.name.span, "`.collect` after a pattern");
  AggregateOp aggregate;
  aggregate.window = GroupsOf(stream, at);
  // A batch has one key already.
  if (aggregate.window.kind == ir::WindowKind::Batch) aggregate.window.keys.clear();
  aggregate.shows_keys = false;
  const SourceSpan span = op.name.span;
  const TypedExprPtr event = MakeExpr(TypedOp::Event, ir::Type::Any, span);
  aggregate.items.push_back(
      {"events", CallOf(AggregateKind::Collect, ir::Type::Any, span, {event})});
  aggregate.items.push_back({"count", CallOf(AggregateKind::Count, ir::Type::Int, span, {})});
  RowShape shape;
  shape.name = stream.name;
  for (const NamedItem& item : aggregate.items) {
    shape.fields.push_back({item.name, item.value->type, false});
  }
  at.has_aggregate = true;
  SetRow(at, std::move(shape));
  stream.operators.push_back(std::move(aggregate));
}

}  // namespace varpulis::sema
