#pragma once

// NOT of several steps (decision 0031): the group as a pattern of its own, which first-fit runs follow.

#include <map>
#include <vector>

#include "tests/oracle/evaluate.h"

namespace varpulis::oracle {

struct Follower {
  const Node* way = nullptr;
  Bindings bindings = {};  // of the run as it was when the first event came, and of the group
  int64_t start = 0;
  int64_t last = 0;
  Value key = {};
  std::map<uint32_t, int64_t> since = {};  // negated steps of the group that are active
};

// The ways through each negated group of the tree, by the step that stands for it.
std::map<uint32_t, std::vector<Node>> GroupWays(const Node& root, const std::vector<Step>& steps);
// Steps of the group, negated ones too.
void StepsOfGroup(const Node& node, std::vector<uint32_t>& steps);

// Offers event `at` to the followers, then lets it begin others with what `run` has bound, if it may.
// Those that are complete are returned and follow no more.
std::vector<Follower> Follow(const Scene& run, const std::vector<Node>& ways, size_t at,
                             bool may_begin, std::vector<Follower>& followers);

}  // namespace varpulis::oracle
