#include "tests/oracle/shrink.h"

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

bool Simplify(Sample& sample, const Differs& differs, const std::function<void(Pattern&)>& change) {
  Sample simpler = sample;
  change(simpler.pattern);
  if (!differs(simpler)) return false;
  sample = simpler;
  return true;
}

}  // namespace

Sample Shrink(Sample sample, const Differs& differs) {
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
