#include "connectors/enrich/parameters.h"

#include "compiler/ir/connector_kind.h"

namespace varpulis::connectors {

std::string TextOf(const std::vector<ir::ConfigItem>& items, const std::string& name) {
  const ir::ConfigValue* value = ir::Find(items, name);
  const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(&value->value);
  return text == nullptr ? std::string() : *text;
}

int64_t IntOf(const std::vector<ir::ConfigItem>& items, const std::string& name,
              int64_t otherwise) {
  const ir::ConfigValue* value = ir::Find(items, name);
  const auto* number = value == nullptr ? nullptr : std::get_if<int64_t>(&value->value);
  return number == nullptr ? otherwise : *number;
}

std::string AddressOf(const std::vector<ir::ConfigItem>& items) {
  for (const ir::ConfigItem& item : items) {
    if (!ir::IsAddress(item.name)) continue;
    if (const auto* text = std::get_if<std::string>(&item.value.value)) return *text;
    const auto* list = std::get_if<ir::ConfigValue::List>(&item.value.value);
    const auto* first =
        list == nullptr || list->empty() ? nullptr : std::get_if<std::string>(&list->front().value);
    if (first != nullptr) return *first;
  }
  return {};
}

}  // namespace varpulis::connectors
