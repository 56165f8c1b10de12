#include <utility>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "cli/config/config_tree.h"

namespace varpulis::config {
namespace {

Node Convert(const toml::node& from) {
  if (const auto* table = from.as_table()) {
    Map map;
    for (const auto& [key, value] : *table)
      map.push_back({std::string(key.str()), Convert(value)});
    return {std::move(map)};
  }
  if (const auto* array = from.as_array()) {
    List list;
    for (const toml::node& element : *array) list.push_back(Convert(element));
    return {std::move(list)};
  }
  if (const auto* text = from.as_string()) return {text->get()};
  if (const auto* integer = from.as_integer()) return {integer->get()};
  if (const auto* number = from.as_floating_point()) return {number->get()};
  if (const auto* flag = from.as_boolean()) return {flag->get()};
  return {};  // dates and times, which no key takes
}

}  // namespace

Result<Node> ReadToml(const std::string& text) {
  try {
    return Convert(toml::parse(text));
  } catch (const toml::parse_error& error) {
    return Status(StatusCode::Malformed,
                  fmt::format("line {}: {}", error.source().begin.line, error.description()));
  }
}

}  // namespace varpulis::config
