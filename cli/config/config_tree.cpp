#include "cli/config/config_tree.h"

namespace varpulis::config {

const Node* Node::Find(const std::string& key) const {
  const Map* map = std::get_if<Map>(&value);
  if (map == nullptr) return nullptr;
  for (const auto& [name, node] : *map) {
    if (name == key) return &node;
  }
  return nullptr;
}

}  // namespace varpulis::config
