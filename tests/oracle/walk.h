#pragma once

// How far bindings have got in a pattern's tree (language.md 6.4 and 6.5): what may be bound next, whether
// everything is there, and what must not come now.

#include <cstdint>
#include <vector>

#include "tests/oracle/evaluate.h"

namespace varpulis::oracle {

// The patterns that an OR stands for, without OR: in the order of the text, the first OR slowest. A
// sequence in a sequence is one, and `A AND NOT B` is `SEQ(A, NOT B)` (language.md 6.1).
std::vector<Node> Ways(const Node& root, const std::vector<Step>& steps);

// A negated step, or a group that must not come.
bool IsNegation(const Node& node, const std::vector<Step>& steps);

class Walk {
 public:
  Walk(const std::vector<Step>& steps, const Bindings& bindings)
      : steps_(steps), bindings_(bindings) {}

  // Steps that the next event may be bound to, in the order in which they are tried.
  std::vector<uint32_t> Options(const Node& node) const;
  bool IsComplete(const Node& node) const;
  // Negated steps between what is bound and what is not.
  std::vector<uint32_t> Active(const Node& node) const;
  bool IsStarted(const Node& node) const;

 private:
  bool CanBeSkipped(const Node& node) const;
  std::vector<const Node*> Positive(const Node& sequence) const;
  // Index of the last positive part that has something; -1 if none.
  int Current(const std::vector<const Node*>& parts) const;

  const std::vector<Step>& steps_;
  const Bindings& bindings_;
};

// Steps of the node that are not negated.
std::vector<uint32_t> PositiveSteps(const Node& node, const std::vector<Step>& steps);
// Only time can tell that a run is complete: a negation stands behind everything in some branch.
bool EndsInNegation(const Node& way, const std::vector<Step>& steps);
// Negated steps in front of everything.
std::vector<uint32_t> Leading(const Node& way, const std::vector<Step>& steps);

}  // namespace varpulis::oracle
