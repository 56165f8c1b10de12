#include <charconv>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "cli/config/config_tree.h"

namespace varpulis::config {
namespace {

constexpr int kMaxDepth = 20;  // aliases may make a tree of any depth

// YAML's core schema: what is not quoted may be a number or a flag.
Node PlainScalar(const std::string& text) {
  if (text.empty() || text == "~" || text == "null") return {};
  if (text == "true" || text == "True" || text == "TRUE") return {true};
  if (text == "false" || text == "False" || text == "FALSE") return {false};
  const char* end = text.data() + text.size();
  int64_t integer = 0;
  if (const auto read = std::from_chars(text.data(), end, integer);
      read.ec == std::errc() && read.ptr == end)
    return {integer};
  double number = 0;
  if (const auto read = std::from_chars(text.data(), end, number);
      read.ec == std::errc() && read.ptr == end)
    return {number};
  return {text};
}

// Nothing: it is nested too deeply.
std::optional<Node> Convert(const YAML::Node& from, int depth) {
  if (depth > kMaxDepth) return std::nullopt;
  if (from.IsScalar()) return from.Tag() == "!" ? Node{from.Scalar()} : PlainScalar(from.Scalar());
  if (from.IsSequence()) {
    List list;
    for (const YAML::Node& element : from) {
      auto node = Convert(element, depth + 1);
      if (!node) return std::nullopt;
      list.push_back(std::move(*node));
    }
    return Node{std::move(list)};
  }
  if (!from.IsMap()) return Node{};
  Map map;
  for (const auto& entry : from) {
    auto node = Convert(entry.second, depth + 1);
    if (!node || !entry.first.IsScalar()) return std::nullopt;
    map.push_back({entry.first.Scalar(), std::move(*node)});
  }
  return Node{std::move(map)};
}

}  // namespace

Result<Node> ReadYaml(const std::string& text) {
  try {
    auto node = Convert(YAML::Load(text), 0);
    if (!node)
      return Status(StatusCode::Malformed, "keys must be texts, and not nested too deeply");
    return std::move(*node);
  } catch (const YAML::Exception& error) {
    return Status(StatusCode::Malformed,
                  fmt::format("line {}: {}", error.mark.line + 1, error.msg));
  }
}

}  // namespace varpulis::config
