#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "compiler/ast/stream_operators.h"
#include "compiler/sema/checker.h"
#include "compiler/sema/order.h"

namespace varpulis::sema {
namespace {

// Adds an item; a name used before wins with its new value at its old place (language-later.md L38).
bool AddItem(std::vector<NamedItem>& items, NamedItem item) {
  for (NamedItem& known : items) {
    if (known.name != item.name) continue;
    known.value = std::move(item.value);
    known.declared = item.declared;
    return false;
  }
  items.push_back(std::move(item));
  return true;
}

RowShape ShapeOfItems(const std::vector<NamedItem>& items, const std::string& name) {
  RowShape shape;
  shape.name = name;
  for (const NamedItem& item : items) {
    shape.fields.push_back({item.name, item.value->type, true, item.declared});
  }
  return shape;
}

// What may stand between a window and what makes rows of it, and these themselves.
bool StaysBehindWindow(const std::string& name) {
  static const std::set<std::string> kNames = {"aggregate", "collect",      "concurrent", "context",
                                               "on_error",  "partition_by", "window",     "within"};
  return kNames.contains(name);
}

// Name of a bare `f` or `a.f` argument of .select.
std::string BareName(const ast::Expr& expr) {
  if (const auto* name = std::get_if<ast::NameExpr>(&expr.node)) return name->name;
  if (const auto* member = std::get_if<ast::MemberExpr>(&expr.node)) return member->name;
  return {};
}

}  // namespace

void Checker::SetRow(Position& at, RowShape shape) {
  at.shape = std::move(shape);
  at.scope.row = &at.shape;
  at.scope.aliases.clear();
  at.changed_rows = true;
  at.added = {};
  at.after_pattern = false;
  at.scope.after_match = false;
  at.scope.join = nullptr;
}

void Checker::CheckStream(uint32_t index) {
  const ast::StreamDecl& decl = *stream_decls_[index];
  TypedStream& stream = program_.streams[index];
  stream.name = decl.name.name;
  stream.span = decl.name.span;
  if (const auto* from = std::get_if<ast::ConnectorSource>(&decl.source.node))
    CheckFrom(*from, stream);
  Position at;
  const auto* named = std::get_if<ast::NamedSource>(&decl.source.node);
  bool has_arrow = std::any_of(
      decl.items.begin(), decl.items.end(),
      [](const ast::StreamItem& item) { return std::holds_alternative<ast::PatternStep>(item); });
  bool named_pattern = named != nullptr && patterns_.contains(named->step.type.name) &&
                       !StreamNamed(named->step.type.name, index);
  const bool is_one_source =
      named != nullptr || std::holds_alternative<ast::ConnectorSource>(decl.source.node);
  // `A .not(B) .within(d)` is an absence, and `all A .longest()` a closure alone.
  const bool alone =
      ShortPattern(decl) != nullptr || (is_one_source && TrendOperator(decl) != nullptr) ||
      std::any_of(decl.items.begin(), decl.items.end(), [&](const ast::StreamItem& item) {
        const auto* op = std::get_if<ast::StreamOp>(&item);
        if (op == nullptr || named == nullptr) return false;
        const bool all = named->step.repeat == ast::PatternStep::Repeat::All;
        return op->negation ||
               (all && (op->name.name == "within" || SelectionNamed(op->name.name) ||
                        EmissionNamed(op->name.name)));
      });
  if (std::holds_alternative<ast::JoinSource>(decl.source.node) && !has_arrow && !alone) {
    CheckJoinStream(decl, stream, at);
  } else if (has_arrow || named_pattern || alone ||
             std::holds_alternative<ast::SequenceSource>(decl.source.node)) {
    CheckPatternStream(decl, stream, at);
  } else {
    CheckStreamSource(decl, stream, at.scope);
    at.shape = stream.source_shape;
    at.scope.row = &at.shape;
    for (Scope::Alias& alias : at.scope.aliases) alias.shape = &stream.source_shape;
    for (const ast::StreamItem& item : decl.items) {
      CheckOperator(std::get<ast::StreamOp>(item), stream, at);
    }
  }
  if (at.window_open) OpenBatch(stream, at);
  CheckTimeBounds(decl, stream);
  stream.output = OutputShape(stream, at);
  bool has_emit =
      std::any_of(stream.operators.begin(), stream.operators.end(),
                  [](const TypedOperator& op) { return std::holds_alternative<EmitOp>(op); });
  // Readers repeat the conditions of such a stream, which must not matter.
  bool repeatable =
      std::none_of(stream.operators.begin(), stream.operators.end(), [&](const TypedOperator& op) {
        const auto* where = std::get_if<WhereOp>(&op);
        return where != nullptr && IsOrdered(program_, *where->condition);
      });
  stream.filter_only = !stream.pattern && !stream.join && !at.changed_rows && !has_emit &&
                       repeatable && !stream.time.reorders;
}

// `<side>.<field>` of both, and the bare names.
RowShape Checker::JoinedShape(const TypedJoin& join, const std::string& name) {
  RowShape shape;
  shape.name = name;
  for (const TypedStep& side : join.sides) {
    shape.open = shape.open || side.shape.open;
    shape.groups.push_back({side.alias, side.shape.open});
    for (const ShapeField& field : side.shape.fields) {
      shape.fields.push_back({side.alias + "." + field.name, field.type, true});
    }
  }
  for (const TypedStep& side : join.sides) {
    for (const ShapeField& field : side.shape.fields) {
      if (shape.Find(field.name) == nullptr)
        shape.fields.push_back({field.name, ir::Type::Any, true});
    }
  }
  return shape;
}

RowShape Checker::OutputShape(const TypedStream& stream, const Position& at) {
  if (at.scope.join != nullptr) return JoinedShape(*at.scope.join, stream.name);
  if (!at.after_pattern) return at.shape;
  // `<alias>_<field>` of every aliased step (language.md 6.5).
  RowShape shape;
  shape.name = stream.name;
  shape.fields = {{stream.pattern->name_field(), ir::Type::Str, false},
                  {"match_duration_ms", ir::Type::Int, false}};
  for (const TypedStep& step : stream.pattern->steps) {
    if (step.alias.empty() || step.is_hidden()) continue;
    shape.open = shape.open || step.shape.open;
    for (const ShapeField& field : step.shape.fields) {
      shape.fields.push_back({step.alias + "_" + field.name, field.type, true});
    }
  }
  for (const ShapeField& field : at.added.fields) {
    std::erase_if(shape.fields, [&](const ShapeField& known) { return known.name == field.name; });
    shape.fields.push_back(field);
  }
  return shape;
}

void Checker::CheckOperator(const ast::StreamOp& op, TypedStream& stream, Position& at) {
  const std::string& name = op.name.name;
  if (IsTimeBound(op)) return;  // CheckTimeBounds has its say
  if (at.window_open && !StaysBehindWindow(name)) OpenBatch(stream, at);
  if (CheckRowOperator(op, stream, at)) return;
  at.after_fork = false;
  if (name == "where" || name == "filter" || name == "having") return CheckWhere(op, stream, at);
  if (name == "select") return CheckSelect(op, stream, at);
  if (name == "emit") return CheckEmit(op, stream, at);
  if (name == "print") return CheckPrint(op, stream, at);
  if (name == "process") return CheckProcess(op, stream, at);
  if (name == "to") return CheckTo(op, stream, at);
  if (name == "context") return;  // AssignContexts has it already
  if (name == "pattern") return CheckPatternOperator(op, stream, at);
  if (name == "partition_by") return CheckPartitionBy(op, stream, at);
  if (name == "window") return CheckWindow(op, stream, at);
  if (name == "aggregate") return CheckAggregate(op, stream, at);
  if (name == "trend_aggregate") return CheckTrendAggregate(op, stream, at);
  if (name == "forecast") return CheckForecast(op, stream, at);
  if (name == "score") return CheckScore(op, at);
  if (name == "within" && !stream.pattern) {
    Report(DiagnosticKind::WithinOutsidePattern, op.name.span, "`.within` outside a pattern",
           "it needs arrows (A -> B) or a pattern as source");
    return;
  }
  if (ast::IsStreamOperator(name)) {
    return NotAvailable(op.name.span, fmt::format("`.{}`", name));
  }
  Report(DiagnosticKind::SyntaxError, op.name.span,
         fmt::format("unknown stream operator `.{}`", name),
         DidYouMean(diagnostics::ClosestName(name, ast::StreamOperators())));
}

void Checker::CheckWhere(const ast::StreamOp& op, TypedStream& stream, Position& at) {
  if (op.name.name == "having" && !at.has_aggregate) {
    Report(DiagnosticKind::HavingWithoutAggregate, op.name.span,
           "`.having` without a prior `.aggregate`", "add .aggregate(...) first, or use .where");
    return;
  }
  if (op.arguments.size() != 1 || !op.arguments.front().value) {
    Report(DiagnosticKind::InvalidArgument, op.span,
           fmt::format("`.{}` takes one condition", op.name.name));
    return;
  }
  const ast::Expr& written = *op.arguments.front().value;
  TypedExprPtr condition = FilterCondition(op, written, at.shape, at.scope);
  if (condition == nullptr) return;
  if (const auto* name = std::get_if<ast::NameExpr>(&written.node)) {
    Report(DiagnosticKind::BareCondition, written.span, "a bare field is used as condition",
           fmt::format("write the comparison: {} == true", name->name));
  }
  if (at.after_pattern && !at.changed_rows && op.name.name == "where") {
    std::vector<TypedExprPtr> conjuncts;
    std::vector<TypedExprPtr> rest;
    SplitConjuncts(condition, conjuncts);
    MoveEqualities(stream, conjuncts, rest);
    condition = JoinConjuncts(rest);
    if (condition == nullptr) return;
  }
  stream.operators.push_back(WhereOp{condition});
}

void Checker::CheckSelect(const ast::StreamOp& op, TypedStream& stream, Position& at) {
  SelectOp select;
  for (const ast::Argument& argument : op.arguments) {
    if (!argument.value) continue;
    std::string name = argument.name.empty() ? BareName(*argument.value) : argument.name.name;
    if (name.empty()) {
      Report(DiagnosticKind::SyntaxError, argument.span, "an item of `.select` needs a name",
             "name: expression");
      continue;
    }
    TypedExprPtr value = CheckExpr(*argument.value, at.scope);
    if (value == nullptr) continue;
    const SourceSpan written =
        argument.name.empty() ? BareSpan(*argument.value) : argument.name.span;
    if (!AddItem(select.items, {name, value, written})) {
      Report(DiagnosticKind::DuplicateOutputKey, argument.span,
             fmt::format("output key `{}` is written twice, the last one wins", name));
    }
  }
  SetRow(at, ShapeOfItems(select.items, stream.name));
  stream.operators.push_back(std::move(select));
}

void Checker::CheckEmit(const ast::StreamOp& op, TypedStream& stream, Position& at) {
  EmitOp emit;
  emit.as_type = !op.as_type.empty();
  emit.event_type = emit.as_type ? op.as_type.name : stream.name;
  if (emit.as_type && !event_decls_.empty() && !event_decls_.contains(op.as_type.name)) {
    std::vector<std::string> names;
    for (const auto& [event, unused] : event_decls_) names.push_back(event);
    std::string closest = diagnostics::ClosestName(op.as_type.name, names);
    Report(DiagnosticKind::UndeclaredEmitType, op.as_type.span,
           fmt::format("`.emit as {}`: no such event type is declared", op.as_type.name),
           closest.empty() ? fmt::format("declare it: event {}: ...", op.as_type.name)
                           : DidYouMean(closest));
  }
  NoteEmit(op);
  emit.all_fields = true;
  for (const ast::Argument& argument : op.arguments) {
    if (argument.name.name == "context" && !emit.context) {
      emit.context = ContextNamed(argument);
      if (emit.context) continue;
    }
    emit.all_fields = false;
    if (argument.name.empty() || !argument.value) {
      Report(DiagnosticKind::SyntaxError, argument.span, "an item of `.emit` needs a name",
             "name: expression");
      continue;
    }
    TypedExprPtr value = CheckExpr(*argument.value, at.scope);
    if (value == nullptr) continue;
    if (!AddItem(emit.items, {argument.name.name, value, argument.name.span})) {
      Report(
          DiagnosticKind::DuplicateOutputKey, argument.span,
          fmt::format("output key `{}` is written twice, the last one wins", argument.name.name));
    }
  }
  RowShape shape =
      emit.all_fields ? OutputShape(stream, at) : ShapeOfItems(emit.items, emit.event_type);
  shape.name = emit.event_type;
  emit.shape = shape;
  SetRow(at, std::move(shape));
  stream.operators.push_back(std::move(emit));
}

void Checker::CheckPrint(const ast::StreamOp& op, TypedStream& stream, Position& at) {
  PrintOp print;
  for (const ast::Argument& argument : op.arguments) {
    if (!argument.value) continue;
    TypedExprPtr value = CheckExpr(*argument.value, at.scope);
    if (value != nullptr) print.values.push_back(value);
  }
  stream.operators.push_back(std::move(print));
}

}  // namespace varpulis::sema
