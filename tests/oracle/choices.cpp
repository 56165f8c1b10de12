#include "tests/oracle/choices.h"

#include <algorithm>

#include "tests/oracle/fit.h"
#include "tests/oracle/walk.h"

namespace varpulis::oracle {

namespace {

// Most candidates of one completion (language-later.md 7.7).
constexpr size_t kMostCandidates = 10'000;

// Behind these steps no positive one comes; `negation` says whether a negation does.
void LastSteps(const Node& node, bool negation, const std::vector<Step>& steps,
               std::vector<uint32_t>& before_absence) {
  if (node.kind == Node::Kind::Step) {
    if (negation) before_absence.push_back(node.step);
    return;
  }
  if (node.kind == Node::Kind::Never) return;
  if (node.kind == Node::Kind::And) {
    for (const Node& part : node.parts) LastSteps(part, negation, steps, before_absence);
    return;
  }
  for (size_t i = node.parts.size(); i-- > 0;) {
    const Node& part = node.parts[i];
    if (IsNegation(part, steps)) {
      negation = true;
    } else {
      return LastSteps(part, negation, steps, before_absence);
    }
  }
}

using Elements = std::vector<size_t>;

// What may be chosen of one closure, in order.
std::vector<Elements> ChoicesOf(const Elements& whole, Yield yield, bool completes) {
  const bool one =
      yield == Yield::Whole || yield == Yield::Longest || (yield == Yield::Each && completes);
  if (one || whole.empty()) return {whole};
  std::vector<Elements> choices;
  if (yield == Yield::Each) {
    for (size_t size = 1; size <= whole.size(); ++size) {
      choices.emplace_back(whole.begin(), whole.begin() + static_cast<long>(size));
    }
    return choices;
  }
  const uint64_t all = uint64_t{1} << whole.size();
  for (uint64_t bits = completes ? all / 2 : 1; bits < all; ++bits) {
    if (choices.size() == kMostCandidates) break;
    Elements& chosen = choices.emplace_back();
    for (size_t i = 0; i < whole.size(); ++i) {
      if ((bits >> i & 1) != 0) chosen.push_back(whole[i]);
    }
  }
  return choices;
}

// Every condition that mentions a closure holds for what is chosen of it.
bool Satisfies(const Scene& run, const Bindings& chosen) {
  for (uint32_t step = 0; step < chosen.size(); ++step) {
    // A step's elements are tried one after the other, each with those before it.
    Bindings so_far = chosen;
    so_far[step].clear();
    for (const size_t event : chosen[step]) {
      const Scene scene{run.pattern, run.events, so_far, &run.events[event], step};
      if (!FitsAgain(scene)) return false;
      so_far[step].push_back(event);
    }
  }
  return true;
}

}  // namespace

std::vector<Yield> Yields(const Pattern& pattern, const std::vector<Node>& ways) {
  const bool monotonic = std::any_of(pattern.steps.begin(), pattern.steps.end(),
                                     [](const Step& step) { return step.monotonic != 0; });
  Emission emission = pattern.emission;
  if (emission == Emission::Default && monotonic) emission = Emission::Longest;
  std::vector<uint32_t> before_absence;
  for (const Node& way : ways) LastSteps(way, false, pattern.steps, before_absence);
  std::vector<Yield> yields;
  for (uint32_t step = 0; step < pattern.steps.size(); ++step) {
    const bool absence =
        std::find(before_absence.begin(), before_absence.end(), step) != before_absence.end();
    const bool each = pattern.steps[step].repeat == Repeat::All && !absence;
    Yield yield = each ? Yield::Each : Yield::Whole;
    if (emission == Emission::Each) yield = Yield::Each;
    if (emission == Emission::Longest) yield = Yield::Longest;
    if (emission == Emission::Subsets) yield = Yield::Subsets;
    yields.push_back(yield);
  }
  return yields;
}

void ForChoices(const Scene& run, const std::vector<Yield>& yields, uint32_t completed_by,
                const std::function<void(const Bindings&)>& visit) {
  std::vector<std::vector<Elements>> choices;  // by step
  for (uint32_t step = 0; step < yields.size(); ++step) {
    const Yield yield = run.pattern.steps[step].is_closure() ? yields[step] : Yield::Whole;
    choices.push_back(ChoicesOf(run.bindings[step], yield, step == completed_by));
  }
  std::vector<size_t> at(choices.size());
  for (size_t tried = 0; tried < kMostCandidates; ++tried) {
    Bindings chosen;
    for (size_t step = 0; step < choices.size(); ++step) chosen.push_back(choices[step][at[step]]);
    if (Satisfies(run, chosen)) visit(chosen);
    // The first closure changes slowest.
    size_t step = choices.size();
    while (step > 0 && ++at[step - 1] == choices[step - 1].size()) at[--step] = 0;
    if (step == 0) return;
  }
}

}  // namespace varpulis::oracle
