// Calls of aggregate functions inside .aggregate (language.md 5.5, language-later.md 5.3).

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "compiler/sema/aggregate_kind.h"
#include "compiler/sema/checker.h"

namespace varpulis::sema {
namespace {

ir::Type ResultOf(AggregateKind kind, const std::vector<TypedExprPtr>& args) {
  switch (kind) {
    case AggregateKind::Count:
    case AggregateKind::CountDistinct:
      return ir::Type::Int;
    case AggregateKind::First:
    case AggregateKind::Last:
      return args.front()->type;
    case AggregateKind::Collect:
      return ir::Type::Any;
    case AggregateKind::Sum:
    case AggregateKind::Avg:
    case AggregateKind::Min:
    case AggregateKind::Max:
    case AggregateKind::Stddev:
    case AggregateKind::Variance:
    case AggregateKind::Median:
    case AggregateKind::Percentile:
    case AggregateKind::P50:
    case AggregateKind::P95:
    case AggregateKind::P99:
    case AggregateKind::Ema:
      return ir::Type::Float;
  }
  return ir::Type::Any;
}

std::string Usage(std::string_view name) {
  if (name == "ema") return "ema(field, 12): over about 12 events";
  if (name == "percentile") return "percentile(field, 0.95)";
  return fmt::format("{}(field)", name);
}

}  // namespace

// The second argument, as a float literal; null, reported, if it is none.
TypedExprPtr Checker::AggregateParameter(const std::string& name, const ast::Expr& written) {
  const TypedExprPtr value = CheckExpr(written, Scope());
  if (value == nullptr) return nullptr;
  const bool is_int = value->op == TypedOp::Int;
  const bool is_number = is_int || value->op == TypedOp::Float;
  const double number = is_int ? static_cast<double>(value->integer) : value->number;
  std::string help = Usage(name);
  if (name == "ema") {
    if (is_int && value->integer > 0) return value;
  } else if (is_number && number >= 0 && number <= 1) {
    return value;
  } else if (is_number && number > 1 && number <= 100) {
    help = fmt::format("a quantile is 0.0 to 1.0: write {}", number / 100);
  }
  Report(DiagnosticKind::AggregateNeedsParameter, written.span,
         fmt::format("the second argument of `{}` is {}", name,
                     name == "ema" ? "a positive whole number" : "a constant from 0.0 to 1.0"),
         std::move(help));
  return nullptr;
}

TypedExprPtr Checker::CheckAggregateCall(const std::string& name, SourceSpan name_span,
                                         const ast::CallExpr& call, const ast::Expr& e,
                                         const Scope& s) {
  AggregateKind kind = *FindAggregate(name);
  Scope inner = s;
  inner.inside_aggregate_call = true;
  std::vector<TypedExprPtr> args;
  const bool has_parameter = ArgumentOf(kind) == AggregateArgument::WithParameter;
  for (const ast::CallArgument& argument : call.arguments) {
    // count(distinct(e)) is count_distinct(e).
    const auto* nested = std::get_if<ast::CallExpr>(&argument.value->node);
    const auto* callee = nested ? std::get_if<ast::NameExpr>(&nested->callee->node) : nullptr;
    if (kind == AggregateKind::Count && callee && callee->name == "distinct" &&
        nested->arguments.size() == 1) {
      kind = AggregateKind::CountDistinct;
      args.push_back(CheckExpr(*nested->arguments.front().value, inner));
    } else if (has_parameter && args.size() == 1) {
      args.push_back(AggregateParameter(name, *argument.value));
    } else {
      args.push_back(CheckExpr(*argument.value, inner));
    }
  }
  if (std::find(args.begin(), args.end(), nullptr) != args.end()) return nullptr;
  if (has_parameter && args.size() != 2) {
    Report(DiagnosticKind::AggregateNeedsParameter, name_span,
           fmt::format("aggregate `{}` needs two arguments, {} given", name, args.size()),
           Usage(name));
    return nullptr;
  }
  if (args.empty() && ArgumentOf(kind) == AggregateArgument::Required) {
    Report(DiagnosticKind::AggregateNeedsArgument, name_span,
           fmt::format("aggregate `{}` needs an argument", name), Usage(name));
    return nullptr;
  }
  if (args.size() > 1 && !has_parameter) {
    Report(DiagnosticKind::BuiltinMisuse, name_span,
           fmt::format("aggregate `{}` takes one argument, {} given", name, args.size()));
    return nullptr;
  }
  const ir::Type type = ResultOf(kind, args);
  auto aggregate = MakeExpr(TypedOp::Aggregate, type, e.span, std::move(args));
  aggregate->index = static_cast<uint32_t>(kind);
  return aggregate;
}

}  // namespace varpulis::sema
