// .forecast: where it may stand and what its parameters may be (language.md 8.2).

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/limits.h"
#include "compiler/sema/checker.h"

namespace varpulis::sema {
namespace {

enum class Kind : uint8_t { Mode, Probability, Duration, Count, Flag };
struct Parameter {
  std::string_view name;
  Kind kind;
  int64_t least = 0;  // Count
  int64_t most = 0;
};
constexpr std::array kParameters = {
    Parameter{"mode", Kind::Mode},
    Parameter{"confidence", Kind::Probability},
    Parameter{"horizon", Kind::Duration},
    Parameter{"warmup", Kind::Count, 0, limits::kMaxForecastWarmup},
    Parameter{"max_depth", Kind::Count, 1, limits::kMaxForecastDepth},
    Parameter{"hawkes", Kind::Flag},
    Parameter{"conformal", Kind::Flag},
};
const std::vector<std::string> kModes = {"fast", "balanced", "accurate"};

std::string Wanted(const Parameter& parameter) {
  switch (parameter.kind) {
    case Kind::Mode:
      return fmt::format("`{}` is \"fast\", \"balanced\" or \"accurate\"", parameter.name);
    case Kind::Probability:
      return fmt::format("`{}` is a number from 0.0 to 1.0", parameter.name);
    case Kind::Duration:
      return fmt::format("`{}` is a time above zero", parameter.name);
    case Kind::Count:
      return fmt::format("`{}` is a whole number from {} to {}", parameter.name, parameter.least,
                         parameter.most);
    case Kind::Flag:
      return fmt::format("`{}` is true or false", parameter.name);
  }
  return "";
}

bool Fits(const Parameter& parameter, const TypedExpr& value) {
  switch (parameter.kind) {
    case Kind::Mode:
      return value.op == TypedOp::Str &&
             std::find(kModes.begin(), kModes.end(), value.text) != kModes.end();
    case Kind::Probability: {
      if (value.op == TypedOp::Int) return value.integer == 0 || value.integer == 1;
      return value.op == TypedOp::Float && value.number >= 0 && value.number <= 1;
    }
    case Kind::Duration:
      return value.op == TypedOp::Duration && value.integer > 0;
    case Kind::Count:
      return value.op == TypedOp::Int && value.integer >= parameter.least &&
             value.integer <= parameter.most;
    case Kind::Flag:
      return value.op == TypedOp::Bool;
  }
  return false;
}

}  // namespace

void Checker::CheckForecastParameter(const ast::Argument& argument) {
  std::vector<std::string> names;
  for (const Parameter& parameter : kParameters) names.emplace_back(parameter.name);
  const auto parameter =
      std::find_if(kParameters.begin(), kParameters.end(),
                   [&](const Parameter& known) { return known.name == argument.name.name; });
  if (argument.name.empty() || !argument.value) {
    Report(DiagnosticKind::SyntaxError, argument.span, "a parameter of `.forecast` needs its name",
           "confidence: 0.8");
    return;
  }
  if (parameter == kParameters.end()) {
    Report(DiagnosticKind::UnknownParameter, argument.name.span,
           fmt::format("unknown parameter `{}` for `.forecast`", argument.name.name),
           DidYouMean(diagnostics::ClosestName(argument.name.name, names)));
    return;
  }
  const TypedExprPtr value = CheckExpr(*argument.value, Scope());
  if (value == nullptr || Fits(*parameter, *value)) return;
  const bool is_text = parameter->kind == Kind::Mode && value->op == TypedOp::Str;
  Report(DiagnosticKind::BadParameterValue, argument.value->span, Wanted(*parameter),
         is_text ? DidYouMean(diagnostics::ClosestName(value->text, kModes)) : std::string());
}

void Checker::CheckForecast(const ast::StreamOp& op, const TypedStream& stream,
                            const Position& at) {
  if (!stream.pattern || !at.after_pattern || !stream.operators.empty()) {
    Report(DiagnosticKind::ForecastWithoutPattern, op.name.span,
           "`.forecast` needs a pattern, directly in front of it",
           "it says whether a partial match will complete: A as a -> B as b .within(1h)");
    return;
  }
  for (size_t i = 0; i < op.arguments.size(); ++i) {
    const ast::Argument& argument = op.arguments[i];
    const auto same_name = [&](const ast::Argument& other) {
      return !other.name.empty() && other.name.name == argument.name.name;
    };
    const auto end = op.arguments.begin() + static_cast<std::ptrdiff_t>(i);
    const auto first = std::find_if(op.arguments.begin(), end, same_name);
    if (first == end) {
      CheckForecastParameter(argument);
      continue;
    }
    Report(DiagnosticKind::DuplicateName, argument.name.span,
           fmt::format("parameter `{}` is given twice", argument.name.name), "", "",
           {{first->name.span, "the first one"}});
  }
  NotAvailable(op.name.span, "`.forecast`");
}

}  // namespace varpulis::sema
