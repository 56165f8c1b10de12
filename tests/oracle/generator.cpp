#include "tests/oracle/generator.h"

#include <algorithm>
#include <string_view>

#include "tests/oracle/condition_generator.h"
#include "tests/oracle/tree_generator.h"

namespace varpulis::oracle {

namespace {

// Plain steps and closures with arrows between them, or an absence after one event.
void MakeArrows(Dice& dice, Pattern& pattern) {
  pattern.form = Form::Arrows;
  pattern.root.kind = Node::Kind::Sequence;
  const bool absence = dice.Chance(10);
  const size_t size = absence ? 2 : 2 + dice.Roll(3);
  for (uint32_t i = 0; i < size; ++i) {
    Step step;
    step.type = static_cast<uint32_t>(dice.Roll(4));
    step.negated = absence && i == 1;
    if (!absence && dice.Chance(40)) step.repeat = Repeat::All;
    const bool before = i > 0 && !pattern.steps.back().is_optional();
    if (step.is_closure() && before && dice.Chance(15)) step.monotonic = dice.Chance(50) ? 1 : -1;
    pattern.steps.push_back(step);
    pattern.root.parts.push_back({Node::Kind::Step, i});
  }
}

void MakeSequenceSource(Dice& dice, Pattern& pattern) {
  pattern.form = Form::SequenceSource;
  pattern.root.kind = Node::Kind::Sequence;
  const size_t size = 2 + dice.Roll(3);
  for (uint32_t i = 0; i < size; ++i) {
    Step step;
    step.type = static_cast<uint32_t>(dice.Roll(4));
    if (i > 0 && dice.Chance(50)) step.within_ms = 1 + static_cast<int64_t>(dice.Roll(4));
    pattern.steps.push_back(step);
    pattern.root.parts.push_back({Node::Kind::Step, i});
  }
}

// Letters that are no fields.
constexpr std::string_view kAliases = "abcdefghjlmnopqrstuvwz";

void NameSteps(Dice& dice, Pattern& pattern) {
  for (size_t i = 0; i < pattern.steps.size(); ++i) {
    Step& step = pattern.steps[i];
    const bool named = pattern.form == Form::SequenceSource || dice.Chance(92);
    if (!step.negated && named) step.alias = std::string(1, kAliases[i]);
  }
}

void TurnDials(Dice& dice, Pattern& pattern, const PatternLimits& limits) {
  const bool negations = pattern.root.kind == Node::Kind::Xor ||
                         std::any_of(pattern.steps.begin(), pattern.steps.end(),
                                     [](const Step& step) { return step.negated; });
  if (negations || dice.Chance(75)) pattern.within_ms = 2 + static_cast<int64_t>(dice.Roll(14));
  pattern.partitioned = dice.Chance(30);
  if (dice.Chance(50)) pattern.selection = static_cast<Selection>(dice.Roll(3));
  if (dice.Chance(60)) pattern.emission = static_cast<Emission>(dice.Roll(limits.subsets ? 4 : 3));
  const bool has_arrows = pattern.steps.size() > 1 && !negations;
  if (!has_arrows || !dice.Chance(18)) return;
  Step forbidden;
  forbidden.type = static_cast<uint32_t>(dice.Roll(4));
  forbidden.negated = true;
  pattern.forbidden.push_back(static_cast<uint32_t>(pattern.steps.size()));
  pattern.steps.push_back(forbidden);
}

// Of a closure the engine keeps one run for all choices of elements where it can, which has the time of the
// latest: bounds between steps, and late events, are judged by that.
bool MayBeAny(const Pattern& pattern, bool disordered) {
  if (pattern.emission != Emission::Default && pattern.emission != Emission::Subsets) return false;
  bool closures = false, bounds = false;
  for (const Step& step : pattern.steps) {
    closures = closures || step.is_closure();
    bounds = bounds || step.within_ms > 0;
  }
  return !closures || !(bounds || disordered);
}

}  // namespace

Pattern RandomPattern(Dice& dice, const std::string& name, const PatternLimits& limits) {
  Pattern pattern;
  pattern.name = name;
  const size_t form = dice.Roll(100);
  if (form < 35) {
    MakeArrows(dice, pattern);
  } else if (form < 43) {
    MakeSequenceSource(dice, pattern);
  } else {
    pattern.form = Form::Declared;
    TreeGenerator(dice, pattern).Run();
  }
  NameSteps(dice, pattern);
  TurnDials(dice, pattern, limits);
  AddConditions(dice, pattern);
  AddOutputs(dice, pattern);
  if (limits.any && dice.Chance(40) && MayBeAny(pattern, limits.disordered))
    pattern.selection = Selection::Any;
  return pattern;
}

}  // namespace varpulis::oracle
