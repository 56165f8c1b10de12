#include "compiler/sema/pattern_tree.h"

#include <algorithm>
#include <utility>

namespace varpulis::sema {
namespace {

using Kind = PatternTree::Kind;

// A sequence in a sequence is one sequence, and a group of one is its part.
void Put(PatternNode& group, PatternNode part) {
  if (part.kind == group.kind && part.kind != PatternNode::Kind::Step) {
    for (PatternNode& inner : part.parts) group.parts.push_back(std::move(inner));
  } else {
    group.parts.push_back(std::move(part));
  }
}

bool IsNegation(const PatternNode& node, const std::vector<WrittenStep>& steps) {
  return node.kind == PatternNode::Kind::Step && steps[node.step].negated;
}

// `A AND NOT B AND C` is `SEQ(A AND C, NOT B)` (language.md 6.1).
PatternNode AllOf(std::vector<PatternNode> parts, const std::vector<WrittenStep>& steps) {
  PatternNode all{PatternNode::Kind::All, 0, {}};
  PatternNode sequence{PatternNode::Kind::Sequence, 0, {}};
  std::vector<PatternNode> negations;
  for (PatternNode& part : parts) {
    if (IsNegation(part, steps)) {
      negations.push_back(std::move(part));
    } else {
      Put(all, std::move(part));
    }
  }
  if (all.parts.size() == 1) all = PatternNode(std::move(all.parts.front()));
  if (negations.empty()) return all;
  if (all.kind == PatternNode::Kind::Step || !all.parts.empty()) Put(sequence, std::move(all));
  for (PatternNode& negation : negations) sequence.parts.push_back(std::move(negation));
  return sequence;
}

class Expansion {
 public:
  Expansion(const std::vector<WrittenStep>& steps, size_t limit) : steps_(steps), limit_(limit) {}

  // All ways of the tree; stops when there are too many.
  std::vector<PatternNode> Of(const PatternTree& tree) {
    if (tree.kind == Kind::Step) return {{PatternNode::Kind::Step, tree.step, {}, tree.continued}};
    if (tree.kind == Kind::Any) {
      std::vector<PatternNode> ways;
      for (const PatternTree& part : tree.parts) {
        for (PatternNode& way : Of(part)) ways.push_back(std::move(way));
      }
      too_many_ = too_many_ || ways.size() > limit_;
      return ways;
    }
    // One way of each part, in all combinations.
    std::vector<std::vector<PatternNode>> combinations(1);
    for (const PatternTree& part : tree.parts) {
      const std::vector<PatternNode> ways = Of(part);
      std::vector<std::vector<PatternNode>> longer;
      for (const auto& before : combinations) {
        for (const PatternNode& way : ways) {
          longer.push_back(before);
          longer.back().push_back(way);
        }
      }
      combinations = std::move(longer);
      too_many_ = too_many_ || combinations.size() > limit_;
      if (too_many_) return {};
    }
    std::vector<PatternNode> result;
    for (auto& parts : combinations) result.push_back(Combined(tree.kind, std::move(parts)));
    return result;
  }
  bool too_many() const { return too_many_; }

 private:
  PatternNode Combined(Kind kind, std::vector<PatternNode> parts) const {
    if (kind == Kind::All) return AllOf(std::move(parts), steps_);
    PatternNode sequence{PatternNode::Kind::Sequence, 0, {}};
    for (PatternNode& part : parts) Put(sequence, std::move(part));
    if (sequence.parts.size() == 1) return PatternNode(std::move(sequence.parts.front()));
    return sequence;
  }

