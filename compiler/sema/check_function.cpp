// Functions, lambdas and their calls. A free name of a function becomes a hidden parameter, so that
// bodies never read an event: every call passes the field from where it stands. Lambdas are lifted to
// functions in the same way; what they capture are parameters.

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/limits.h"
#include "compiler/ir/kernel.h"
#include "compiler/sema/checker.h"
#include "compiler/sema/order.h"

namespace varpulis::sema {
namespace {

// The hidden parameter that stands for the time of the event at hand; no field can have this name.
constexpr const char* kTimeName = "@time";

bool Fits(ir::Type from, ir::Type to) {
  return from == to || from == ir::Type::Any || to == ir::Type::Any ||
         (from == ir::Type::Int && to == ir::Type::Float);
}

}  // namespace

void Checker::CollectFunction(const ast::FunctionDecl& function) {
  if (!function.wasm_path.empty()) {
    NotAvailable(function.name.span, "a WebAssembly function");
    return;
  }
  if (ir::FindProgramBuiltin(function.name.name) >= 0) {
    Report(DiagnosticKind::NameShadows, function.name.span,
           fmt::format("`{}` hides the builtin of that name", function.name.name),
           "calls get this function everywhere in the program");
  }
  FunctionInfo info;
  info.decl = &function;
  info.index = static_cast<uint32_t>(program_.functions.size());
  functions_.emplace(function.name.name, std::move(info));
  TypedFunction typed;
  typed.name = function.name.name;
  program_.functions.push_back(std::move(typed));
}

// Signatures, and what each function needs from its callers: its own free names and those of the
// functions that it calls.
void Checker::DeclareFunctions() {
  std::map<std::string, std::set<std::string>> calls;
  for (auto& [name, info] : functions_) {
    TypedFunction& typed = program_.functions[info.index];
    if (info.decl->result) typed.result = FieldType(*info.decl->result);
    BodyNames names = NamesOf(*info.decl);
    for (const std::string& free : names.free) {
      if (!globals_.contains(free) && !names.assigned.contains(free)) info.hidden.insert(free);
    }
    if (names.reads_time) info.hidden.insert(kTimeName);
    info.emitted = std::move(names.emitted);
    calls[name] = std::move(names.called);
    EmittedFields(*info.decl, emitted_fields_);
  }
  for (bool changed = true; changed;) {
    changed = false;
    for (auto& [name, info] : functions_) {
      const size_t before = info.hidden.size() + info.emitted.size();
      if (info.hidden.size() > limits::kMaxHiddenParameters) continue;
      for (const std::string& callee : calls[name]) {
        auto called = functions_.find(callee);
        if (called == functions_.end() || called->first == name) continue;
        info.hidden.insert(called->second.hidden.begin(), called->second.hidden.end());
        info.emitted.insert(called->second.emitted.begin(), called->second.emitted.end());
      }
      changed |= info.hidden.size() + info.emitted.size() != before;
    }
  }
}

void Checker::CheckFunctions() {
  for (auto& [name, info] : functions_) {
    if (info.hidden.size() <= limits::kMaxHiddenParameters) continue;
    info.hidden.clear();
    Report(DiagnosticKind::ProgramTooLarge, info.decl->name.span,
           fmt::format("`{}` and what it calls read more than {} fields implicitly", name,
                       limits::kMaxHiddenParameters),
           "pass them as parameters");
  }
  for (const auto& statement : ast_.statements) {
    const auto* decl = std::get_if<ast::FunctionDecl>(&statement->node);
    if (decl == nullptr) continue;
    auto info = functions_.find(decl->name.name);
    if (info != functions_.end() && info->second.decl == decl) CheckFunction(info->second);
  }
}

void Checker::CheckFunction(const FunctionInfo& info) {
  TypedFunction typed;
  typed.name = info.decl->name.name;
  typed.result = program_.functions[info.index].result;
  FunctionScope function;
  function.kind = BodyKind::Function;
  function.body = &typed.body;
  function.blocks.emplace_back();
  for (const ast::Parameter& parameter : info.decl->parameters) {
    if (function.blocks.back().contains(parameter.name.name)) {
      Report(DiagnosticKind::DeclaredTwice, parameter.name.span,
             fmt::format("parameter `{}` occurs twice", parameter.name.name));
      continue;
    }
    const uint32_t local = function.AddLocal(parameter.name.name, FieldType(parameter.type));
    function.blocks.back()[parameter.name.name] = {local, false, parameter.name.span, nullptr};
    typed.parameters.push_back(local);
  }
  for (const std::string& name : info.hidden) {
    const ir::Type type = name == kTimeName ? ir::Type::Timestamp : ir::Type::Any;
    const uint32_t local = function.AddLocal(name, type);
    function.hidden[name] = local;
    typed.parameters.push_back(local);
  }
  Scope scope;
  scope.function = &function;
  typed.body.statements = CheckBlock(info.decl->body, scope);
  program_.functions[info.index] = std::move(typed);
}

// --- names ---------------------------------------------------------------------------------------

TypedExprPtr Checker::ReadLocal(const FunctionScope& function, uint32_t local, SourceSpan span) {
  const TypedLocal& variable = function.body->locals[local];
  auto read = MakeExpr(TypedOp::Local, variable.type, span);
  read->text = variable.name;
  read->index = local;
  return read;
}

// A value of the surroundings inside a lambda: constants are the same everywhere, the rest is captured.
TypedExprPtr Checker::Capture(FunctionScope& lambda, TypedExprPtr value) {
  if (value == nullptr || IsLiteral(value->op) || value->op == TypedOp::Global) return value;
  std::string text = Print(*value);
  for (const FunctionScope::Capture& known : lambda.captures) {
    if (known.text == text) return ReadLocal(lambda, known.local, value->span);
  }
  const uint32_t local = lambda.AddLocal(
      value->text.empty() ? fmt::format("captured{}", lambda.captures.size() + 1) : value->text,
      value->type);
  const SourceSpan span = value->span;
  lambda.captures.push_back({std::move(text), std::move(value), local});
  return ReadLocal(lambda, local, span);
}

// Whether `name.f` reads a field of an event that the surroundings call so.
bool Checker::IsAlias(const std::string& name, const Scope& scope) {
  if (scope.function != nullptr) {
    if (scope.function->Find(name) != nullptr) return false;
    return scope.function->outer != nullptr && IsAlias(name, *scope.function->outer);
  }
  auto is = [&](const std::string& other) { return other == name; };
  return std::any_of(scope.aliases.begin(), scope.aliases.end(),
                     [&](const Scope::Alias& alias) { return alias.name == name; }) ||
         std::any_of(scope.later_aliases.begin(), scope.later_aliases.end(), is);
}

TypedExprPtr Checker::NameInFunction(const ast::NameExpr& n, const ast::Expr& e, const Scope& s) {
  FunctionScope& function = *s.function;
  if (!n.backticked) {
    if (const FunctionScope::Variable* variable = function.Find(n.name)) {
      if (variable->lambda != nullptr) return LambdaAsValue(e.span);
      return ReadLocal(function, variable->local, e.span);
    }
  }
  if (function.outer != nullptr) return Capture(function, CheckExpr(e, *function.outer));
  if (!n.backticked) {
    if (TypedExprPtr global = ReadGlobal(n.name, e.span)) return global;
  }
  auto hidden = function.hidden.find(n.name);
  if (hidden == function.hidden.end()) return UnknownName(n.name, e.span, s);
  if (std::find(function.reported.begin(), function.reported.end(), n.name) ==
      function.reported.end()) {
    function.reported.push_back(n.name);
    Report(DiagnosticKind::ImplicitEventField, e.span,
           fmt::format("this function reads field `{}` of the event implicitly", n.name),
           "pass it as a parameter");
  }
  return ReadLocal(function, hidden->second, e.span);
}

// What a call passes for a hidden parameter of the callee.
TypedExprPtr Checker::ReadHidden(const std::string& name, SourceSpan span, const Scope& s) {
  if (s.function != nullptr) {
    FunctionScope& function = *s.function;
    if (function.outer != nullptr) {
      return Capture(function, ReadHidden(name, span, *function.outer));
    }
    auto hidden = function.hidden.find(name);
    if (hidden != function.hidden.end()) return ReadLocal(function, hidden->second, span);
    return MakeExpr(TypedOp::Null, ir::Type::Any, span);
  }
  if (name == kTimeName) {
    if (s.row == nullptr) return MakeExpr(TypedOp::Null, ir::Type::Any, span);
    return MakeExpr(TypedOp::EventTime, ir::Type::Timestamp, span);
  }
  if (s.row == nullptr) return MakeExpr(TypedOp::Null, ir::Type::Any, span);
  return Check(ast::NameExpr{name, true}, ast::Expr(span, ast::NameExpr{name, true}), s);
}

TypedExprPtr Checker::EventTimeCall(const std::string& name, SourceSpan span, const Scope& s) {
  if (name == "now" && (s.row != nullptr || s.function != nullptr)) {
    Report(DiagnosticKind::WallClockInRule, span,
           "`now()` is the wall clock when live and the event's time in a replay",
           "event_time() is the event's time always");
  }
  return ReadHidden(kTimeName, span, s);
}

// --- lambdas -------------------------------------------------------------------------------------

TypedExprPtr Checker::LambdaAsValue(SourceSpan span) {
  Report(DiagnosticKind::TypeMismatch, span, "a lambda is no value",
         "call it, or hand it to filter() or map()");
  return nullptr;
}

TypedExprPtr Checker::Check(const ast::LambdaExpr&, const ast::Expr& e, const Scope&) {
  return LambdaAsValue(e.span);
}

std::optional<Checker::Lifted> Checker::Lift(const ast::LambdaExpr& lambda, SourceSpan span,
                                             const Scope& s) {
  if (++lambda_count_ > limits::kMaxLambdas) {
    if (lambda_count_ == limits::kMaxLambdas + 1) {
      Report(DiagnosticKind::ProgramTooLarge, span,
             fmt::format("more than {} uses of lambdas, those inside of lambdas included",
                         limits::kMaxLambdas),
             "write functions");
    }
    return std::nullopt;
  }
  TypedFunction typed;
  typed.name = fmt::format("lambda{}", lambda_count_);
  FunctionScope function;
  function.kind = BodyKind::Lambda;
  function.body = &typed.body;
  function.outer = &s;
  function.blocks.emplace_back();
  for (const std::string& parameter : lambda.parameters) {
    const uint32_t local = function.AddLocal(parameter, ir::Type::Any);
    const SourceSpan declared = lambda.parameter_spans[typed.parameters.size()];
    function.blocks.back()[parameter] = {local, false, declared, nullptr};
    typed.parameters.push_back(local);
  }
  Scope scope;
  scope.function = &function;
  const size_t errors = diagnostics_.errors();
  if (lambda.body) {
    TypedExprPtr value = CheckExpr(*lambda.body, scope);
    typed.body.statements.push_back({lambda.body->span, ReturnValue{value}});
  } else {
    typed.body.statements = CheckBlock(lambda.block, scope);
  }
  if (diagnostics_.errors() != errors) return std::nullopt;
  Lifted lifted;
  for (FunctionScope::Capture& capture : function.captures) {
    typed.parameters.push_back(capture.local);
    lifted.captures.push_back(std::move(capture.value));
  }
  lifted.function = static_cast<uint32_t>(program_.functions.size());
  typed.ordered = IsOrderedBody(program_, typed.body);
  program_.functions.push_back(std::move(typed));
  return lifted;
}

const ast::LambdaExpr* Checker::LambdaNamed(const std::string& name, const Scope& s) const {
  for (const Scope* scope = &s; scope != nullptr && scope->function != nullptr;
       scope = scope->function->outer) {
    const FunctionScope::Variable* variable = scope->function->Find(name);
    if (variable != nullptr) return variable->lambda;
  }
  auto global = globals_.find(name);
  return global == globals_.end() ? nullptr : global->second.lambda;
}

TypedExprPtr Checker::CheckEach(const std::string& name, SourceSpan name_span, TypedExprPtr array,
                                const ast::Expr& second, const ast::Expr& e, const Scope& s) {
  const auto* lambda = std::get_if<ast::LambdaExpr>(&second.node);
  if (const auto* named = std::get_if<ast::NameExpr>(&second.node)) {
    lambda = LambdaNamed(named->name, s);
  }
  const size_t parameters = lambda == nullptr ? 0 : lambda->parameters.size();
  if (parameters < 1 || parameters > 2) {
    Report(DiagnosticKind::BuiltinMisuse, second.span,
           fmt::format("`{}` needs a lambda of one or two parameters here", name),
           fmt::format("{}(x => ...)", name));
    return nullptr;
  }
  if (array != nullptr && array->type != ir::Type::Any) {
    Report(DiagnosticKind::BuiltinMisuse, name_span,
           fmt::format("`{}` needs an array, this is {}", name, VplTypeName(array->type)));
    return nullptr;
  }
  std::optional<Lifted> lifted = Lift(*lambda, second.span, s);
  if (array == nullptr || !lifted) return nullptr;
  auto each =
      MakeExpr(name == "map" ? TypedOp::MapEach : TypedOp::FilterEach, ir::Type::Any, e.span);
  each->index = lifted->function;
  each->text = program_.functions[lifted->function].name;
  each->pair = parameters == 2;
  each->args.push_back(std::move(array));
  for (TypedExprPtr& capture : lifted->captures) each->args.push_back(std::move(capture));
  return each;
}

// --- calls ---------------------------------------------------------------------------------------

TypedExprPtr Checker::CallLambda(const ast::LambdaExpr& lambda, const ast::CallExpr& call,
                                 const std::string& name, const ast::Expr& e, const Scope& s) {
  if (call.arguments.size() != lambda.parameters.size()) {
    Report(DiagnosticKind::WrongArgumentCount, call.callee->span,
           fmt::format("`{}` expects {} argument{}, {} given", name, lambda.parameters.size(),
                       lambda.parameters.size() == 1 ? "" : "s", call.arguments.size()));
    return nullptr;
  }
  if (++lambda_depth_ > kMaxLambdaDepth) {
    --lambda_depth_;
    Report(DiagnosticKind::UnknownFunction, call.callee->span,
           fmt::format("`{}` calls itself, which a lambda cannot", name), "write a fn");
    return nullptr;
  }
  std::optional<Lifted> lifted = Lift(lambda, call.callee->span, s);
  --lambda_depth_;
  auto expr = MakeExpr(TypedOp::CallFunction, ir::Type::Any, e.span);
  bool good = lifted.has_value();
  for (const ast::CallArgument& argument : call.arguments) {
    expr->args.push_back(CheckExpr(*argument.value, s));
    good = good && expr->args.back() != nullptr;
  }
  if (!good) return nullptr;
  expr->index = lifted->function;
  expr->text = name;
  for (TypedExprPtr& capture : lifted->captures) expr->args.push_back(std::move(capture));
  return expr;
}

bool Checker::CheckArgument(const ast::Parameter& parameter, ir::Type type,
                            const TypedExprPtr& value) {
  if (value == nullptr) return false;
  if (value->op == TypedOp::Null || Fits(value->type, type)) return true;
  Report(DiagnosticKind::BuiltinMisuse, value->span,
         fmt::format("parameter `{}` is {}, this is {}", parameter.name.name, VplTypeName(type),
                     VplTypeName(value->type)),
         "", "", {{parameter.name.span, "declared here"}});
  return false;
}

TypedExprPtr Checker::CallFunction(const FunctionInfo& info, const ast::CallExpr& call,
                                   const ast::Expr& e, const Scope& s) {
  const ast::FunctionDecl& decl = *info.decl;
  if (!info.emitted.empty() && !MayEmit(s)) {
    Report(DiagnosticKind::StatementNotAllowedHere, call.callee->span,
           fmt::format("`{}` emits events, which only `.process` collects", decl.name.name),
           fmt::format(".process({}(...))", decl.name.name));
    return nullptr;
  }
  if (call.arguments.size() != decl.parameters.size()) {
    Report(DiagnosticKind::WrongArgumentCount, call.callee->span,
           fmt::format("function `{}` expects {} argument{}, {} given", decl.name.name,
                       decl.parameters.size(), decl.parameters.size() == 1 ? "" : "s",
                       call.arguments.size()),
           "", "", {{decl.name.span, "declared here"}});
    return nullptr;
  }
  auto expr = MakeExpr(TypedOp::CallFunction, program_.functions[info.index].result, e.span);
  expr->index = info.index;
  expr->text = decl.name.name;
  expr->args.resize(call.arguments.size());
  bool good = true;
  for (size_t i = 0; i < call.arguments.size(); ++i) {
    const ast::CallArgument& argument = call.arguments[i];
    size_t position = i;
    if (!argument.name.empty()) {
      for (position = 0; position < decl.parameters.size(); ++position) {
        if (decl.parameters[position].name.name == argument.name) break;
      }
    }
    if (position == decl.parameters.size() || expr->args[position] != nullptr) {
      std::vector<std::string> names;
      for (const ast::Parameter& parameter : decl.parameters) names.push_back(parameter.name.name);
      Report(DiagnosticKind::WrongArgumentCount, argument.value->span,
             fmt::format("function `{}` has no parameter left for this argument", decl.name.name),
             DidYouMean(diagnostics::ClosestName(argument.name, names)));
      good = false;
      continue;
    }
    TypedExprPtr value = CheckExpr(*argument.value, s);
    const ast::Parameter& parameter = decl.parameters[position];
    good = CheckArgument(parameter, FieldType(parameter.type), value) && good;
    expr->args[position] = std::move(value);
  }
  for (const std::string& name : info.hidden) {
    TypedExprPtr value = ReadHidden(name, call.callee->span, s);
    good = good && value != nullptr;
    expr->args.push_back(std::move(value));
  }
  if (!good) return nullptr;
  return expr;
}

// An emitting function may be called by another one, which is then one itself, and by `.process`.
bool Checker::MayEmit(const Scope& s) {
  const Scope* scope = &s;
  while (scope->function != nullptr && scope->function->outer != nullptr) {
    scope = scope->function->outer;
  }
  if (scope->function != nullptr) return scope->function->kind == BodyKind::Function;
  return scope->in_process;
}

}  // namespace varpulis::sema
