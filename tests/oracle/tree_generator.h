#pragma once

// The tree of a random declared pattern, and which steps may be spoken of where.

#include <vector>

#include "tests/differential/dice.h"
#include "tests/oracle/description.h"

namespace varpulis::oracle {

class TreeGenerator {
 public:
  TreeGenerator(testing::Dice& dice, Pattern& pattern) : dice_(dice), pattern_(pattern) {}

  // Fills the pattern's steps and root.
  void Run();

 private:
  Node Sequence(int depth, bool in_and);
  Node Part(int depth, bool in_and);
  Node Group(Node::Kind kind, int depth, bool in_and);
  Node Positive();
  Node Negation(bool may_be_group = true);
  Node NegatedGroup();
  Node Exclusive();
  Node Side();

  testing::Dice& dice_;
  Pattern& pattern_;
  int positive_ = 0;
};

// How a step stands to another one.
enum class Relation : uint8_t { Before, Together, Apart };  // Together: members of an AND
Relation RelationOf(const Node& root, uint32_t other, uint32_t step);

}  // namespace varpulis::oracle
