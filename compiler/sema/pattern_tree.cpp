#include "compiler/sema/pattern_tree.h"

#include <algorithm>

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
    if (tree.kind == Kind::Step) return {{PatternNode::Kind::Step, tree.step, {}}};
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

// A step, or one of several.
bool IsOneEvent(const ast::PatternExpr& pattern) {
  if (std::holds_alternative<ast::PatternStep>(pattern.node)) return true;
  const auto* either = std::get_if<ast::OrPattern>(&pattern.node);
  return either != nullptr &&
         std::all_of(either->operands.begin(), either->operands.end(),
                     [](const ast::PatternExprPtr& part) { return IsOneEvent(*part); });
}

}  // namespace

uint32_t PatternForm::Add(const ast::PatternStep& step, bool negated) {
  steps_.push_back({&step, negated});
  steps_.back().places = around_;
  steps_.back().alias = step.alias.name;
  return static_cast<uint32_t>(steps_.size() - 1);
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

// NOT (A OR B): neither A nor B.
PatternTree PatternForm::BuildNegation(const ast::PatternExpr& operand) {
  if (const auto* step = std::get_if<ast::PatternStep>(&operand.node)) {
    return {Kind::Step, Add(*step, true), {}};
  }
  PatternTree all{Kind::Sequence, 0, {}};
  const auto* either = std::get_if<ast::OrPattern>(&operand.node);
  if (either == nullptr) {
    refusals_.push_back({operand.span, "`NOT` of a group of several steps"});
    return all;
  }
  for (const ast::PatternExprPtr& part : either->operands)
    all.parts.push_back(BuildNegation(*part));
  return all;
}

PatternTree PatternForm::Build(const ast::PatternExpr& pattern) {
  if (const auto* step = std::get_if<ast::PatternStep>(&pattern.node)) {
    return {Kind::Step, Add(*step, step->negated), {}};
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

// One side, and none of the others before or after it: A XOR B is (NOT B, A, NOT B) or the reverse.
PatternTree PatternForm::BuildExclusive(const ast::XorPattern& exclusive) {
  PatternTree either{Kind::Any, 0, {}};
  for (const ast::PatternExprPtr& side : exclusive.operands) {
    if (IsOneEvent(*side)) continue;
    refusals_.push_back({side->span, "`XOR` of groups of several steps"});
    return either;
  }
  around_.push_back({Kind::Any, groups_++, 0});
  for (const ast::PatternExprPtr& side : exclusive.operands) {
    PatternTree way{Kind::Sequence, 0, {}};
    around_.back().part = static_cast<uint32_t>(either.parts.size());
    around_.push_back({Kind::Sequence, groups_++, 0});
    const auto refuse_others = [&] {
      for (const ast::PatternExprPtr& other : exclusive.operands) {
        if (other == side) continue;
        const size_t first = steps_.size();
        way.parts.push_back(BuildNegation(*other));
        for (size_t i = first; i < steps_.size(); ++i) steps_[i].repeated = true;
        ++around_.back().part;
      }
    };
    refuse_others();
    way.parts.push_back(Build(*side));
    ++around_.back().part;
    refuse_others();
    around_.pop_back();
    either.parts.push_back(std::move(way));
  }
  around_.pop_back();
  return either;
}

bool PatternForm::MayBeBound(uint32_t other, uint32_t step) const {
  if (other == step || steps_[other].negated) return false;
  if (steps_[step].forbidden) return true;
  const auto& a = steps_[other].places;
  const auto& b = steps_[step].places;
  for (size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    if (a[i].group == b[i].group && a[i].part == b[i].part) continue;
    if (a[i].kind == Kind::All) return true;
    return a[i].kind == Kind::Sequence && a[i].part < b[i].part;
  }
  return false;
}

bool PatternForm::Expand(size_t limit, std::vector<PatternNode>& alternatives) const {
  Expansion expansion(steps_, limit);
  alternatives = expansion.Of(whole_);
  return !expansion.too_many();
}

}  // namespace varpulis::sema
