// .forecast: where it may stand, what its parameters may be, and the rows that it makes (language.md 8.2).

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/limits.h"
#include "compiler/ir/forecast_plan.h"
#include "compiler/sema/checker.h"
#include "compiler/sema/row_shape.h"

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
// Of a pattern without `.within`.
constexpr DurationNs kDefaultHorizon = 300 * kNsPerSecond;

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

void Set(std::string_view name, const TypedExpr& value, TypedForecast& forecast) {
  if (name == "confidence")
    forecast.confidence =
        value.op == TypedOp::Int ? static_cast<double>(value.integer) : value.number;
  if (name == "horizon") forecast.horizon = value.integer;
  if (name == "warmup") {
    forecast.warmup = value.integer;
    forecast.adaptive = false;
  }
  if (name == "max_depth") forecast.max_depth = value.integer;
  if (name == "hawkes") forecast.hawkes = value.integer != 0;
  if (name == "conformal") forecast.conformal = value.integer != 0;
}

// Explicit values win over those of the mode, wherever they stand.
void SetAll(const std::vector<std::pair<std::string, TypedExprPtr>>& values,
            TypedForecast& forecast) {
  const DurationNs horizon = forecast.horizon;
  for (const auto& [name, value] : values) {
    if (name != "mode") continue;
    const auto mode = std::find(kModes.begin(), kModes.end(), value->text);
    forecast = ForecastOf(static_cast<ForecastMode>(mode - kModes.begin()));
    forecast.horizon = horizon;
  }
  for (const auto& [name, value] : values) Set(name, *value, forecast);
}

}  // namespace

void Checker::CheckForecastParameter(const ast::Argument& argument, NamedValues& values) {
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
  if (value == nullptr) return;
  if (Fits(*parameter, *value)) {
    values.emplace_back(parameter->name, value);
    return;
  }
  const bool is_text = parameter->kind == Kind::Mode && value->op == TypedOp::Str;
  Report(DiagnosticKind::BadParameterValue, argument.value->span, Wanted(*parameter),
         is_text ? DidYouMean(diagnostics::ClosestName(value->text, kModes)) : std::string());
}

// The event at hand, whichever of the pattern's it is, and what is foretold. The forecast's own names win.
RowShape Checker::ForecastShape(const TypedStream& stream) {
  std::vector<const RowShape*> shapes;
  for (const TypedStep& step : stream.pattern->steps) shapes.push_back(&step.shape);
  RowShape shape = MergeShapes(shapes, stream.name);
  for (const ir::ForecastFieldName& own : ir::kForecastFields) {
    std::erase_if(shape.fields, [&](const ShapeField& field) { return field.name == own.text; });
    shape.fields.push_back({std::string(own.text), own.type, false});
  }
  return shape;
}

void Checker::CheckForecast(const ast::StreamOp& op, TypedStream& stream, Position& at) {
  const ast::StreamDecl& decl = *stream_decls_[stream_index_.at(stream.name)];
  const bool in_path = std::none_of(
      decl.items.begin(), decl.items.end(),
      [&](const ast::StreamItem& item) { return std::get_if<ast::StreamOp>(&item) == &op; });
  if (!stream.pattern || !at.after_pattern || !stream.operators.empty() || at.has_window ||
      in_path) {
    Report(DiagnosticKind::ForecastWithoutPattern, op.name.span,
           "`.forecast` needs a pattern, directly in front of it",
           "it says whether a partial match will complete: A as a -> B as b .within(1h)");
    return;
  }
  size_t ways = 0;
  for (const TypedStep& step : stream.pattern->steps) ways += step.roots.size();
  if (ways > ir::kMostSymbolGroups) {
    Report(DiagnosticKind::ProgramTooLarge, op.name.span,
           fmt::format("`.forecast` of a pattern whose steps read events in {} ways, more than {}",
                       ways, ir::kMostSymbolGroups),
           "forecast a shorter pattern");
    return;
  }
  NamedValues values;
  for (size_t i = 0; i < op.arguments.size(); ++i) {
    const ast::Argument& argument = op.arguments[i];
    const auto same_name = [&](const ast::Argument& other) {
      return !other.name.empty() && other.name.name == argument.name.name;
    };
    const auto end = op.arguments.begin() + static_cast<std::ptrdiff_t>(i);
    const auto first = std::find_if(op.arguments.begin(), end, same_name);
    if (first == end) {
      CheckForecastParameter(argument, values);
      continue;
    }
    Report(DiagnosticKind::DuplicateName, argument.name.span,
           fmt::format("parameter `{}` is given twice", argument.name.name), "", "",
           {{first->name.span, "the first one"}});
  }
  stream.forecast = ForecastOf(ForecastMode::Balanced);
  stream.forecast->horizon = stream.pattern->within > 0 ? stream.pattern->within : kDefaultHorizon;
  SetAll(values, *stream.forecast);
  // Aliases that the run has bound stay readable beside the event.
  const std::vector<Scope::Alias> aliases = at.scope.aliases;
  at.keys = stream.pattern->partition;
  SetRow(at, ForecastShape(stream));
  at.scope.aliases = aliases;
}

}  // namespace varpulis::sema
