// .trend_aggregate: what it may close, what its items ask for, and the rows that it makes (language.md
// 8.1, language-later.md 8.1).

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "compiler/sema/checker.h"

namespace varpulis::sema {
namespace {

// Conditions that read all elements of a closure: no edge between two events could decide them.
const TypedExpr* ReadOfWholeClosure(const TypedExpr& expr) {
  if (expr.op == TypedOp::Elements || expr.op == TypedOp::ElementFields ||
      expr.op == TypedOp::ElementCount) {
    return &expr;
  }
  for (const TypedExprPtr& arg : expr.args) {
    if (const TypedExpr* read = ReadOfWholeClosure(*arg)) return read;
  }
  return nullptr;
}

bool HasAll(const PatternNode& node) {
  return node.kind == PatternNode::Kind::All ||
         std::any_of(node.parts.begin(), node.parts.end(), HasAll);
}

// The function and its only argument, as written.
struct WrittenItem {
  const ast::CallExpr* call = nullptr;
  const ast::NameExpr* callee = nullptr;
};
WrittenItem ReadItem(const ast::Expr& expr) {
  const auto* call = std::get_if<ast::CallExpr>(&expr.node);
  if (call == nullptr) return {};
  return {call, std::get_if<ast::NameExpr>(&call->callee->node)};
}

std::string Usage(TrendFunction function) {
  const std::string_view name = TrendFunctionName(function);
  switch (ArgumentOf(function)) {
    case TrendArgument::None:
      return fmt::format("{}()", name);
    case TrendArgument::Alias:
      return fmt::format("{}() or {}(alias)", name, name);
    case TrendArgument::Field:
      return fmt::format("{}(alias.field)", name);
  }
  return "";
}

}  // namespace

const ast::StreamOp* TrendOperator(const ast::StreamDecl& decl) {
  for (const ast::StreamItem& item : decl.items) {
    const auto* op = std::get_if<ast::StreamOp>(&item);
    if (op != nullptr && op->name.name == "trend_aggregate") return op;
  }
  return nullptr;
}

bool IsRuledOutByTrends(const ast::StreamOp& op) {
  const std::string& name = op.name.name;
  return name == "strategy" || name == "forecast" || SelectionOf(op) || EmissionNamed(name);
}

void Checker::ReportTrend(SourceSpan span, std::string message, std::string help) {
  Report(DiagnosticKind::IllegalTrend, span, std::move(message), std::move(help));
}

// False, reported, if the stream has no pattern whose trends could be summed up.
bool Checker::CheckTrendPlace(const ast::StreamOp& op, const TypedStream& stream,
                              const Position& at) {
  const SourceSpan span = op.name.span;
  if (stream.trend) {
    ReportTrend(span, "second `.trend_aggregate` of this stream", "give it a stream of its own");
    return false;
  }
  const ast::StreamDecl& decl = *stream_decls_[stream_index_.at(stream.name)];
  if (TrendOperator(decl) != &op) {
    ReportTrend(span, "`.trend_aggregate` in a path of `.fork`",
                "it makes rows of a whole pattern: let the fork stand behind it");
    return false;
  }
  if (!stream.pattern || stream.pattern->steps.empty()) {
    ReportTrend(span, "`.trend_aggregate` needs a pattern",
                "all Tick as t, or A as a -> all B as b");
    return false;
  }
  if (!stream.operators.empty() || !at.after_pattern || at.has_window) {
    ReportTrend(span, "`.trend_aggregate` does not stand directly behind its pattern",
                "conditions belong to the steps, everything else behind it");
    return false;
  }
  return true;
}

// What a pattern must be for its trends to be counted event by event.
bool Checker::CheckTrendPattern(const ast::StreamOp& op, const TypedPattern& pattern) {
  const SourceSpan span = op.name.span;
  const auto& steps = pattern.steps;
  bool good = true;
  const auto fails = [&](SourceSpan where, std::string message, std::string help) {
    ReportTrend(where, std::move(message), std::move(help));
    good = false;
  };
  if (std::none_of(steps.begin(), steps.end(),
                   [](const TypedStep& step) { return step.is_closure(); })) {
    fails(span, "`.trend_aggregate` needs a closure in its pattern", "write `all` before a step");
  }
  if (pattern.within <= 0)
    fails(span, "`.trend_aggregate` needs a `.within`", "add .within(1m) or another bound");
  const auto unavailable = [&](const char* what) {
    NotAvailable(span, what);
    good = false;
  };
  if (std::any_of(steps.begin(), steps.end(), [](const TypedStep& step) { return step.negated; })) {
    unavailable("`.trend_aggregate` of a pattern with a negation");
  }
  if (std::any_of(pattern.alternatives.begin(), pattern.alternatives.end(), HasAll))
    unavailable("`.trend_aggregate` of a pattern with `AND`");
  if (std::any_of(pattern.partition.begin(), pattern.partition.end(),
                  [](const NamedItem& key) { return key.value->op != TypedOp::Field; }))
    unavailable("`.trend_aggregate` with a computed `.partition_by`");
  for (const TypedStep& step : steps) {
    for (const auto* conjuncts : {&step.conjuncts, &step.more}) {
      for (const TypedExprPtr& conjunct : *conjuncts) {
        const TypedExpr* read = ReadOfWholeClosure(*conjunct);
        // Those of a closure's first element are asked of the others as well.
        const bool is_repeated = step.is_closure() && conjuncts == &step.conjuncts;
        if (read == nullptr || is_repeated) continue;
        fails(read->span, "this condition reads all elements of a closure",
              "in trends a condition relates an event to single events before it");
      }
    }
  }
  return good;
}

// The step that an argument speaks of: by its alias, or the only closure if it has none.
std::optional<uint32_t> Checker::TrendStep(const ast::Expr& argument, const TypedPattern& pattern) {
  if (const auto* member = std::get_if<ast::MemberExpr>(&argument.node)) {
    const auto* base = std::get_if<ast::NameExpr>(&member->object->node);
    if (base == nullptr) return std::nullopt;
    for (uint32_t i = 0; i < pattern.steps.size(); ++i) {
      if (pattern.steps[i].alias == base->name && !pattern.steps[i].negated) return i;
    }
    Report(DiagnosticKind::AliasNotBound, member->object->span,
           fmt::format("`{}` is no step of this pattern", base->name));
    return std::nullopt;
  }
  std::optional<uint32_t> closure;
  for (uint32_t i = 0; i < pattern.steps.size(); ++i) {
    if (!pattern.steps[i].is_closure()) continue;
    if (closure) {
      const std::string& alias = pattern.steps[*closure].alias;
      ReportTrend(argument.span, "which closure this field belongs to is not clear",
                  fmt::format("name it: {}.{}, or another one", alias.empty() ? "alias" : alias,
                              std::get<ast::NameExpr>(argument.node).name));
      return std::nullopt;
    }
    closure = i;
  }
  return closure;
}

// `alias.f`, or `f` of the only closure.
bool Checker::CheckTrendField(const ast::Expr& argument, const TypedPattern& pattern,
                              TrendItem& item) {
  const auto* member = std::get_if<ast::MemberExpr>(&argument.node);
  const auto* bare = std::get_if<ast::NameExpr>(&argument.node);
  if (bare == nullptr &&
      (member == nullptr || !std::holds_alternative<ast::NameExpr>(member->object->node))) {
    ReportTrend(argument.span,
                fmt::format("`{}` reads one field", TrendFunctionName(item.function)),
                Usage(item.function));
    return false;
  }
  const std::optional<uint32_t> step = TrendStep(argument, pattern);
  if (!step) return false;
  const RowShape& shape = pattern.steps[*step].shape;
  const std::string& name = bare != nullptr ? bare->name : member->name;
  const SourceSpan span = bare != nullptr ? argument.span : member->name_span;
  if (member != nullptr) {
    Note(NameKind::Alias, member->object->span, pattern.steps[*step].alias,
         pattern.steps[*step].alias_span);
  }
  NoteField(shape, name, span);
  item.step = *step;
  item.value = ReadField(shape, name, kCurrentRow, span);
  const ir::Type type = item.value->type;
  if (type == ir::Type::Any || type == ir::Type::Int || type == ir::Type::Float) return true;
  Report(DiagnosticKind::TypeMismatch, argument.span,
         fmt::format("`{}` needs a number, `{}` is a {}", TrendFunctionName(item.function), name,
                     VplTypeName(type)));
  return false;
}

bool Checker::CheckTrendAlias(const ast::Expr& argument, const TypedPattern& pattern,
                              TrendItem& item) {
  const auto* name = std::get_if<ast::NameExpr>(&argument.node);
  if (name == nullptr) {
    ReportTrend(argument.span, "`count_events` counts the events of a step",
                Usage(TrendFunction::CountEvents));
    return false;
  }
  std::vector<std::string> aliases;
  for (uint32_t i = 0; i < pattern.steps.size(); ++i) {
    const TypedStep& step = pattern.steps[i];
    if (!step.alias.empty()) aliases.push_back(step.alias);
    if (step.alias != name->name) continue;
    Note(NameKind::Alias, argument.span, step.alias, step.alias_span);
    item.step = i;
    return true;
  }
  Report(DiagnosticKind::AliasNotBound, argument.span,
         fmt::format("`{}` is no step of this pattern", name->name),
         DidYouMean(diagnostics::ClosestName(name->name, aliases)));
  return false;
}

bool Checker::CheckTrendFunction(const ast::Argument& argument, const TypedPattern& pattern,
                                 TrendItem& item) {
  const auto [call, callee] = ReadItem(*argument.value);
  if (callee == nullptr) {
    ReportTrend(argument.value->span, "an item of `.trend_aggregate` is one of its functions",
                "compute with the results behind it, in .where or .emit");
    return false;
  }
  const std::optional<TrendFunction> function = FindTrendFunction(callee->name);
  if (!function) {
    Report(DiagnosticKind::UnknownAggregate, call->callee->span,
           fmt::format("unknown trend function `{}` in `{}`", callee->name, argument.name.name),
           DidYouMean(diagnostics::ClosestName(callee->name, TrendFunctionNames())));
    return false;
  }
  item.function = *function;
  Note(NameKind::Aggregate, call->callee->span, callee->name, {});
  const TrendArgument wanted = ArgumentOf(*function);
  const auto& arguments = call->arguments;
  if (arguments.empty() && wanted == TrendArgument::Field) {
    Report(DiagnosticKind::AggregateNeedsArgument, call->callee->span,
           fmt::format("`{}` needs an argument", callee->name), Usage(*function));
    return false;
  }
  const size_t most = wanted == TrendArgument::None ? 0 : 1;
  if (arguments.size() > most || (!arguments.empty() && !arguments.front().name.empty())) {
    Report(DiagnosticKind::BuiltinMisuse, call->callee->span,
           fmt::format("`{}` takes {}", callee->name, most == 0 ? "no argument" : "one argument"),
           Usage(*function));
    return false;
  }
  if (arguments.empty()) return true;
  const ast::Expr& written = *arguments.front().value;
  return wanted == TrendArgument::Field ? CheckTrendField(written, pattern, item)
                                        : CheckTrendAlias(written, pattern, item);
}

void Checker::CheckTrendItem(const ast::Argument& argument, const TypedPattern& pattern,
                             TypedTrend& trend) {
  if (argument.name.empty() || !argument.value) {
    Report(DiagnosticKind::SyntaxError, argument.span, "an item of `.trend_aggregate` needs a name",
           "n: count_trends()");
    return;
  }
  if (argument.name.name == "updates") {
    const auto* flag = std::get_if<ast::BoolLiteral>(&argument.value->node);
    if (flag != nullptr) {
      trend.updates = flag->value;
      return;
    }
    Report(DiagnosticKind::BadParameterValue, argument.value->span, "`updates` is true or false",
           "a result of that name would be taken for the parameter");
    return;
  }
  const auto same_name = [&](const TrendItem& item) { return item.name == argument.name.name; };
  const auto first = std::find_if(trend.items.begin(), trend.items.end(), same_name);
  if (first != trend.items.end()) {
    Report(DiagnosticKind::DuplicateName, argument.name.span,
           fmt::format("duplicate item `{}`", argument.name.name), "", "",
           {{first->declared, "the first one"}});
    return;
  }
  TrendItem item;
  item.name = argument.name.name;
  item.declared = argument.name.span;
  if (CheckTrendFunction(argument, pattern, item)) trend.items.push_back(std::move(item));
}

// The row of a window's trends: what names it, the items, then its state and its key.
RowShape Checker::TrendShape(const TypedStream& stream) {
  RowShape shape;
  shape.name = stream.name;
  shape.fields = {{"stream", ir::Type::Str, false}, {"query_id", ir::Type::Int, false}};
  const auto add = [&](const std::string& name, ir::Type type, bool optional,
                       SourceSpan declared = {}) {
    for (ShapeField& field : shape.fields) {
      if (field.name != name) continue;
      field = {name, type, optional, declared};
      return;
    }
    shape.fields.push_back({name, type, optional, declared});
  };
  const auto is_item = [&](const std::string& name) {
    return std::any_of(stream.trend->items.begin(), stream.trend->items.end(),
                       [&](const TrendItem& item) { return item.name == name; });
  };
  for (const TrendItem& item : stream.trend->items)
    add(item.name, item.type(), item.type() == ir::Type::Float, item.declared);
  const auto add_own = [&](const std::string& name, ir::Type type, bool optional) {
    if (!is_item(name)) add(name, type, optional);
  };
  add_own("is_final", ir::Type::Bool, false);
  add_own("overflow", ir::Type::Bool, true);
  const auto& keys = stream.pattern->partition;
  if (!keys.empty()) add_own("_partition", ir::Type::Str, false);
  for (const NamedItem& key : keys) add_own(key.name, ir::Type::Any, true);
  return shape;
}

void Checker::CheckTrendAggregate(const ast::StreamOp& op, TypedStream& stream, Position& at) {
  if (!CheckTrendPlace(op, stream, at)) return;
  const ast::StreamDecl& decl = *stream_decls_[stream_index_.at(stream.name)];
  for (const ast::StreamItem& item : decl.items) {
    const auto* other = std::get_if<ast::StreamOp>(&item);
    if (other == nullptr || !IsRuledOutByTrends(*other)) continue;
    ReportTrend(other->name.span, fmt::format("`.{}` beside `.trend_aggregate`", other->name.name),
                "trends are all matches that skipping events can make; leave it out");
  }
  CheckTrendPattern(op, *stream.pattern);
  TypedTrend trend;
  for (const ast::Argument& argument : op.arguments)
    CheckTrendItem(argument, *stream.pattern, trend);
  if (op.arguments.empty()) {
    ReportTrend(op.span, "`.trend_aggregate` asks for nothing",
                "name what it should say: n: count_trends()");
  }
  stream.trend = std::move(trend);
  at.keys = KeysOf(stream, at);
  SetRow(at, TrendShape(stream));
}

}  // namespace varpulis::sema
