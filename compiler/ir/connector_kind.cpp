#include "compiler/ir/connector_kind.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

namespace varpulis::ir {
namespace {

constexpr ConnectorKind kKinds[] = {
#define VPL_CONNECTOR_KIND(name, sides, topic, address) \
  {#name, ConnectorSides::sides, TopicUse::topic, address},
#include "compiler/ir/connector_kind.def"
};

constexpr ConnectorParameter kParameters[] = {
#define VPL_CONNECTOR_PARAMETER(kind, name, type, place, values) \
  {#kind, #name, ParameterType::type, ParameterPlace::place, values},
#include "compiler/ir/connector_kind.def"
};

struct Synonym {
  std::string_view name;
  std::string_view kind;
};
constexpr std::array kSynonyms = {
    Synonym{"postgres", "database"}, Synonym{"mysql", "database"},
    Synonym{"sqlite", "database"},   Synonym{"es", "elasticsearch"},
    Synonym{"api", "rest"},          Synonym{"http_webhook", "webhook"}};

bool IsWord(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

bool IsOneOf(std::string_view text, std::string_view words) {
  while (!words.empty()) {
    const size_t space = words.find(' ');
    if (words.substr(0, space) == text) return true;
    words = space == std::string_view::npos ? "" : words.substr(space + 1);
  }
  return false;
}

bool IsInRange(int64_t number, std::string_view range) {
  const size_t dots = range.find("..");
  if (dots == std::string_view::npos) return true;
  int64_t least = 0;
  int64_t most = 0;
  std::from_chars(range.data(), range.data() + dots, least);
  std::from_chars(range.data() + dots + 2, range.data() + range.size(), most);
  return number >= least && number <= most;
}

bool IsText(const ConfigValue& value) { return std::holds_alternative<std::string>(value.value); }

const char* TypeText(ParameterType type) {
  switch (type) {
    case ParameterType::Text:
    case ParameterType::Secret:
      return "text";
    case ParameterType::Int:
      return "an int";
    case ParameterType::Bool:
      return "true or false";
    case ParameterType::Duration:
      return "a duration, such as 5s";
    case ParameterType::TextOrList:
      return "text or a list of texts";
    case ParameterType::Block:
      return "a block, such as { name: \"value\" }";
    case ParameterType::Any:
      break;
  }
  return "a value";
}

}  // namespace

std::span<const ConnectorKind> ConnectorKinds() { return kKinds; }

bool ConnectorKind::is_checked() const {
  return std::any_of(std::begin(kParameters), std::end(kParameters),
                     [&](const ConnectorParameter& p) { return p.kind == name; });
}

const ConnectorKind* FindConnectorKind(std::string_view name) {
  for (const Synonym& synonym : kSynonyms) {
    if (synonym.name == name) name = synonym.kind;
  }
  const auto* found = std::find_if(std::begin(kKinds), std::end(kKinds),
                                   [&](const ConnectorKind& kind) { return kind.name == name; });
  return found == std::end(kKinds) ? nullptr : found;
}

std::vector<std::string> ConnectorKindNames() {
  std::vector<std::string> names;
  for (const ConnectorKind& kind : kKinds) names.emplace_back(kind.name);
  for (const Synonym& synonym : kSynonyms) names.emplace_back(synonym.name);
  return names;
}

std::vector<const ConnectorParameter*> ParametersOf(const ConnectorKind& kind) {
  std::vector<const ConnectorParameter*> parameters;
  for (const std::string_view owner : {kind.name, std::string_view()}) {
    for (const ConnectorParameter& parameter : kParameters) {
      if (parameter.kind == owner) parameters.push_back(&parameter);
    }
  }
  return parameters;
}

const ConnectorParameter* FindParameter(const ConnectorKind& kind, std::string_view name) {
  for (const ConnectorParameter* parameter : ParametersOf(kind)) {
    if (parameter->name == name) return parameter;
  }
  return nullptr;
}

bool IsAddress(std::string_view parameter) {
  return IsOneOf(parameter, "url host brokers servers");
}

bool Accepts(const ConnectorParameter& parameter, const ConfigValue& value) {
  switch (parameter.type) {
    case ParameterType::Text: {
      const auto* text = std::get_if<std::string>(&value.value);
      if (text == nullptr) return false;
      if (parameter.values == "word") return IsWord(*text);
      return parameter.values.empty() || IsOneOf(*text, parameter.values);
    }
    case ParameterType::Secret:
      return IsText(value);
    case ParameterType::Int: {
      const auto* number = std::get_if<int64_t>(&value.value);
      return number != nullptr && IsInRange(*number, parameter.values);
    }
    case ParameterType::Bool:
      return std::holds_alternative<bool>(value.value);
    case ParameterType::Duration:
      return std::holds_alternative<ConfigDuration>(value.value);
    case ParameterType::TextOrList: {
      const auto* list = std::get_if<ConfigValue::List>(&value.value);
      return list == nullptr ? IsText(value) : std::all_of(list->begin(), list->end(), IsText);
    }
    case ParameterType::Block:
      return std::holds_alternative<ConfigValue::Block>(value.value);
    case ParameterType::Any:
      break;
  }
  return true;
}

std::string Describe(const ConnectorParameter& parameter) {
  std::string text = TypeText(parameter.type);
  if (parameter.values == "word") return text + " of letters, digits and underscores";
  if (parameter.values.empty()) return text;
  if (parameter.type == ParameterType::Int) return fmt::format("{}, {}", text, parameter.values);
  std::string choices(parameter.values);
  for (size_t at = 0; (at = choices.find(' ', at)) != std::string::npos; at += 4)
    choices.replace(at, 1, " or ");
  return choices;
}

std::string PrintParameters(std::string_view kind, const std::vector<ConfigItem>& items) {
  const ConnectorKind* known = FindConnectorKind(kind);
  std::string text;
  for (const ConfigItem& item : items) {
    const ConnectorParameter* parameter = known ? FindParameter(*known, item.name) : nullptr;
    const bool secret = parameter != nullptr && parameter->type == ParameterType::Secret;
    text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", item.name,
                        secret ? "***" : Print(item.value));
  }
  return text;
}

}  // namespace varpulis::ir
