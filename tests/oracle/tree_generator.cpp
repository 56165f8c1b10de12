#include "tests/oracle/tree_generator.h"

#include <algorithm>

namespace varpulis::oracle {

namespace {

constexpr int kMostSteps = 5;

bool Contains(const Node& node, uint32_t step) {
  if (node.kind == Node::Kind::Step) return node.step == step;
  return std::any_of(node.parts.begin(), node.parts.end(),
                     [&](const Node& part) { return Contains(part, step); });
}

bool HidesStep(const Node& node, uint32_t step) {
  return Contains(node, step) &&
         (node.kind == Node::Kind::Never ||
          std::any_of(node.parts.begin(), node.parts.end(),
                      [&](const Node& part) { return HidesStep(part, step); }));
}

}  // namespace

void TreeGenerator::Run() { pattern_.root = dice_.Chance(10) ? Exclusive() : Sequence(0, false); }

// One event, or a group of which at least one must come.
Node TreeGenerator::Side() {
  const size_t form = dice_.Roll(4);
  const bool is_step = form == 0;
  Node side{form == 1 ? Node::Kind::And : form == 2 ? Node::Kind::Or : Node::Kind::Sequence};
  for (size_t i = 0; i < (is_step ? 1 : 2); ++i) {
    if (i > 0 && form == 3 && dice_.Chance(20)) side.parts.push_back(Negation(false));
    const Node part = Positive();
    Step& step = pattern_.steps[part.step];
    const bool is_needed = i == 0 || form == 2;
    if (is_step || (is_needed && step.is_optional())) step.repeat = Repeat::One;
    side.parts.push_back(part);
  }
  return is_step ? side.parts.front() : side;
}

Node TreeGenerator::Exclusive() {
  Node exclusive{Node::Kind::Xor};
  const size_t sides = 2 + (dice_.Chance(25) ? 1 : 0);
  for (size_t i = 0; i < sides; ++i) exclusive.parts.push_back(Side());
  return exclusive;
}

Node TreeGenerator::Positive() {
  ++positive_;
  Step step;
  step.type = static_cast<uint32_t>(dice_.Roll(4));
  if (dice_.Chance(45)) step.repeat = static_cast<Repeat>(1 + dice_.Roll(4));
  pattern_.steps.push_back(step);
  return {Node::Kind::Step, static_cast<uint32_t>(pattern_.steps.size() - 1)};
}

// NOT (B -> C), NOT (B AND C) and the like.
Node TreeGenerator::NegatedGroup() {
  const auto group = static_cast<uint32_t>(pattern_.steps.size());
  Step stands_for_it;
  stands_for_it.negated = stands_for_it.group = true;
  pattern_.steps.push_back(stands_for_it);
  Node inside{dice_.Chance(70) ? Node::Kind::Sequence : Node::Kind::And};
  const size_t size = 2 + (dice_.Chance(25) ? 1 : 0);
  for (size_t i = 0; i < size; ++i) {
    const bool sequence = inside.kind == Node::Kind::Sequence;
    if (i > 0 && sequence && dice_.Chance(12)) inside.parts.push_back(Negation(false));
    if (dice_.Chance(12)) {
      Node either{Node::Kind::Or};
      either.parts = {Positive(), Positive()};
      inside.parts.push_back(either);
    } else {
      inside.parts.push_back(Positive());
    }
  }
  positive_ -= static_cast<int>(size);
  for (size_t step = group + 1; step < pattern_.steps.size(); ++step)
    pattern_.steps[step].hidden = true;
  return {Node::Kind::Never, group, {inside}};
}

Node TreeGenerator::Negation(bool may_be_group) {
  if (may_be_group && dice_.Chance(35)) return NegatedGroup();
  Step step;
  step.type = static_cast<uint32_t>(dice_.Roll(4));
  step.negated = true;
  pattern_.steps.push_back(step);
  return {Node::Kind::Step, static_cast<uint32_t>(pattern_.steps.size() - 1)};
}

Node TreeGenerator::Group(Node::Kind kind, int depth, bool in_and) {
  Node group{kind};
  const size_t size = 2 + dice_.Roll(2);
  const bool is_and = kind == Node::Kind::And;
  for (size_t i = 0; i < size; ++i) {
    if (is_and && i > 0 && dice_.Chance(15)) {
      group.parts.push_back(Negation());
    } else if (depth < 2 && dice_.Chance(30)) {
      group.parts.push_back(Sequence(depth + 1, in_and || is_and));
    } else {
      group.parts.push_back(Positive());
    }
  }
  return group;
}

Node TreeGenerator::Part(int depth, bool in_and) {
  if (positive_ < kMostSteps - 1 && depth < 2) {
    if (dice_.Chance(14)) return Group(Node::Kind::And, depth + 1, in_and);
    if (dice_.Chance(14)) return Group(Node::Kind::Or, depth + 1, in_and);
    if (dice_.Chance(4)) return Sequence(depth + 1, in_and);
  }
  return Positive();
}

Node TreeGenerator::Sequence(int depth, bool in_and) {
  Node sequence{Node::Kind::Sequence};
  // What a leading negation in a branch of an AND means is not defined.
  if (!in_and && dice_.Chance(8)) sequence.parts.push_back(Negation());
  const size_t size = 1 + dice_.Roll(depth == 0 ? 4 : 2);
  for (size_t i = 0; i < size; ++i) {
    if (i > 0 && positive_ >= kMostSteps) break;
    if (i > 0 && dice_.Chance(15)) sequence.parts.push_back(Negation());
    sequence.parts.push_back(Part(depth, in_and));
  }
  if (dice_.Chance(12)) sequence.parts.push_back(Negation());
  return sequence;
}

Relation RelationOf(const Node& root, uint32_t other, uint32_t step) {
  for (size_t a = 0; a < root.parts.size(); ++a) {
    if (!Contains(root.parts[a], other)) continue;
    if (Contains(root.parts[a], step)) return RelationOf(root.parts[a], other, step);
    // Nobody outside of a negated group sees what it has.
    if (HidesStep(root.parts[a], other)) return Relation::Apart;
    if (root.kind == Node::Kind::And) return Relation::Together;
    if (root.kind == Node::Kind::Or || root.kind == Node::Kind::Xor) return Relation::Apart;
    for (size_t b = a + 1; b < root.parts.size(); ++b) {
      if (Contains(root.parts[b], step)) return Relation::Before;
    }
  }
  return Relation::Apart;
}

}  // namespace varpulis::oracle
