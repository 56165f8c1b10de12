// .log and .tap, which look at rows and change nothing.

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "compiler/sema/checker.h"

namespace varpulis::sema {
namespace {

// What metric systems take: letters, digits, `_` and `:`, no digit first.
bool IsMetricName(const std::string& name) {
  const auto good = [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == ':';
  };
  return !name.empty() && !(name[0] >= '0' && name[0] <= '9') &&
         std::all_of(name.begin(), name.end(), good);
}

// `f` or `a.f`; empty for anything else.
std::string FieldName(const ast::Expr& expr) {
  if (const auto* name = std::get_if<ast::NameExpr>(&expr.node)) return name->name;
  if (const auto* member = std::get_if<ast::MemberExpr>(&expr.node)) return member->name;
  return {};
}

}  // namespace

std::optional<std::string> Checker::TextParameter(const ast::Argument& argument,
                                                  const std::string& what) {
  const TypedExprPtr value = CheckExpr(*argument.value, Scope());
  if (value == nullptr) return std::nullopt;
  if (value->op == TypedOp::Str) return value->text;
  Report(DiagnosticKind::BadParameterValue, argument.value->span,
         fmt::format("`{}:` is {}", argument.name.name, what));
  return std::nullopt;
}

void Checker::SetLevel(TypedExprPtr value, LogOp& log) {
  if (value->op == TypedOp::Str) {
    log.level = ir::ParseLevel(value->text);
  } else if (value->type == ir::Type::Str || value->type == ir::Type::Any) {
    log.level.reset();
    log.level_word = std::move(value);
  } else {
    Report(DiagnosticKind::BadParameterValue, value->span,
           fmt::format("`level:` of `.log` is text, this is {}", VplTypeName(value->type)),
           "\"error\", \"warn\", \"info\", \"debug\" or \"trace\"");
  }
}

void Checker::CheckLog(const ast::StreamOp& op, TypedStream& stream, Position& at) {
  LogOp log;
  log.level = ir::LogLevel::Info;
  for (const ast::Argument& argument : op.arguments) {
    const std::string& name = argument.name.name;
    if (name.empty()) {
      Report(DiagnosticKind::SyntaxError, argument.span, "a parameter of `.log` needs a name",
             "message: expression");
      continue;
    }
    if (name != "level" && name != "message" && name != "data") {
      Report(DiagnosticKind::UnknownParameter, argument.name.span,
             fmt::format("unknown parameter `{}` for `.log`", name), "level, message, data");
      continue;
    }
    if (!argument.value) continue;
    TypedExprPtr value = CheckExpr(*argument.value, at.scope);
    if (value == nullptr) continue;
    if (name == "message") {
      log.message = std::move(value);
    } else if (name == "data") {
      log.data = std::move(value);
    } else {
      SetLevel(std::move(value), log);
    }
  }
  stream.operators.push_back(std::move(log));
}

void Checker::CheckTap(const ast::StreamOp& op, TypedStream& stream, Position& at) {
  TapOp tap;
  const ast::Argument* labels = nullptr;
  const ast::Argument* value = nullptr;
  for (const ast::Argument& argument : op.arguments) {
    const std::string& name = argument.name.name;
    if (name.empty() || !argument.value) {
      Report(DiagnosticKind::SyntaxError, argument.span, "a parameter of `.tap` needs a name",
             "counter: \"metric\", gauge: \"metric\", or name: expression");
    } else if (name == "labels") {
      labels = &argument;
    } else if (name == "value") {
      value = &argument;
    } else if (name == "counter" || name == "gauge") {
      const auto metric = TextParameter(argument, "the name of a metric");
      if (!metric) continue;
      if (!IsMetricName(*metric)) {
        Report(DiagnosticKind::BadParameterValue, argument.value->span,
               fmt::format("`{}` is no name of a metric", *metric),
               "letters, digits, `_` and `:`, and no digit first");
        continue;
      }
      (name == "counter" ? tap.counter : tap.gauge) = *metric;
    } else if (TypedExprPtr record = CheckExpr(*argument.value, at.scope)) {
      tap.records.push_back({name, std::move(record)});
    }
  }
  CheckGauge(op, value, at, tap);
  if (labels != nullptr) CheckLabels(*labels, at, tap);
  stream.operators.push_back(std::move(tap));
}

void Checker::CheckGauge(const ast::StreamOp& op, const ast::Argument* value, const Position& at,
                         TapOp& tap) {
  const auto is_gauge = [](const ast::Argument& argument) { return argument.name.name == "gauge"; };
  const auto gauge = std::find_if(op.arguments.begin(), op.arguments.end(), is_gauge);
  if (gauge != op.arguments.end() && value == nullptr) {
    Report(DiagnosticKind::MissingParameter, gauge->name.span, "`gauge:` needs `value:`",
           "gauge: \"load\", value: cpu");
    tap.gauge.clear();
    return;
  }
  if (value == nullptr) return;
  if (gauge == op.arguments.end()) {
    Report(DiagnosticKind::MissingParameter, value->name.span, "`value:` needs `gauge:`",
           "gauge: names the metric; give a value that is only recorded another name");
    return;
  }
  tap.value = CheckExpr(*value->value, at.scope);
  if (tap.value == nullptr) return;
  const ir::Type type = tap.value->type;
  if (type == ir::Type::Int || type == ir::Type::Float || type == ir::Type::Any) return;
  Report(DiagnosticKind::BadParameterValue, value->value->span,
         fmt::format("a gauge is set to a number, this is {}", VplTypeName(type)));
}

void Checker::CheckLabels(const ast::Argument& labels, const Position& at, TapOp& tap) {
  const auto* list = std::get_if<ast::ArrayLiteral>(&labels.value->node);
  if (list == nullptr) {
    Report(DiagnosticKind::BadParameterValue, labels.value->span, "`labels:` is a list of fields",
           "labels: [zone, sensor]");
    return;
  }
  if (tap.counter.empty() && tap.gauge.empty()) {
    Report(DiagnosticKind::MissingParameter, labels.name.span,
           "`labels:` needs `counter:` or `gauge:`", "labels tell the series of one metric apart");
  }
  for (const ast::ExprPtr& element : list->elements) {
    const std::string name = FieldName(*element);
    if (name.empty()) {
      Report(DiagnosticKind::BadParameterValue, element->span, "a label is a field",
             "compute it with .select or .map before");
      continue;
    }
    TypedExprPtr value = CheckExpr(*element, at.scope);
    if (value == nullptr) continue;
    const bool twice = std::any_of(tap.labels.begin(), tap.labels.end(),
                                   [&](const NamedItem& label) { return label.name == name; });
    if (twice) {
      Report(DiagnosticKind::DuplicateName, element->span,
             fmt::format("duplicate label `{}`", name));
    } else {
      tap.labels.push_back({name, std::move(value)});
    }
  }
}

}  // namespace varpulis::sema
