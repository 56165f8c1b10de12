#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "compiler/ir/connector_kind.h"
#include "compiler/sema/checker.h"

// `.from` and `.to`: where streams use connectors (language.md 2.6, language-later.md 10).

namespace varpulis::sema {

using ir::ConnectorParameter;
using ir::ParameterPlace;

namespace {

const char* SideOperator(ir::ConnectorSides side) {
  return side == ir::ConnectorSides::Source ? ".from" : ".to";
}

bool MayStandAt(ParameterPlace place, ir::ConnectorSides side) {
  switch (place) {
    case ParameterPlace::Both:
      return true;
    case ParameterPlace::Source:
      return side == ir::ConnectorSides::Source;
    case ParameterPlace::Sink:
      return side == ir::ConnectorSides::Sink;
    case ParameterPlace::Declaration:
    case ParameterPlace::Required:
      break;
  }
  return false;
}

}  // namespace

std::optional<uint32_t> Checker::ConnectorNamed(const std::string& name, SourceSpan span,
                                                ir::ConnectorSides side) {
  const auto found = connector_index_.find(name);
  if (found == connector_index_.end()) {
    std::vector<std::string> names;
    for (const auto& [declared, unused] : connector_index_) names.push_back(declared);
    const std::string closest = diagnostics::ClosestName(name, names);
    Report(DiagnosticKind::UndefinedConnector, span, fmt::format("undefined connector `{}`", name),
           fmt::format("declare it: connector {} = mqtt(host: \"localhost\"){}", name,
                       closest.empty() ? "" : "; " + DidYouMean(closest)));
    return std::nullopt;
  }
  const TypedConnector& connector = program_.connectors[found->second];
  const ir::ConnectorKind* kind = ir::FindConnectorKind(connector.kind);
  if (kind == nullptr) return std::nullopt;  // reported at the declaration
  if (kind->HasSide(side)) return found->second;
  Report(DiagnosticKind::ConnectorKindUnfit, span,
         fmt::format("connector kind `{}` cannot serve `{}`", connector.kind, SideOperator(side)),
         side == ir::ConnectorSides::Source ? "it takes events and has none to give"
                                            : "it gives events and takes none",
         "", {{connector_decls_[found->second]->kind.span, "declared here"}});
  return std::nullopt;
}

std::vector<ir::ConfigItem> Checker::CheckBindingParameters(
    const std::vector<const ast::Argument*>& arguments, uint32_t connector,
    ir::ConnectorSides side) {
  const ir::ConnectorKind& kind = *ir::FindConnectorKind(program_.connectors[connector].kind);
  std::vector<ir::ConfigItem> items;
  std::map<std::string, SourceSpan> first;
  for (const ast::Argument* argument : arguments) {
    const ast::Identifier& name = argument->name;
    if (name.empty() || !argument->value) {
      Report(DiagnosticKind::SyntaxError, argument->span,
             fmt::format("a parameter of `{}` needs a name", SideOperator(side)), "name: value");
      continue;
    }
    const auto [at, is_new] = first.emplace(name.name, name.span);
    if (!is_new) ReportSecondParameter(name, at->second);
    // In `.to` a name is a field, which has no value yet.
    const Words words = side == ir::ConnectorSides::Source ? Words::AreText : Words::AreNames;
    const auto value = ConstantValue(*argument->value, name.name, words);
    if (!value || !is_new) continue;
    items.push_back({name.name, *value});
    const ConnectorParameter* parameter =
        kind.is_checked() ? CheckParameterName(name, kind) : nullptr;
    if (parameter == nullptr) continue;
    if (MayStandAt(parameter->place, side)) {
      CheckParameterValue(*parameter, *value, argument->value->span);
    } else {
      ReportWrongSide(name, *parameter, connector, side);
    }
  }
  return items;
}

void Checker::ReportWrongSide(const ast::Identifier& name, const ConnectorParameter& parameter,
                              uint32_t connector, ir::ConnectorSides side) {
  const bool other_side =
      parameter.place == ParameterPlace::Source || parameter.place == ParameterPlace::Sink;
  const auto other =
      side == ir::ConnectorSides::Source ? ir::ConnectorSides::Sink : ir::ConnectorSides::Source;
  Report(DiagnosticKind::UnknownConnectorParameter, name.span,
         other_side
             ? fmt::format("parameter `{}` is one of `{}` and has no effect here", name.name,
                           SideOperator(other))
             : fmt::format("parameter `{}` belongs to the declaration of the connector", name.name),
         "", "", {{connector_decls_[connector]->name.span, "the connector is declared here"}});
}

void Checker::CheckFrom(const ast::ConnectorSource& source, TypedStream& stream) {
  constexpr auto kSide = ir::ConnectorSides::Source;
  const auto connector = ConnectorNamed(source.connector.name, source.connector.span, kSide);
  if (!connector) return;
  std::vector<const ast::Argument*> arguments;
  for (const ast::Argument& argument : source.parameters) arguments.push_back(&argument);
  stream.ingress = {*connector, source.step.type.name,
                    CheckBindingParameters(arguments, *connector, kSide)};
}

void Checker::CheckTo(const ast::StreamOp& op, TypedStream& stream, Position& at) {
  constexpr auto kSide = ir::ConnectorSides::Sink;
  const bool positional = !op.arguments.empty() && op.arguments.front().name.empty() &&
                          op.arguments.front().value != nullptr;
  const auto* name =
      positional ? std::get_if<ast::NameExpr>(&op.arguments.front().value->node) : nullptr;
  if (name == nullptr) {
    Report(DiagnosticKind::UndefinedConnector, op.span, "`.to` takes the name of a connector",
           ".to(Name, topic: \"alerts\")");
    return;
  }
  const auto connector = ConnectorNamed(name->name, op.arguments.front().value->span, kSide);
  if (!connector) return;
  ToOp to;
  to.connector = *connector;
  to.event_type = stream.name;
  for (const TypedOperator& earlier : stream.operators) {
    if (const auto* emit = std::get_if<EmitOp>(&earlier)) to.event_type = emit->event_type;
  }
  std::vector<const ast::Argument*> fixed;
  const ast::Argument* computed = nullptr;
  for (size_t i = 1; i < op.arguments.size(); ++i) {
    const ast::Argument& argument = op.arguments[i];
    const bool is_topic = argument.name.name == "topic" && argument.value;
    if (!is_topic || !ReadsEvent(*argument.value)) {
      fixed.push_back(&argument);
    } else if (computed != nullptr) {
      ReportSecondParameter(argument.name, computed->name.span);
    } else {
      computed = &argument;
      CheckComputedTopic(argument, *connector, at, to);
    }
  }
  to.parameters = CheckBindingParameters(fixed, *connector, kSide);
  stream.operators.push_back(std::move(to));
}

// --- topics that depend on the event -------------------------------------------------------------

bool Checker::ReadsEvent(const ast::Expr& expr) const {
  if (const auto* name = std::get_if<ast::NameExpr>(&expr.node)) {
    const auto global = globals_.find(name->name);
    return name->backticked || global == globals_.end() || global->second.literal == nullptr;
  }
  if (const auto* sum = std::get_if<ast::ArithExpr>(&expr.node)) {
    return std::any_of(sum->operands.begin(), sum->operands.end(),
                       [&](const ast::ExprPtr& operand) { return ReadsEvent(*operand); });
  }
  return !std::holds_alternative<ast::StringLiteral>(expr.node) &&
         !std::holds_alternative<ast::NullLiteral>(expr.node) &&
         !std::holds_alternative<ast::BoolLiteral>(expr.node) &&
         !std::holds_alternative<ast::IntLiteral>(expr.node) &&
         !std::holds_alternative<ast::FloatLiteral>(expr.node) &&
         !std::holds_alternative<ast::DurationLiteral>(expr.node) &&
         !std::holds_alternative<ast::ArrayLiteral>(expr.node);
}

void Checker::CheckComputedTopic(const ast::Argument& argument, uint32_t connector, Position& at,
                                 ToOp& to) {
  const ir::ConnectorKind& kind = *ir::FindConnectorKind(program_.connectors[connector].kind);
  if (kind.topic != ir::TopicUse::PerEvent) {
    Report(DiagnosticKind::BadParameterValue, argument.value->span,
           fmt::format("connector kind `{}` cannot send each event to a topic of its own",
                       program_.connectors[connector].kind),
           "write a constant", "", {{connector_decls_[connector]->kind.span, "declared here"}});
    return;
  }
  // "a" + field + "b" joins texts of whatever the fields hold; without text in it `+` adds.
  const auto* sum = std::get_if<ast::ArithExpr>(&argument.value->node);
  const bool joins = sum != nullptr &&
                     std::all_of(sum->ops.begin(), sum->ops.end(),
                                 [](ast::ArithOp op) { return op == ast::ArithOp::Add; }) &&
                     std::any_of(sum->operands.begin(), sum->operands.end(),
                                 [&](const ast::ExprPtr& operand) { return IsText(*operand); });
  if (!joins) {
    if (TypedExprPtr value = CheckExpr(*argument.value, at.scope)) to.topic.push_back(value);
    return;
  }
  for (const ast::ExprPtr& operand : sum->operands) {
    if (TypedExprPtr value = CheckExpr(*operand, at.scope)) to.topic.push_back(value);
  }
}

bool Checker::IsText(const ast::Expr& expr) const {
  if (std::holds_alternative<ast::StringLiteral>(expr.node)) return true;
  const auto* name = std::get_if<ast::NameExpr>(&expr.node);
  const auto global = name == nullptr ? globals_.end() : globals_.find(name->name);
  return global != globals_.end() && global->second.literal != nullptr &&
         global->second.literal->type == ir::Type::Str;
}

}  // namespace varpulis::sema
