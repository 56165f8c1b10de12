#pragma once

// What a configuration file says, whether YAML or TOML (operations.md 3).

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/status.h"

namespace varpulis::config {

struct Node;
struct Member;
using List = std::vector<Node>;
using Map = std::vector<Member>;  // in the order of the file

struct Node {
  std::variant<std::monostate, bool, int64_t, double, std::string, List, Map> value;

  // The member of a map, null if there is none.
  const Node* Find(const std::string& key) const;
};

struct Member {
  std::string key;
  Node value;
};

// Malformed with the position of the mistake.
Result<Node> ReadYaml(const std::string& text);
Result<Node> ReadToml(const std::string& text);

}  // namespace varpulis::config