  const std::vector<WrittenStep>& steps_;
  size_t limit_;
  bool too_many_ = false;
};

void MarkContinued(PatternTree& negation) {
  negation.continued = true;
  for (PatternTree& part : negation.parts) MarkContinued(part);
}

}  // namespace

uint32_t PatternForm::Add(const ast::PatternStep& step, bool negated) {
  WrittenStep& added = steps_.emplace_back();
  added.step = &step;
  added.span = step.span;
  added.negated = negated;
  added.group_of = inside_;
  added.places = around_;
  added.alias = step.alias.name;
  added.repeated = repeats_;
  return static_cast<uint32_t>(steps_.size() - 1);
}

// A step that stands for the group, then the steps of the group, which `build` adds.
template <typename Build>
uint32_t PatternForm::AddGroup(source::SourceSpan span, const Build& build) {
  const auto stands_for_it = static_cast<uint32_t>(steps_.size());
  WrittenStep& added = steps_.emplace_back();
  added.span = span;
  added.negated = true;
  added.group_of = inside_;
  added.places = around_;
  added.repeated = repeats_;
  const uint32_t outside = std::exchange(inside_, stands_for_it);
  around_.push_back({Kind::Never, groups_++, 0});
  PatternTree tree = build();
  around_.pop_back();
  inside_ = outside;
  negated_groups_.emplace(stands_for_it, std::move(tree));
  return stands_for_it;
}

void PatternForm::Append(const ast::PatternExpr& pattern) {
  around_.front().part = static_cast<uint32_t>(whole_.parts.size());
  whole_.parts.push_back(Build(pattern));
}

void PatternForm::Append(const ast::PatternStep& step) {
  around_.front().part = static_cast<uint32_t>(whole_.parts.size());
  whole_.parts.push_back({Kind::Step, Add(step, step.negated), {}});
}

void PatternForm::Forbid(const ast::PatternStep& step) {
  around_.front().part = static_cast<uint32_t>(whole_.parts.size());
  steps_[Add(step, true)].forbidden = true;
}

void PatternForm::ForbidAtTheEnd() {
  for (uint32_t i = 0; i < steps_.size(); ++i) {
    if (!steps_[i].forbidden) continue;
    steps_[i].forbidden = false;
    whole_.parts.push_back({Kind::Step, i, {}});
  }
}

PatternTree PatternForm::BuildGroup(Kind kind, const std::vector<ast::PatternExprPtr>& operands) {
  PatternTree tree{kind, 0, {}};
  around_.push_back({kind, groups_++, 0});
  for (const ast::PatternExprPtr& operand : operands) {
    around_.back().part = static_cast<uint32_t>(tree.parts.size());
    tree.parts.push_back(Build(*operand));
  }
  around_.pop_back();
  return tree;
}

// Of a closure the first element. What is asked of it is asked of a closure, so that it is followed like one.
PatternTree PatternForm::BuildNegation(const ast::PatternStep& step) {
  using Repeat = ast::PatternStep::Repeat;
  const bool is_closure = step.repeat == Repeat::All || step.repeat == Repeat::Plus;
  const bool asks = step.condition != nullptr && !step.alias.name.empty();
  if (!is_closure || !(asks || step.monotonic != ast::PatternStep::Monotonic::None))
    return {Kind::Step, Add(step, true)};
  return {Kind::Step,
          AddGroup(step.span, [&] { return PatternTree{Kind::Step, Add(step, false), {}}; })};
}

// NOT (A OR B): neither A nor B. Of a group of several steps: no match of it.
PatternTree PatternForm::BuildNegation(const ast::PatternExpr& operand) {
  if (const auto* step = std::get_if<ast::PatternStep>(&operand.node)) {
    if (!step->negated) return BuildNegation(*step);
  }
  const auto* either = std::get_if<ast::OrPattern>(&operand.node);
  if (either == nullptr) {
    return {Kind::Step, AddGroup(operand.span, [&] { return Build(operand); })};
  }
  PatternTree all{Kind::Sequence};
  for (const ast::PatternExprPtr& part : either->operands)
    all.parts.push_back(BuildNegation(*part));
  return all;
}

PatternTree PatternForm::Build(const ast::PatternExpr& pattern) {
  if (const auto* step = std::get_if<ast::PatternStep>(&pattern.node)) {
    return step->negated ? BuildNegation(*step) : PatternTree{Kind::Step, Add(*step, false), {}};
  }
  if (const auto* sequence = std::get_if<ast::SequencePattern>(&pattern.node)) {
    return BuildGroup(Kind::Sequence, sequence->items);
  }
  if (const auto* all = std::get_if<ast::AndPattern>(&pattern.node)) {
    return BuildGroup(Kind::All, all->operands);
  }
  if (const auto* any = std::get_if<ast::OrPattern>(&pattern.node)) {
    return BuildGroup(Kind::Any, any->operands);
  }
  if (const auto* negation = std::get_if<ast::NotPattern>(&pattern.node)) {
    return BuildNegation(*negation->operand);
  }
  return BuildExclusive(std::get<ast::XorPattern>(pattern.node));
}

// One side, and none of the others before it, meanwhile or after it.
PatternTree PatternForm::BuildExclusive(const ast::XorPattern& exclusive) {
  PatternTree either{Kind::Any};
  around_.push_back({Kind::Any, groups_++, 0});
  for (size_t side = 0; side < exclusive.operands.size(); ++side) {
    around_.back().part = static_cast<uint32_t>(side);
    either.parts.push_back(BuildSide(exclusive, side));
  }
  around_.pop_back();
  return either;
}

// (NOT B, A, NOT B), both of them the same negation.
PatternTree PatternForm::BuildSide(const ast::XorPattern& exclusive, size_t side) {
  PatternTree way{Kind::Sequence};
  around_.push_back({Kind::Sequence, groups_++, 0});
  const bool outside = std::exchange(repeats_, true);
  for (size_t other = 0; other < exclusive.operands.size(); ++other) {
    if (other == side) continue;
    way.parts.push_back(BuildNegation(*exclusive.operands[other]));
    ++around_.back().part;
  }
  repeats_ = outside;
  std::vector<PatternTree> behind = way.parts;
  way.parts.push_back(Build(*exclusive.operands[side]));
  around_.pop_back();
  for (PatternTree& negation : behind) {
    MarkContinued(negation);
    way.parts.push_back(std::move(negation));
  }
  return way;
}

bool PatternForm::MayBeBound(uint32_t other, uint32_t step) const {
  if (other == step || steps_[other].negated) return false;
  const auto& a = steps_[other].places;
  const auto& b = steps_[step].places;
  size_t common = 0;
  while (common < std::min(a.size(), b.size()) && a[common].group == b[common].group &&
         a[common].part == b[common].part) {
    ++common;
  }
  // What a negated group has is seen inside of it only.
  const auto is_never = [](const WrittenStep::Place& place) { return place.kind == Kind::Never; };
  if (std::any_of(a.begin() + static_cast<long>(common), a.end(), is_never)) return false;
  if (steps_[step].forbidden) return true;
  if (common == std::min(a.size(), b.size())) return false;
  if (a[common].kind == Kind::All) return true;
  return a[common].kind == Kind::Sequence && a[common].part < b[common].part;
}

bool PatternForm::Expand(size_t limit, std::vector<PatternNode>& alternatives) const {
  Expansion expansion(steps_, limit);
  alternatives = expansion.Of(whole_);
  return !expansion.too_many();
}

bool PatternForm::ExpandGroup(uint32_t step, size_t limit, std::vector<PatternNode>& ways) const {
  const auto group = negated_groups_.find(step);
  if (group == negated_groups_.end()) return true;
  Expansion expansion(steps_, limit);
  ways = expansion.Of(group->second);
  return !expansion.too_many();
}

}  // namespace varpulis::sema
