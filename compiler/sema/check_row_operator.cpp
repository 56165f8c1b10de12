// Operators that take one row at a time and keep no window: limit first distinct map concurrent
// on_error, and the lambdas of map and filter.

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "compiler/sema/checker.h"

namespace varpulis::sema {

bool Checker::CheckRowOperator(const ast::StreamOp& op, TypedStream& stream, Position& at) {
  using Check = void (Checker::*)(const ast::StreamOp&, TypedStream&, Position&);
  static const std::map<std::string, Check> kChecks = {{"limit", &Checker::CheckLimit},
                                                       {"first", &Checker::CheckFirst},
                                                       {"distinct", &Checker::CheckDistinct},
                                                       {"map", &Checker::CheckMap},
                                                       {"concurrent", &Checker::CheckConcurrent},
                                                       {"on_error", &Checker::CheckOnError},
                                                       {"order_by", &Checker::CheckOrderBy},
                                                       {"collect", &Checker::CheckCollect},
                                                       {"log", &Checker::CheckLog},
                                                       {"tap", &Checker::CheckTap},
                                                       {"alert", &Checker::CheckAlert},
                                                       {"enrich", &Checker::CheckEnrich},
                                                       {"fork", &Checker::CheckFork},
                                                       {"all", &Checker::CheckCombiner},
                                                       {"any", &Checker::CheckCombiner}};
  const std::string& name = op.name.name;
  const auto check = kChecks.find(name);
  if (check == kChecks.end()) return false;
  (this->*check->second)(op, stream, at);
  if (name != "fork") at.after_fork = false;
  return true;
}

std::optional<int64_t> Checker::PositiveInt(const ast::Expr& expr, const std::string& what) {
  const TypedExprPtr value = CheckExpr(expr, Scope());
  if (value == nullptr) return std::nullopt;
  if (value->op == TypedOp::Int && value->integer > 0) return value->integer;
  Report(DiagnosticKind::InvalidArgument, expr.span, what + " is a positive whole number",
         "for example 10");
  return std::nullopt;
}

void Checker::CheckLimit(const ast::StreamOp& op, TypedStream& stream, Position& at) {
  at.changed_rows = true;
  const bool one =
      op.arguments.size() == 1 && op.arguments[0].value && op.arguments[0].name.empty();
  if (!one) {
    Report(DiagnosticKind::InvalidArgument, op.span, "`.limit` takes one number of rows",
           ".limit(10)");
    return;
  }
  const auto rows = PositiveInt(*op.arguments[0].value, "the argument of `.limit`");
  if (rows) stream.operators.push_back(LimitOp{*rows});
}

void Checker::CheckFirst(const ast::StreamOp& op, TypedStream& stream, Position& at) {
  if (!op.arguments.empty()) {
    Report(DiagnosticKind::InvalidArgument, op.span, "`.first` takes no argument",
           ".limit(n) passes more than one row");
    return;
  }
  if (at.after_fork) return CheckCombiner(op, stream, at);
  at.changed_rows = true;
  stream.operators.push_back(LimitOp{1});
}

void Checker::CheckDistinct(const ast::StreamOp& op, TypedStream& stream, Position& at) {
  at.changed_rows = true;
  DistinctOp distinct;
  if (!op.arguments.empty()) {
    const ast::Argument& argument = op.arguments.front();
    if (op.arguments.size() > 1 || !argument.value || !argument.name.empty()) {
      Report(DiagnosticKind::InvalidArgument, op.span, "`.distinct` takes at most one key",
             "an array is one key of several values: .distinct([a, b])");
      return;
    }
    distinct.key = CheckExpr(*argument.value, at.scope);
    if (distinct.key == nullptr) return;
  }
  stream.operators.push_back(std::move(distinct));
}

// A body that is one expression reads the row's fields by name and keeps their types; one with
// statements is a function of the event as a map.
TypedExprPtr Checker::ApplyToRow(const ast::StreamOp& op, const ast::Expr& written,
                                 const RowShape& shape, const Scope& scope) {
  const auto* lambda = std::get_if<ast::LambdaExpr>(&written.node);
  if (lambda == nullptr || lambda->parameters.size() != 1) {
    Report(DiagnosticKind::InvalidArgument, written.span,
           fmt::format("`.{}` takes a lambda with one parameter, the event", op.name.name),
           fmt::format(".{}(x => ...)", op.name.name));
    return nullptr;
  }
  if (lambda->body) {
    Scope inner = scope;
    inner.aliases.push_back(
        {lambda->parameters.front(), &shape, kCurrentRow, lambda->parameter_spans.front(), true});
    return CheckExpr(*lambda->body, inner);
  }
  std::optional<Lifted> lifted = Lift(*lambda, written.span, scope);
  if (!lifted) return nullptr;
  auto call = MakeExpr(TypedOp::CallFunction, ir::Type::Any, written.span,
                       {MakeExpr(TypedOp::Event, ir::Type::Any, written.span)});
  call->index = lifted->function;
  call->text = op.name.name;
  for (TypedExprPtr& capture : lifted->captures) call->args.push_back(std::move(capture));
  return call;
}

TypedExprPtr Checker::FilterCondition(const ast::StreamOp& op, const ast::Expr& written,
                                      const RowShape& shape, const Scope& scope) {
  const auto* lambda = std::get_if<ast::LambdaExpr>(&written.node);
  if (op.name.name != "filter" || lambda == nullptr) return CheckCondition(written, scope);
  if (!lambda->body || lambda->parameters.size() != 1) {
    return ApplyToRow(op, written, shape, scope);
  }
  Scope inner = scope;
  inner.aliases.push_back(
      {lambda->parameters.front(), &shape, kCurrentRow, lambda->parameter_spans.front(), true});
  return CheckCondition(*lambda->body, inner);
}

void Checker::CheckMap(const ast::StreamOp& op, TypedStream& stream, Position& at) {
  if (op.arguments.size() != 1 || !op.arguments[0].value || !op.arguments[0].name.empty()) {
    Report(DiagnosticKind::InvalidArgument, op.span, "`.map` takes one lambda",
           ".map(x => { total: x.price * x.count })");
    return;
  }
  const TypedExprPtr value = ApplyToRow(op, *op.arguments[0].value, at.shape, at.scope);
  RowShape shape;
  shape.name = stream.name;
  if (value == nullptr) {
    shape.open = true;  // nothing is known, so nothing is missing
  } else if (value->op == TypedOp::Map || value->type != ir::Type::Any) {
    SelectOp select;
    for (size_t i = 0; i < value->keys.size(); ++i) {
      select.items.push_back({value->keys[i], value->args[i]});
    }
    if (value->op != TypedOp::Map) select.items.push_back({"value", value});
    for (const NamedItem& item : select.items) {
      shape.fields.push_back({item.name, item.value->type, true});
    }
    stream.operators.push_back(std::move(select));
  } else {
    shape.open = true;
    stream.operators.push_back(MapOp{value});
  }
  SetRow(at, std::move(shape));
}

void Checker::CheckConcurrent(const ast::StreamOp& op, TypedStream& stream, Position& at) {
  ConcurrentOp concurrent;
  for (const ast::Argument& argument : op.arguments) {
    const std::string& name = argument.name.name;
    const SourceSpan span = argument.name.empty() ? argument.span : argument.name.span;
    if (name == "workers" && argument.value) {
      const TypedExprPtr workers = CheckExpr(*argument.value, Scope());
      const bool good = workers && workers->op == TypedOp::Int && workers->integer > 0;
      if (good) concurrent.workers = workers->integer;
      if (good || workers == nullptr) continue;
      Report(DiagnosticKind::BadConcurrency, argument.value->span,
             "`workers:` of `.concurrent` is a positive whole number", "workers: 4");
      return;
    }
    if (name == "partition_by" && argument.value) {
      concurrent.key = CheckExpr(*argument.value, at.scope);
      continue;
    }
    Report(DiagnosticKind::BadConcurrency, span,
           name.empty() ? std::string("a parameter of `.concurrent` needs a name")
                        : fmt::format("unknown parameter `{}` for `.concurrent`", name),
           "workers: n, and optionally partition_by: field");
    return;
  }
  if (concurrent.workers == 0) {
    Report(DiagnosticKind::BadConcurrency, op.span, "`.concurrent` needs `workers:`",
           ".concurrent(workers: 4)");
    return;
  }
  stream.operators.push_back(std::move(concurrent));
}

void Checker::CheckOnError(const ast::StreamOp& op, TypedStream& stream, Position& at) {
  constexpr const char* kPolicies = "\"skip\", \"null\", \"stop\"";
  const bool one =
      op.arguments.size() == 1 && op.arguments[0].value && op.arguments[0].name.empty();
  if (!one) {
    Report(DiagnosticKind::InvalidArgument, op.span, "`.on_error` takes one handler", kPolicies);
    return;
  }
  const ast::Expr& written = *op.arguments[0].value;
  if (const auto* lambda = std::get_if<ast::LambdaExpr>(&written.node))
    return CheckErrorHandler(*lambda, written.span, stream, at);
  const TypedExprPtr value = CheckExpr(written, Scope());
  if (value == nullptr) return;
  for (ir::ErrorPolicy policy :
       {ir::ErrorPolicy::Null, ir::ErrorPolicy::Skip, ir::ErrorPolicy::Stop}) {
    if (value->op != TypedOp::Str || value->text != ir::PolicyName(policy)) continue;
    at.changed_rows = at.changed_rows || policy != ir::ErrorPolicy::Null;
    stream.operators.push_back(OnErrorOp{policy, nullptr});
    return;
  }
  Report(DiagnosticKind::BadParameterValue, written.span,
         fmt::format("the handler of `.on_error` is {} or a lambda", kPolicies),
         value->op == TypedOp::Str
             ? DidYouMean(diagnostics::ClosestName(value->text, {"skip", "null", "stop"}))
             : std::string());
}

// `.on_error(err => e)`. Whatever has failed, the handler reads its row as a whole; behind it a row is
// one that did not fail, or what the handler made of one.
void Checker::CheckErrorHandler(const ast::LambdaExpr& lambda, SourceSpan span, TypedStream& stream,
                                Position& at) {
  const auto before =
      std::find_if(stream.operators.rbegin(), stream.operators.rend(),
                   [](const TypedOperator& op) { return std::holds_alternative<OnErrorOp>(op); });
  const bool has_fork = std::any_of(stream.operators.rbegin(), before, [](const TypedOperator& op) {
    return std::holds_alternative<ForkOp>(op);
  });
  if (has_fork) return NotAvailable(span, "a lambda as handler of what a `.fork` does");
  if (at.after_pattern || at.scope.join != nullptr)
    return NotAvailable(span, "a lambda as handler of operators on a match");
  if (lambda.parameters.size() != 1) {
    Report(DiagnosticKind::InvalidArgument, span, "the handler of `.on_error` has one parameter",
           "err => null");
    return;
  }
  // It sees the program's names, but no field: those are in err.event.
  const std::optional<Lifted> lifted = Lift(lambda, span, Scope());
  if (!lifted) return;
  const auto told = [&](const char* builtin) {
    auto call = MakeExpr(TypedOp::Call, ir::Type::Str, span);
    call->index = static_cast<uint32_t>(ir::FindBuiltin(builtin));
    return call;
  };
  auto err = MakeExpr(TypedOp::Map, ir::Type::Any, span,
                      {told("handled_stage"), told("handled_error"),
                       MakeExpr(TypedOp::Event, ir::Type::Any, span)});
  err->keys = {"stage", "message", "event"};
  auto value = MakeExpr(TypedOp::CallFunction, ir::Type::Any, span, {std::move(err)});
  value->index = lifted->function;
  value->text = "on_error";
  for (const TypedExprPtr& capture : lifted->captures) value->args.push_back(capture);
  stream.operators.push_back(OnErrorOp{ir::ErrorPolicy::Handle, std::move(value)});
  RowShape shape = at.shape;
  for (ShapeField& field : shape.fields) {
    field.type = ir::Type::Any;
    field.optional = true;
  }
  shape.open = true;
  SetRow(at, std::move(shape));
}

}  // namespace varpulis::sema
