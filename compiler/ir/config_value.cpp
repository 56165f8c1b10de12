#include "compiler/ir/config_value.h"

#include <fmt/format.h>

namespace varpulis::ir {
namespace {

struct ValuePrinter {
  std::string operator()(const std::string& text) const { return fmt::format("\"{}\"", text); }
  std::string operator()(int64_t number) const { return std::to_string(number); }
  std::string operator()(double number) const { return fmt::format("{}", number); }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(ConfigDuration duration) const {
    return base::FormatDuration(duration.ns);
  }
  std::string operator()(const ConfigValue::List& list) const {
    std::string text;
    for (const ConfigValue& element : list) text += (text.empty() ? "" : ", ") + Print(element);
    return fmt::format("[{}]", text);
  }
  std::string operator()(const ConfigValue::Block& block) const {
    return fmt::format("{{{}}}", Print(block));
  }
};

}  // namespace

const ConfigValue* Find(const std::vector<ConfigItem>& items, const std::string& name) {
  for (const ConfigItem& item : items) {
    if (item.name == name) return &item.value;
  }
  return nullptr;
}

std::string Print(const ConfigValue& value) { return std::visit(ValuePrinter{}, value.value); }

std::string Print(const std::vector<ConfigItem>& items) {
  std::string text;
  for (const ConfigItem& item : items) {
    text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", item.name, Print(item.value));
  }
  return text;
}

}  // namespace varpulis::ir
