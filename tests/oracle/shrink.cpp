#include "tests/oracle/shrink.h"

#include <algorithm>

#include "tests/oracle/evaluate.h"
#include "tests/oracle/walk.h"

namespace varpulis::oracle {

namespace {

using Differs = std::function<bool(const Sample&)>;

// Leaves out what it can of the list that `list` finds in a sample.
template <typename List>
bool Drop(Sample& sample, const Differs& differs, size_t least, const List& list) {
  bool any = false;
  for (size_t i = list(sample).size(); i-- > 0 && list(sample).size() > least;) {
    Sample smaller = sample;
    auto& items = list(smaller);
    items.erase(items.begin() + static_cast<long>(i));
    if (!differs(smaller)) continue;
    sample = smaller;
    any = true;
  }
  return any;
}

bool IsInTree(const Node& node, uint32_t step) {
  if (node.kind == Node::Kind::Step) return node.step == step;
  return std::any_of(node.parts.begin(), node.parts.end(),
                     [&](const Node& part) { return IsInTree(part, step); });
}

// Nothing speaks of a step that has been left out, and something is left that matches.
bool IsWhole(const Pattern& pattern) {
  const auto is_there = [&](uint32_t step) {
    const auto& forbidden = pattern.forbidden;
    return IsInTree(pattern.root, step) ||
           std::find(forbidden.begin(), forbidden.end(), step) != forbidden.end();
  };
  const auto speaks = [](const std::vector<Condition>& conditions, uint32_t step) {
    return std::any_of(conditions.begin(), conditions.end(),
                       [&](const Condition& condition) { return Mentions(condition, step); });
  };
  for (uint32_t gone = 0; gone < pattern.steps.size(); ++gone) {
    if (is_there(gone)) continue;
    if (speaks(pattern.filter, gone)) return false;
    for (const Term& output : pattern.outputs) {
      if (output.reads_step() && output.step == gone) return false;
    }
    for (uint32_t step = 0; step < pattern.steps.size(); ++step) {
      if (is_there(step) && speaks(pattern.steps[step].conditions, gone)) return false;
    }
  }
  return !PositiveSteps(pattern.root, pattern.steps).empty();
}

bool Simplify(Sample& sample, const Differs& differs, const std::function<void(Pattern&)>& change) {
  Sample simpler = sample;
  change(simpler.pattern);
  if (!differs(simpler)) return false;
  sample = simpler;
  return true;
}

}  // namespace

Sample Shrink(Sample sample, const Differs& still_differs) {
  const Differs differs = [&](const Sample& smaller) {
    return IsWhole(smaller.pattern) && still_differs(smaller);
  };
  for (bool any = true; any;) {
    any = Drop(sample, differs, 0, [](Sample& s) -> auto& { return s.events; });
    any |= Drop(sample, differs, 1, [](Sample& s) -> auto& { return s.pattern.outputs; });
    any |= Drop(sample, differs, 0, [](Sample& s) -> auto& { return s.pattern.filter; });
    any |= Drop(sample, differs, 1, [](Sample& s) -> auto& { return s.pattern.root.parts; });
    for (size_t i = 0; i < sample.pattern.steps.size(); ++i) {
      any |= Drop(sample, differs, 0,
                  [i](Sample& s) -> auto& { return s.pattern.steps[i].conditions; });
    }
    if (sample.pattern.partitioned)
      any |= Simplify(sample, differs, [](Pattern& p) { p.partitioned = false; });
    if (sample.pattern.selection != Selection::Stam)
      any |= Simplify(sample, differs, [](Pattern& p) { p.selection = Selection::Stam; });
    if (sample.pattern.emission != Emission::Default)
      any |= Simplify(sample, differs, [](Pattern& p) { p.emission = Emission::Default; });
  }
  return sample;
}

}  // namespace varpulis::oracle
