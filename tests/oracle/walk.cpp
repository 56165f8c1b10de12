#include "tests/oracle/walk.h"

#include <algorithm>

namespace varpulis::oracle {

namespace {

using Kind = Node::Kind;

Node InSequence(std::vector<Node> parts) {
  Node sequence{Kind::Sequence};
  for (Node& part : parts) {
    if (part.kind == Kind::Sequence) {
      for (Node& inner : part.parts) sequence.parts.push_back(std::move(inner));
    } else {
      sequence.parts.push_back(std::move(part));
    }
  }
  return sequence;
}

Node InAnyOrder(std::vector<Node> parts, const std::vector<Step>& steps) {
  const auto negations = std::stable_partition(
      parts.begin(), parts.end(), [&](const Node& part) { return !IsNegation(part, steps); });
  std::vector<Node> sequence;
  const std::vector<Node> positive(parts.begin(), negations);
  if (positive.size() == 1) sequence.push_back(positive.front());
  if (positive.size() > 1) sequence.push_back({Kind::And, 0, positive});
  if (negations == parts.end()) return sequence.front();
  sequence.insert(sequence.end(), negations, parts.end());
  return InSequence(std::move(sequence));
}

// One side each, with what the others are as what must not come before it and behind it.
std::vector<Node> WaysOfXor(const Node& root, const std::vector<Step>& steps) {
  const size_t sides = root.parts.size() / 2;
  std::vector<Node> ways;
  for (size_t side = 0; side < sides; ++side) {
    std::vector<Node> others;
    for (size_t other = 0; other < sides; ++other) {
      if (other != side) others.push_back(root.parts[sides + other]);
    }
    for (const Node& way : Ways(root.parts[side], steps)) {
      std::vector<Node> parts = others;
      parts.push_back(way);
      parts.insert(parts.end(), others.begin(), others.end());
      ways.push_back(InSequence(std::move(parts)));
    }
  }
  return ways;
}

}  // namespace

bool IsNegation(const Node& node, const std::vector<Step>& steps) {
  return node.kind == Kind::Never || (node.kind == Kind::Step && steps[node.step].negated);
}

std::vector<Node> Ways(const Node& root, const std::vector<Step>& steps) {
  if (root.kind == Kind::Step || root.kind == Kind::Never) return {root};
  std::vector<Node> ways;
  if (root.kind == Kind::Or) {
    for (const Node& part : root.parts) {
      for (Node& way : Ways(part, steps)) ways.push_back(std::move(way));
    }
    return ways;
  }
  if (root.kind == Kind::Xor) return WaysOfXor(root, steps);
  std::vector<std::vector<Node>> choices = {{}};
  for (const Node& part : root.parts) {
    const std::vector<Node> of_part = Ways(part, steps);
    std::vector<std::vector<Node>> longer;
    for (const auto& choice : choices) {
      for (const Node& way : of_part) {
        longer.push_back(choice);
        longer.back().push_back(way);
      }
    }
    choices = std::move(longer);
  }
  for (auto& choice : choices) {
    ways.push_back(root.kind == Kind::And ? InAnyOrder(std::move(choice), steps)
                                          : InSequence(std::move(choice)));
  }
  return ways;
}

std::vector<uint32_t> PositiveSteps(const Node& node, const std::vector<Step>& steps) {
  if (node.kind == Kind::Step)
    return steps[node.step].negated ? std::vector<uint32_t>() : std::vector<uint32_t>{node.step};
  std::vector<uint32_t> found;
  if (node.kind == Kind::Never) return found;
  for (const Node& part : node.parts) {
    for (const uint32_t step : PositiveSteps(part, steps)) found.push_back(step);
  }
  return found;
}

bool EndsInNegation(const Node& way, const std::vector<Step>& steps) {
  if (way.kind == Kind::Step || way.kind == Kind::Never) return IsNegation(way, steps);
  if (way.kind == Kind::Sequence) return EndsInNegation(way.parts.back(), steps);
  return std::any_of(way.parts.begin(), way.parts.end(),
                     [&](const Node& part) { return EndsInNegation(part, steps); });
}

std::vector<uint32_t> Leading(const Node& way, const std::vector<Step>& steps) {
  std::vector<uint32_t> leading;
  if (way.kind != Kind::Sequence) return leading;
  for (const Node& part : way.parts) {
    if (!IsNegation(part, steps)) break;
    leading.push_back(part.step);
  }
  return leading;
}

bool Walk::IsStarted(const Node& node) const {
  if (node.kind == Kind::Never) return false;
  if (node.kind == Kind::Step) return !steps_[node.step].negated && !bindings_[node.step].empty();
  return std::any_of(node.parts.begin(), node.parts.end(),
                     [&](const Node& part) { return IsStarted(part); });
}

bool Walk::CanBeSkipped(const Node& node) const {
  if (node.kind == Kind::Never) return true;
  if (node.kind == Kind::Step) return steps_[node.step].negated || steps_[node.step].is_optional();
  return std::all_of(node.parts.begin(), node.parts.end(),
                     [&](const Node& part) { return CanBeSkipped(part); });
}

std::vector<const Node*> Walk::Positive(const Node& sequence) const {
  std::vector<const Node*> parts;
  for (const Node& part : sequence.parts) {
    if (!IsNegation(part, steps_)) parts.push_back(&part);
  }
  return parts;
}

int Walk::Current(const std::vector<const Node*>& parts) const {
  for (auto i = static_cast<int>(parts.size()); i-- > 0;) {
    if (IsStarted(*parts[static_cast<size_t>(i)])) return i;
  }
  return -1;
}

bool Walk::IsComplete(const Node& node) const {
  if (node.kind == Kind::Step) return IsStarted(node) || CanBeSkipped(node);
  if (node.kind == Kind::And) {
    return std::all_of(node.parts.begin(), node.parts.end(),
                       [&](const Node& part) { return IsComplete(part); });
  }
  // What lies in front of the current part has been passed.
  const std::vector<const Node*> parts = Positive(node);
  const int current = Current(parts);
  for (auto i = static_cast<size_t>(std::max(current, 0)); i < parts.size(); ++i) {
    const bool here = static_cast<int>(i) == current;
    if (here ? !IsComplete(*parts[i]) : !CanBeSkipped(*parts[i])) return false;
  }
  return true;
}

std::vector<uint32_t> Walk::Options(const Node& node) const {
  if (node.kind == Kind::Step) {
    const bool more = bindings_[node.step].empty() || steps_[node.step].is_closure();
    return more ? std::vector<uint32_t>{node.step} : std::vector<uint32_t>();
  }
  std::vector<uint32_t> options;
  const auto add = [&](const Node& part) {
    for (const uint32_t step : Options(part)) options.push_back(step);
  };
  if (node.kind == Kind::And) {
    for (const Node& part : node.parts) add(part);
    // What is missing comes first.
    std::stable_partition(options.begin(), options.end(),
                          [&](uint32_t step) { return bindings_[step].empty(); });
    return options;
  }
  const std::vector<const Node*> parts = Positive(node);
  const int current = Current(parts);
  if (current < 0 || IsComplete(*parts[static_cast<size_t>(current)])) {
    for (auto next = static_cast<size_t>(current + 1); next < parts.size(); ++next) {
      add(*parts[next]);
      if (!CanBeSkipped(*parts[next])) break;
    }
  }
  if (current >= 0) add(*parts[static_cast<size_t>(current)]);
  return options;
}

std::vector<uint32_t> Walk::Active(const Node& node) const {
  std::vector<uint32_t> active;
  if (node.kind == Kind::Step) return active;
  const auto add = [&](const Node& part) {
    for (const uint32_t step : Active(part)) active.push_back(step);
  };
  if (node.kind == Kind::And) {
    for (const Node& part : node.parts) add(part);
    return active;
  }
  const std::vector<const Node*> parts = Positive(node);
  const int current = Current(parts);
  if (current < 0) return active;
  const bool complete = IsComplete(*parts[static_cast<size_t>(current)]);
  int left = -1;  // the positive part in front of a negation
  for (const Node& part : node.parts) {
    if (!IsNegation(part, steps_)) {
      ++left;
      continue;
    }
    if (left < 0 || current > left) continue;
    // Behind an optional part the mandatory one before it counts.
    int from = left;
    while (from > 0 && CanBeSkipped(*parts[static_cast<size_t>(from)])) --from;
    if (current > from || (current == from && complete)) active.push_back(part.step);
  }
  add(*parts[static_cast<size_t>(current)]);
  return active;
}

}  // namespace varpulis::oracle
