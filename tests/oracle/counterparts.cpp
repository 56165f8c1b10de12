#include "tests/oracle/counterparts.h"

#include <map>

namespace varpulis::oracle {

namespace {

class Copier {
 public:
  explicit Copier(Pattern& pattern) : pattern_(pattern) {}

  Node Counterpart(const Node& side) {
    if (side.kind == Node::Kind::Step) {
      const Node copy = Copy(side);
      pattern_.steps[copy.step].negated = true;
      pattern_.steps[copy.step].counterpart = true;
      Finish();
      return copy;
    }
    const auto group = static_cast<uint32_t>(pattern_.steps.size());
    Step stands_for_it;
    stands_for_it.negated = stands_for_it.group = stands_for_it.counterpart = true;
    pattern_.steps.push_back(stands_for_it);
    Node never{Node::Kind::Never, group, {Copy(side)}};
    Finish();
    return never;
  }

 private:
  Node Copy(const Node& node) {
    Node copy = node;
    if (node.kind == Node::Kind::Step) {
      copy.step = static_cast<uint32_t>(pattern_.steps.size());
      copies_[node.step] = copy.step;
      Step step = pattern_.steps[node.step];
      step.hidden = true;
      pattern_.steps.push_back(step);
    }
    for (Node& part : copy.parts) part = Copy(part);
    return copy;
  }

  // Conditions of the copies speak of copies.
  void Finish() {
    for (const auto& [original, copy] : copies_) {
      for (Condition& condition : pattern_.steps[copy].conditions) Turn(condition);
    }
    copies_.clear();
  }

  void Turn(Condition& condition) const {
    for (Term* term : {&condition.left, &condition.right}) {
      const auto copy = copies_.find(term->step);
      if (term->reads_step() && copy != copies_.end()) term->step = copy->second;
    }
    for (Condition& part : condition.parts) Turn(part);
  }

  Pattern& pattern_;
  std::map<uint32_t, uint32_t> copies_;
};

}  // namespace

Pattern WithCounterparts(const Pattern& pattern) {
  Pattern whole = pattern;
  if (pattern.root.kind != Node::Kind::Xor) return whole;
  Copier copier(whole);
  for (const Node& side : pattern.root.parts) whole.root.parts.push_back(copier.Counterpart(side));
  return whole;
}

}  // namespace varpulis::oracle
