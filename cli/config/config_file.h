#pragma once

// The configuration file: read, checked against the keys that there are, values by key. The front door of
// this folder.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/config/config_tree.h"

namespace varpulis::config {

enum class KeyType : uint8_t { Text, Int, Float, Bool, Texts };

struct Key {
  std::string_view path;  // `server.port`
  KeyType type;
};
// All of them (operations.md 3).
const std::vector<Key>& Keys();

class ConfigFile {
 public:
  // Nothing was configured.
  ConfigFile() = default;
  // By the extension: `.toml` is TOML, `.yaml` and `.yml` YAML, otherwise the first of YAML and TOML that can
  // be read. `${NAME}` in texts is replaced from the environment. NotFound, Malformed, or
  // InvalidArgument for a value of the wrong type; unknown keys are warnings.
  static Result<ConfigFile> Load(const std::string& path);
  static Result<ConfigFile> FromText(const std::string& text, std::string_view extension);

  const std::vector<std::string>& warnings() const { return warnings_; }
  bool Has(std::string_view path) const { return Find(path) != nullptr; }
  // Nothing if the key is not there or null. The key has that type.
  std::optional<std::string> Text(std::string_view path) const;
  std::optional<int64_t> Int(std::string_view path) const;
  std::optional<bool> Bool(std::string_view path) const;
  std::optional<std::vector<std::string>> Texts(std::string_view path) const;

 private:
  const Node* Find(std::string_view path) const;
  Status Check(const Node& node, const std::string& path);

  Node root_;
  std::vector<std::string> warnings_;
};

// The example that `config-gen` prints.
std::string ExampleYaml();
std::string ExampleToml();

}  // namespace varpulis::config
