#pragma once

// Which elements of a run's closures make up a match (language-later.md 7.3, decisions D9 to D11). For
// the time of a choice the record shows its elements only, so that kernels need not know.

#include <cstdint>
#include <vector>

#include "compiler/ir/kernel_abi.h"
#include "compiler/ir/pattern_plan.h"
#include "runtime/pattern/run_observer.h"

namespace varpulis::pattern {

class Choice {
 public:
  // `most`: choices shown per run that completes. Under .strategy(any) other runs begin their closures
  // with later elements, so the first one is always chosen.
  Choice(const ir::PatternPlan& plan, uint64_t most)
      : plan_(plan), most_(most), with_first_(plan.selection == ir::Selection::Any) {}

  // Takes the record's closures as they are. `completed_by` is the closure whose element completes the
  // run, UINT32_MAX if it is none: that one is chosen up to its end.
  void Begin(uint8_t* record, uint32_t completed_by);
  // Shows the next choice in the record, in place of the one before; false if there is none, or if as
  // many as allowed have been shown.
  bool Next();
  // Whether there are more choices than that.
  bool is_larger_than(uint64_t count) const;
  // What is shown of the closures that are not shown as a whole.
  std::vector<ChosenElements> Chosen() const;
  // Shows all elements again.
  void End();
  // Only one choice is possible, the whole.
  bool is_single() const { return varied_.empty(); }

 private:
  struct Varied {
    const ir::Closure* closure;
    uint64_t size;                             // of the closure
    bool with_last;                            // subsets that have the newest element
    uint64_t at = 0;                           // the choice: how many elements, or which as bits
    std::vector<abi::ArrayValue*> whole = {};  // what the lists hold
    std::vector<std::vector<uint64_t>> chosen = {};  // what they show of it: array values
  };

  uint64_t First(const Varied& varied) const;
  bool Advance(Varied& varied) const;
  uint64_t Subsets(const Varied& varied) const;
  void Show(Varied& varied);
  int64_t& Count(const Varied& varied);
  abi::ArrayValue*& List(uint32_t slot);

  const ir::PatternPlan& plan_;
  const uint64_t most_;
  const bool with_first_;
  uint8_t* record_ = nullptr;
  std::vector<Varied> varied_;  // the first one changes slowest
  uint64_t shown_ = 0;
};

}  // namespace varpulis::pattern
