#include "connectors/contract/parameters.h"

#include <cstdlib>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "compiler/ir/connector_kind.h"

namespace varpulis::connectors {
namespace {

template <typename T>
const T* ValueOf(const std::vector<ir::ConfigItem>& items, const std::string& name) {
  const ir::ConfigValue* value = ir::Find(items, name);
  return value == nullptr ? nullptr : std::get_if<T>(&value->value);
}

Status ReplaceVariables(std::string& text) {
  for (size_t at = text.find("${"); at != std::string::npos; at = text.find("${", at)) {
    const size_t end = text.find('}', at);
    if (end == std::string::npos) break;
    const std::string name = text.substr(at + 2, end - at - 2);
    const char* value = name.starts_with("VARPULIS_") ? nullptr : std::getenv(name.c_str());
    if (value == nullptr) {
      return {StatusCode::NotFound,
              fmt::format("the environment has no variable {} for connectors", name)};
    }
    text.replace(at, end + 1 - at, value);
    at += std::string_view(value).size();
  }
  return {};
}

Status ReadSecret(std::string& text) {
  const std::string name = text.substr(5);
  const char* folder = std::getenv("VARPULIS_SECRETS");
  const bool is_plain = !name.empty() && name != ".." && name.find('/') == std::string::npos;
  std::ifstream in;
  if (folder != nullptr && is_plain) in.open(std::string(folder) + "/" + name, std::ios::binary);
  if (!in.is_open())
    return {StatusCode::NotFound, fmt::format("there is no secret `{}` in VARPULIS_SECRETS", name)};
  text.assign(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return {};
}

Status Resolve(ir::ConfigValue& value, bool is_secret) {
  if (auto* text = std::get_if<std::string>(&value.value)) {
    return is_secret && text->starts_with("file:") ? ReadSecret(*text) : ReplaceVariables(*text);
  }
  if (auto* list = std::get_if<ir::ConfigValue::List>(&value.value)) {
    for (ir::ConfigValue& element : *list) {
      if (Status status = Resolve(element, is_secret); !status.ok()) return status;
    }
  }
  if (auto* block = std::get_if<ir::ConfigValue::Block>(&value.value)) {
    for (ir::ConfigItem& item : *block) {
      if (Status status = Resolve(item.value, is_secret); !status.ok()) return status;
    }
  }
  return {};
}

}  // namespace

std::string TextOf(const std::vector<ir::ConfigItem>& items, const std::string& name) {
  const auto* text = ValueOf<std::string>(items, name);
  return text == nullptr ? std::string() : *text;
}

int64_t IntOf(const std::vector<ir::ConfigItem>& items, const std::string& name,
              int64_t otherwise) {
  const auto* number = ValueOf<int64_t>(items, name);
  return number == nullptr ? otherwise : *number;
}

bool BoolOf(const std::vector<ir::ConfigItem>& items, const std::string& name, bool otherwise) {
  const auto* flag = ValueOf<bool>(items, name);
  return flag == nullptr ? otherwise : *flag;
}

DurationNs DurationOf(const std::vector<ir::ConfigItem>& items, const std::string& name,
                      DurationNs otherwise) {
  const auto* duration = ValueOf<ir::ConfigDuration>(items, name);
  return duration == nullptr ? otherwise : duration->ns;
}

std::vector<std::pair<std::string, std::string>> BlockOf(const std::vector<ir::ConfigItem>& items,
                                                         const std::string& name) {
  std::vector<std::pair<std::string, std::string>> texts;
  const auto* block = ValueOf<ir::ConfigValue::Block>(items, name);
  if (block == nullptr) return texts;
  for (const ir::ConfigItem& item : *block) {
    if (const auto* text = std::get_if<std::string>(&item.value.value))
      texts.emplace_back(item.name, *text);
  }
  return texts;
}

std::string AddressesOf(const std::vector<ir::ConfigItem>& items) {
  std::string all;
  for (const ir::ConfigItem& item : items) {
    if (!ir::IsAddress(item.name)) continue;
    if (const auto* text = std::get_if<std::string>(&item.value.value)) return *text;
    const auto* list = std::get_if<ir::ConfigValue::List>(&item.value.value);
    if (list == nullptr) continue;
    for (const ir::ConfigValue& element : *list) {
      const auto* text = std::get_if<std::string>(&element.value);
      if (text != nullptr) all += (all.empty() ? "" : ",") + *text;
    }
    return all;
  }
  return all;
}

std::string AddressOf(const std::vector<ir::ConfigItem>& items) {
  const std::string all = AddressesOf(items);
  for (const ir::ConfigItem& item : items) {
    // Only in a list does a comma separate.
    if (ir::IsAddress(item.name) && std::holds_alternative<std::string>(item.value.value))
      return all;
  }
  return all.substr(0, all.find(','));
}

Result<std::vector<ir::ConfigItem>> ResolveReferences(const std::string& kind,
                                                      std::vector<ir::ConfigItem> items) {
  const ir::ConnectorKind* known = ir::FindConnectorKind(kind);
  for (ir::ConfigItem& item : items) {
    const ir::ConnectorParameter* parameter =
        known == nullptr ? nullptr : ir::FindParameter(*known, item.name);
    const bool is_secret = parameter != nullptr && parameter->type == ir::ParameterType::Secret;
    if (Status status = Resolve(item.value, is_secret); !status.ok())
      return status.Within("parameter " + item.name);
  }
  return items;
}

}  // namespace varpulis::connectors
