#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "compiler/ir/connector_kind.h"
#include "compiler/sema/checker.h"
#include "compiler/sema/fold.h"

// `connector` declarations and `config` blocks (language.md 2.6 and 2.8, language-later.md 11).

namespace varpulis::sema {

using ir::ConnectorParameter;
using ir::ParameterPlace;

namespace {

std::optional<ir::ConfigValue> LiteralValue(const TypedExpr& expr) {
  switch (expr.op) {
    case TypedOp::Bool:
      return ir::ConfigValue{expr.integer != 0};
    case TypedOp::Int:
      return ir::ConfigValue{expr.integer};
    case TypedOp::Float:
      return ir::ConfigValue{expr.number};
    case TypedOp::Str:
      return ir::ConfigValue{expr.text};
    case TypedOp::Duration:
      return ir::ConfigValue{ir::ConfigDuration{expr.integer}};
    case TypedOp::Array: {
      ir::ConfigValue::List list;
      for (const TypedExprPtr& arg : expr.args) {
        auto element = LiteralValue(*arg);
        if (!element) return std::nullopt;
        list.push_back(std::move(*element));
      }
      return ir::ConfigValue{std::move(list)};
    }
    case TypedOp::Map: {
      ir::ConfigValue::Block block;
      for (size_t i = 0; i < expr.args.size(); ++i) {
        auto value = LiteralValue(*expr.args[i]);
        if (!value) return std::nullopt;
        block.push_back({expr.keys[i], std::move(*value)});
      }
      return ir::ConfigValue{std::move(block)};
    }
    default:
      return std::nullopt;
  }
}

}  // namespace

// --- values --------------------------------------------------------------------------------------

std::optional<ir::ConfigValue> Checker::ConstantValue(const ast::Expr& written,
                                                      const std::string& parameter, Words words) {
  const auto* word = std::get_if<ast::NameExpr>(&written.node);
  if (word != nullptr && globals_.contains(word->name)) word = nullptr;
  if (word != nullptr && words == Words::AreText) return ir::ConfigValue{word->name};
  const TypedExprPtr value = word == nullptr ? CheckExpr(written, Scope{}) : nullptr;
  if (value == nullptr && word == nullptr) return std::nullopt;
  auto literal = value == nullptr ? std::nullopt : LiteralValue(*Fold(value));
  if (!literal) {
    Report(DiagnosticKind::BadParameterValue, written.span,
           fmt::format("parameter `{}` must be a constant", parameter),
           "write a literal, or the name of a let or const with one");
  }
  return literal;
}

std::optional<ir::ConfigValue> Checker::ConstantValue(const ast::ConfigValue& written,
                                                      const std::string& parameter) {
  if (written.is_block) return ir::ConfigValue{CheckConfigItems(written.items)};
  if (!written.is_list) return ConstantValue(*written.expr, parameter, Words::AreText);
  ir::ConfigValue::List list;
  for (const ast::ConfigValue& element : written.list) {
    auto value = ConstantValue(element, parameter);
    if (value) list.push_back(std::move(*value));
  }
  return ir::ConfigValue{std::move(list)};
}

std::vector<ir::ConfigItem> Checker::CheckConfigItems(const std::vector<ast::ConfigItem>& items) {
  std::vector<ir::ConfigItem> typed;
  std::map<std::string, SourceSpan> first;
  for (const ast::ConfigItem& item : items) {
    const auto [at, is_new] = first.emplace(item.key.name, item.key.span);
    if (!is_new) ReportSecondParameter(item.key, at->second);
    auto value = ConstantValue(*item.value, item.key.name);
    if (value && is_new) typed.push_back({item.key.name, std::move(*value)});
  }
  return typed;
}

void Checker::ReportSecondParameter(const ast::Identifier& name, SourceSpan first) {
  Report(DiagnosticKind::DuplicateName, name.span,
         fmt::format("parameter `{}` is given twice", name.name), "", "",
         {{first, "first use here"}});
}

// --- declarations --------------------------------------------------------------------------------

void Checker::CheckConfigs() {
  for (const auto& statement : ast_.statements) {
    const auto* config = std::get_if<ast::ConfigDecl>(&statement->node);
    if (config == nullptr) continue;
    Report(DiagnosticKind::ConfigBlock, config->name.span,
           "a `config` block is deprecated and has no effect",
           "declare a connector: connector Name = mqtt(host: \"localhost\")");
    program_.configs.push_back({config->name.name, CheckConfigItems(config->items)});
  }
}

void Checker::CheckConnectors() {
  for (const ast::ConnectorDecl* decl : connector_decls_) {
    TypedConnector connector{decl->name.name, decl->kind.name, CheckConfigItems(decl->parameters)};
    const ir::ConnectorKind* kind = ir::FindConnectorKind(decl->kind.name);
    if (kind != nullptr) {
      CheckDeclaredParameters(*decl, *kind, connector);
    } else {
      ReportUnknownKind(decl->kind);
    }
    program_.connectors.push_back(std::move(connector));
  }
}

void Checker::ReportUnknownKind(const ast::Identifier& kind) {
  const std::string closest = diagnostics::ClosestName(kind.name, ir::ConnectorKindNames());
  std::vector<std::string_view> known;
  for (const ir::ConnectorKind& each : ir::ConnectorKinds()) known.push_back(each.name);
  Report(DiagnosticKind::UnknownConnectorKind, kind.span,
         fmt::format("unknown connector kind `{}`", kind.name),
         closest.empty() ? fmt::format("known kinds: {}", fmt::join(known, " "))
                         : DidYouMean(closest));
}

void Checker::CheckDeclaredParameters(const ast::ConnectorDecl& decl, const ir::ConnectorKind& kind,
                                      const TypedConnector& connector) {
  if (!kind.is_checked()) return;
  for (const ast::ConfigItem& item : decl.parameters) {
    const ConnectorParameter* parameter = CheckParameterName(item.key, kind);
    const ir::ConfigValue* value = ir::Find(connector.parameters, item.key.name);
    if (parameter != nullptr && value != nullptr)
      CheckParameterValue(*parameter, *value, item.value->span);
  }
  CheckRequired(decl, kind, connector);
}

// Every build can look up what .enrich asks for, but in MySQL.
void Checker::WarnOfMissingDrivers() {
  for (uint32_t i = 0; i < connector_decls_.size(); ++i) {
    const ast::Identifier& kind = connector_decls_[i]->kind;
    const ir::ConnectorKind* known = ir::FindConnectorKind(kind.name);
    if (known == nullptr) continue;
    const bool served = options_.has_driver != nullptr && options_.has_driver(kind.name);
    const bool only_looked_up = looked_up_.contains(i) && !bound_.contains(i);
    if (served || (only_looked_up && kind.name != "mysql")) continue;
    Report(DiagnosticKind::NoConnectorDriver, kind.span,
           fmt::format("this build has no driver for connector kind `{}`", kind.name),
           only_looked_up ? "the program runs, but every lookup is an error"
                          : "the program runs, but nothing comes or goes through this connector");
  }
}

void Checker::CheckRequired(const ast::ConnectorDecl& decl, const ir::ConnectorKind& kind,
                            const TypedConnector& connector) {
  // A profile may hold what is required.
  if (ir::Find(connector.parameters, "profile") != nullptr) return;
  const auto require = [&](std::string_view name) {
    Report(DiagnosticKind::ConnectorParameterMissing, decl.kind.span,
           fmt::format("connector kind `{}` needs the parameter `{}`", decl.kind.name, name),
           fmt::format("connector {} = {}({}: \"...\")", decl.name.name, decl.kind.name, name));
  };
  const bool has_address =
      std::any_of(decl.parameters.begin(), decl.parameters.end(),
                  [](const ast::ConfigItem& item) { return ir::IsAddress(item.key.name); });
  if (!kind.address.empty() && !has_address) require(kind.address);
  for (const ConnectorParameter* parameter : ir::ParametersOf(kind)) {
    if (parameter->place != ParameterPlace::Required) continue;
    const bool given =
        std::any_of(decl.parameters.begin(), decl.parameters.end(),
                    [&](const ast::ConfigItem& item) { return item.key.name == parameter->name; });
    if (!given) require(parameter->name);
  }
}

const ConnectorParameter* Checker::CheckParameterName(const ast::Identifier& name,
                                                      const ir::ConnectorKind& kind) {
  const ConnectorParameter* parameter = ir::FindParameter(kind, name.name);
  if (parameter != nullptr) return parameter;
  std::vector<std::string> names;
  for (const ConnectorParameter* each : ir::ParametersOf(kind)) names.emplace_back(each->name);
  const std::string closest = diagnostics::ClosestName(name.name, names);
  Report(DiagnosticKind::UnknownConnectorParameter, name.span,
         fmt::format("connector kind `{}` has no parameter `{}`", kind.name, name.name),
         closest.empty() ? fmt::format("its parameters: {}", fmt::join(names, " "))
                         : DidYouMean(closest));
  return nullptr;
}

void Checker::CheckParameterValue(const ConnectorParameter& parameter, const ir::ConfigValue& value,
                                  SourceSpan span) {
  if (ir::Accepts(parameter, value)) return;
  Report(DiagnosticKind::ConnectorParameterType, span,
         fmt::format("parameter `{}` expects {}", parameter.name, ir::Describe(parameter)));
}

}  // namespace varpulis::sema
