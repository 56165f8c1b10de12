#include "cli/config/config_file.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <utility>

#include <fmt/format.h>

namespace varpulis::config {
namespace {

// `${NAME}` from the environment; one that is not set is an error, which hides less than an empty text.
Status Expand(std::string& text) {
  for (size_t at = text.find("${"); at != std::string::npos; at = text.find("${", at)) {
    const size_t end = text.find('}', at);
    if (end == std::string::npos) return {};
    const std::string name = text.substr(at + 2, end - at - 2);
    const char* value = std::getenv(name.c_str());
    if (value == nullptr)
      return {StatusCode::InvalidArgument, fmt::format("the environment has no variable {}", name)};
    text.replace(at, end + 1 - at, value);
    at += std::string_view(value).size();
  }
  return {};
}

Status ExpandAll(Node& node) {
  if (auto* text = std::get_if<std::string>(&node.value)) return Expand(*text);
  if (auto* list = std::get_if<List>(&node.value)) {
    for (Node& element : *list) {
      if (Status status = ExpandAll(element); !status.ok()) return status;
    }
  }
  if (auto* map = std::get_if<Map>(&node.value)) {
    for (auto& [key, value] : *map) {
      if (Status status = ExpandAll(value); !status.ok()) return status.Within(key);
    }
  }
  return {};
}

bool HasType(const Node& node, KeyType type) {
  switch (type) {
    case KeyType::Text:
      return std::holds_alternative<std::string>(node.value);
    case KeyType::Int:
      return std::holds_alternative<int64_t>(node.value) && std::get<int64_t>(node.value) >= 0;
    case KeyType::Float:
      return std::holds_alternative<int64_t>(node.value) ||
             std::holds_alternative<double>(node.value);
    case KeyType::Bool:
      return std::holds_alternative<bool>(node.value);
    case KeyType::Texts: {
      const List* list = std::get_if<List>(&node.value);
      if (list == nullptr) return std::holds_alternative<std::string>(node.value);
      return std::all_of(list->begin(), list->end(), [](const Node& element) {
        return std::holds_alternative<std::string>(element.value);
      });
    }
  }
  return false;
}

std::string_view NameOf(KeyType type) {
  switch (type) {
    case KeyType::Text:
      return "a text";
    case KeyType::Int:
      return "a whole number from 0 on";
    case KeyType::Float:
      return "a number";
    case KeyType::Bool:
      return "true or false";
    case KeyType::Texts:
      return "a list of texts";
  }
  return "";
}

Result<Node> Read(const std::string& text, std::string_view extension) {
  if (extension == ".toml") return ReadToml(text);
  Result<Node> yaml = ReadYaml(text);
  if (extension == ".yaml" || extension == ".yml") return yaml;
  // Almost any line is a text to YAML.
  if (yaml.ok() && std::holds_alternative<Map>(yaml->value)) return yaml;
  Result<Node> toml = ReadToml(text);
  return toml.ok() ? std::move(toml) : std::move(yaml);
}

}  // namespace

Result<ConfigFile> ConfigFile::FromText(const std::string& text, std::string_view extension) {
  Result<Node> root = Read(text, extension);
  if (!root.ok()) return root.status();
  ConfigFile file;
  file.root_ = std::move(*root);
  const bool is_empty = std::holds_alternative<std::monostate>(file.root_.value);
  if (!is_empty && !std::holds_alternative<Map>(file.root_.value))
    return Status(StatusCode::Malformed, "a configuration is a map of keys");
  if (Status expanded = ExpandAll(file.root_); !expanded.ok()) return expanded;
  if (Status checked = file.Check(file.root_, ""); !checked.ok()) return checked;
  return file;
}

Result<ConfigFile> ConfigFile::Load(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (!in.is_open() || in.bad())
    return Status(StatusCode::NotFound, fmt::format("{}: it cannot be read", path));
  const size_t dot = path.rfind('.');
  Result<ConfigFile> file = FromText(
      text, dot == std::string::npos ? std::string_view() : std::string_view(path).substr(dot));
  return file.ok() ? std::move(file) : Result<ConfigFile>(file.status().Within(path));
}

Status ConfigFile::Check(const Node& node, const std::string& path) {
  const auto known =
      std::find_if(Keys().begin(), Keys().end(), [&](const Key& key) { return key.path == path; });
  if (known != Keys().end()) {
    if (std::holds_alternative<std::monostate>(node.value) || HasType(node, known->type)) return {};
    return {StatusCode::InvalidArgument, fmt::format("{} must be {}", path, NameOf(known->type))};
  }
  const bool is_prefix =
      path.empty() || std::any_of(Keys().begin(), Keys().end(),
                                  [&](const Key& key) { return key.path.starts_with(path + "."); });
  const Map* map = std::get_if<Map>(&node.value);
  if (!is_prefix) {
    warnings_.push_back(fmt::format("unknown key {}", path));
    return {};
  }
  if (map == nullptr) {
    if (std::holds_alternative<std::monostate>(node.value)) return {};
    return {StatusCode::InvalidArgument, fmt::format("{} must be a map of keys", path)};
  }
  for (const auto& [key, value] : *map) {
    if (Status status = Check(value, path.empty() ? key : path + "." + key); !status.ok())
      return status;
  }
  return {};
}

const Node* ConfigFile::Find(std::string_view path) const {
  const Node* node = &root_;
  while (node != nullptr && !path.empty()) {
    const std::string_view part = path.substr(0, path.find('.'));
    path.remove_prefix(std::min(part.size() + 1, path.size()));
    node = node->Find(std::string(part));
  }
  return node != nullptr && std::holds_alternative<std::monostate>(node->value) ? nullptr : node;
}

std::optional<std::string> ConfigFile::Text(std::string_view path) const {
  const Node* node = Find(path);
  if (node == nullptr || std::get<std::string>(node->value).empty()) return std::nullopt;
  return std::get<std::string>(node->value);
}

std::optional<int64_t> ConfigFile::Int(std::string_view path) const {
  const Node* node = Find(path);
  if (node == nullptr) return std::nullopt;
  return std::get<int64_t>(node->value);
}

std::optional<bool> ConfigFile::Bool(std::string_view path) const {
  const Node* node = Find(path);
  if (node == nullptr) return std::nullopt;
  return std::get<bool>(node->value);
}

std::optional<std::vector<std::string>> ConfigFile::Texts(std::string_view path) const {
  const Node* node = Find(path);
  if (node == nullptr) return std::nullopt;
  if (const auto* text = std::get_if<std::string>(&node->value)) return std::vector{*text};
  std::vector<std::string> texts;
  for (const Node& element : std::get<List>(node->value))
    texts.push_back(std::get<std::string>(element.value));
  return texts;
}

}  // namespace varpulis::config
