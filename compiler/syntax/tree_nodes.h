#pragma once

// Children of parse trees by their type. ANTLR's accessors try a dynamic_cast on each child, which
// compares names of types letter by letter; the nodes of one grammar are told apart by identity.

#include <typeinfo>
#include <vector>

#include "antlr4-runtime.h"

namespace varpulis::syntax {

// `node` if it is a T itself, else null. T has no derived classes: a rule without labels, or a label.
template <typename T>
T* As(antlr4::tree::ParseTree* node) {
  return &typeid(*node) == &typeid(T) ? static_cast<T*>(node) : nullptr;
}

template <typename T>
T* FirstOf(const antlr4::tree::ParseTree* tree) {
  for (antlr4::tree::ParseTree* child : tree->children) {
    if (T* found = As<T>(child)) return found;
  }
  return nullptr;
}

template <typename T>
std::vector<T*> AllOf(const antlr4::tree::ParseTree* tree) {
  std::vector<T*> all;
  for (antlr4::tree::ParseTree* child : tree->children) {
    if (T* found = As<T>(child)) all.push_back(found);
  }
  return all;
}

}  // namespace varpulis::syntax
