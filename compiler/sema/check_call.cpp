#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "compiler/ir/kernel.h"
#include "compiler/sema/aggregate_kind.h"
#include "compiler/sema/checker.h"

namespace varpulis::sema {
namespace {

// Names that mean another builtin (language.md 5.6).
std::string Canonical(const std::string& name) {
  static const std::unordered_map<std::string, std::string> kSynonyms = {
      {"lowercase", "lower"},  {"to_lower", "lower"}, {"uppercase", "upper"},
      {"to_upper", "upper"},   {"int", "to_int"},     {"float", "to_float"},
      {"str", "to_string"},    {"try_int", "to_int"}, {"try_float", "to_float"},
      {"if_null", "coalesce"}, {"count", "len"}};
  auto synonym = kSynonyms.find(name);
  return synonym == kSynonyms.end() ? name : synonym->second;
}

bool IsEach(const std::string& name) { return name == "map" || name == "filter"; }

bool TakesText(const std::string& name) {
  static const std::unordered_set<std::string> kText = {"lower",       "upper",     "trim",
                                                        "starts_with", "ends_with", "regex_match",
                                                        "split",       "replace",   "substring"};
  return kText.contains(name);
}

bool TakesNumber(const std::string& name) {
  static const std::unordered_set<std::string> kNumber = {"abs", "sqrt", "floor", "ceil",  "round",
                                                          "pow", "exp",  "log",   "log10", "sin",
                                                          "cos", "tan",  "clamp"};
  return kNumber.contains(name);
}

bool IsNumeric(const TypedExprPtr& e) {
  return e->type == ir::Type::Int || e->type == ir::Type::Float || e->type == ir::Type::Any;
}

// Static result of builtins whose type follows from their arguments.
ir::Type ResultOf(const ir::BuiltinDescription& builtin, const std::vector<TypedExprPtr>& args) {
  bool all_int = std::all_of(args.begin(), args.end(),
                             [](const TypedExprPtr& arg) { return arg->type == ir::Type::Int; });
  bool all_float = std::all_of(args.begin(), args.end(), [](const TypedExprPtr& arg) {
    return arg->type == ir::Type::Float;
  });
  if (builtin.name == "abs" || builtin.name == "min" || builtin.name == "max" ||
      builtin.name == "clamp") {
    return all_int ? ir::Type::Int : all_float ? ir::Type::Float : ir::Type::Any;
  }
  if (builtin.name == "round") return args.size() == 1 ? ir::Type::Int : ir::Type::Float;
  return builtin.result;
}

}  // namespace

TypedExprPtr Checker::Check(const ast::CallExpr& n, const ast::Expr& e, const Scope& s) {
  std::string name;
  SourceSpan name_span = n.callee->span;
  std::vector<TypedExprPtr> args;
  bool good = true;
  if (const auto* callee = std::get_if<ast::NameExpr>(&n.callee->node)) {
    name = callee->name;
    auto function = functions_.find(name);
    if (function != functions_.end()) return CallFunction(function->second, n, e, s);
    if (const ast::LambdaExpr* lambda = LambdaNamed(name, s)) {
      return CallLambda(*lambda, n, name, e, s);
    }
    if ((name == "event_time" || name == "now") && n.arguments.empty()) {
      return EventTimeCall(name, name_span, s);
    }
    if (IsEach(name) && n.arguments.size() == 2) {
      TypedExprPtr array = CheckExpr(*n.arguments[0].value, s);
      return CheckEach(name, name_span, std::move(array), *n.arguments[1].value, e, s);
    }
    if (TypedExprPtr value = CallOnElements(name, n, e, s)) return value;
    if (s.in_aggregate && !s.inside_aggregate_call && FindAggregate(name) &&
        !(n.arguments.size() > 1 && (name == "min" || name == "max"))) {
      return CheckAggregateCall(name, name_span, n, e, s);
    }
  } else if (const auto* member = std::get_if<ast::MemberExpr>(&n.callee->node)) {
    name = member->name;
    name_span = member->name_span;
    TypedExprPtr receiver = CheckExpr(*member->object, s);
    if (IsEach(name) && n.arguments.size() == 1) {
      return CheckEach(name, name_span, std::move(receiver), *n.arguments[0].value, e, s);
    }
    if (receiver == nullptr) good = false;
    args.push_back(receiver);
  } else {
    Report(DiagnosticKind::UnknownFunction, n.callee->span, "only named functions can be called");
    return nullptr;
  }
  for (const ast::CallArgument& argument : n.arguments) {
    TypedExprPtr value = CheckExpr(*argument.value, s);
    if (value == nullptr) good = false;
    args.push_back(value);
  }
  if (!good && ir::FindProgramBuiltin(Canonical(name)) >= 0) return nullptr;
  return CheckBuiltin(name, name_span, std::move(args), e);
}

// Functions of all elements of a closure (language-later.md 5.4). Null if the call is none.
TypedExprPtr Checker::CallOnElements(const std::string& name, const ast::CallExpr& n,
                                     const ast::Expr& e, const Scope& s) {
  static const std::unordered_map<std::string, std::string> kFunctions = {
      {"sum", "sum"},
      {"avg", "avg"},
      {"min", "min"},
      {"max", "max"},
      {"variance", "variance"},
      {"stddev", "array_stddev"},
      {"first", "first"},
      {"last", "last"},
      {"len", "len"},
      {"count", "len"},
      {"collect", ""},
      {"count_distinct", "array_distinct"},
      {"distinct_count", "array_distinct"}};
  const auto function = kFunctions.find(name);
  if (function == kFunctions.end() || n.arguments.size() != 1 || s.in_aggregate) return nullptr;
  TypedExprPtr elements = ElementsOf(*n.arguments[0].value, s);
  if (elements == nullptr || function->second.empty()) return elements;
  if (function->second == "len") {
    auto count = MakeExpr(TypedOp::ElementCount, ir::Type::Int, e.span);
    count->index = elements->index;
    return count;
  }
  const auto index = static_cast<uint32_t>(ir::FindBuiltin(function->second));
  auto call = MakeExpr(TypedOp::Call, ir::Builtins()[index].result, e.span, {std::move(elements)});
  call->index = index;
  return call;
}

TypedExprPtr Checker::CheckBuiltin(const std::string& name, SourceSpan name_span,
                                   std::vector<TypedExprPtr> args, const ast::Expr& e) {
  std::string canonical = Canonical(name);
  int index = ir::FindProgramBuiltin(canonical);
  if (index < 0) {
    if (declared_.contains("fn " + name)) return nullptr;  // the declaration was reported
    std::vector<std::string> names = {"map", "filter", "now", "event_time"};
    for (const ir::BuiltinDescription& builtin : ir::Builtins()) {
      if (!builtin.internal) names.emplace_back(builtin.name);
    }
    for (const auto& [function, unused] : functions_) names.push_back(function);
    Report(DiagnosticKind::UnknownFunction, name_span, fmt::format("unknown function `{}`", name),
           DidYouMean(diagnostics::ClosestName(name, names)));
    return nullptr;
  }
  const ir::BuiltinDescription& builtin = ir::Builtins()[static_cast<size_t>(index)];
  if (args.size() < builtin.min_arguments ||
      (builtin.max_arguments != 255 && args.size() > builtin.max_arguments)) {
    std::string expected =
        builtin.min_arguments == builtin.max_arguments
            ? fmt::format("{}", builtin.min_arguments)
            : fmt::format("{} to {}", builtin.min_arguments, builtin.max_arguments);
    if (builtin.max_arguments == 255) expected = fmt::format("at least {}", builtin.min_arguments);
    Report(DiagnosticKind::BuiltinMisuse, name_span,
           fmt::format("`{}` takes {} argument{}, {} given", name, expected,
                       expected == "1" ? "" : "s", args.size()));
    return nullptr;
  }
  if (!args.empty() && TakesNumber(canonical) && !IsNumeric(args.front())) {
    Report(DiagnosticKind::BuiltinMisuse, args.front()->span,
           fmt::format("`{}` needs a number, this is {}", name, VplTypeName(args.front()->type)));
    return nullptr;
  }
  if (!args.empty() && TakesText(canonical) && args.front()->type != ir::Type::Str &&
      args.front()->type != ir::Type::Any) {
    Report(DiagnosticKind::BuiltinMisuse, args.front()->span,
           fmt::format("`{}` needs text, this is {}", name, VplTypeName(args.front()->type)),
           "to_string(x) makes text of anything");
    return nullptr;
  }
  if (canonical == "regex_match" && args[1]->op == TypedOp::Str) {
    regexes_[args[1]->text].push_back(args[1]->span);
  }
  if (canonical == "is_null")
    return MakeExpr(TypedOp::IsNull, ir::Type::Bool, e.span, std::move(args));
  ir::Type type = ResultOf(builtin, args);
  auto call = MakeExpr(TypedOp::Call, type, e.span, std::move(args));
  call->index = static_cast<uint32_t>(index);
  return call;
}

}  // namespace varpulis::sema
