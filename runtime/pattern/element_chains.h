#pragma once

// The elements of one closure of a pattern, each stored once for all runs that hold it: SASE's shared
// buffer (Agrawal et al., SIGMOD 2008), as chains of elements in order of arrival. A run shows a stretch of a chain.
// Runs that take the same events lie on one chain; one that goes another way gets a chain of its own. Memory is
// that of the elements between the oldest and the newest that some run shows, whatever the number of runs.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "compiler/ir/kernel_abi.h"
#include "runtime/kernel/kernel_context.h"
#include "runtime/state/state_reader.h"
#include "runtime/state/state_writer.h"

namespace varpulis::pattern {

class ElementChains {
 public:
  // What a run shows. Nothing: chain 0.
  struct View {
    uint64_t chain = 0;
    uint64_t from = 0;
    uint64_t size = 0;
  };

  // `width`: cells of an element.
  explicit ElementChains(size_t width) : width_(width) {}

  // What is appended from now on is another event.
  void BeginEvent() {
    ++event_;
    first_touched_ = 0;
  }
  // The view has one element more. The cells' values are taken over. O(1), unless the view's chain has gone on
  // without it: then it is copied once.
  void Append(View& view, const abi::Cell* cells, abi::KernelContext& context);
  // There is another view like this one.
  void Share(const View& view);
  // The view is gone. What no view shows any more is retired.
  void Release(const View& view, abi::KernelContext& context);
  const abi::Cell& At(const View& view, uint64_t element, size_t cell) const {
    const Chain& chain = chains_[view.chain - 1];
    return chain.cells[(view.from + element - chain.first + chain.gone) * width_ + cell];
  }
  size_t bytes() const;

  // `views` are all that there are, in an order that whoever restores them knows. Chains are numbered in it. What
  // only views that are gone have shown is left out. element_chains_restore.cpp
  void Save(const std::vector<View>& views, state::StateWriter& out) const;
  // Beside what is there already. The sizes of the views are known; the rest is filled in. After a failure
  // of the reader those that have a chain are to be released as any other.
  void Restore(state::StateReader& in, std::vector<View>& views, abi::KernelContext& context);

 private:
  struct Chain {
    std::vector<abi::Cell> cells = {};
    std::vector<uint32_t> starts = {};  // by element: views that begin there
    size_t gone = 0;                    // elements in front that nobody shows, still in the vectors
    uint64_t first = 0;                 // number of the first that somebody shows
    uint64_t views = 0;
    uint64_t touched = 0;  // number of the event that it has taken last

    uint64_t end() const { return first + starts.size() - gone; }
  };

  uint64_t NewChain();
  View RestoreChain(state::StateReader& in, abi::KernelContext& context);
  void Push(uint64_t chain, const abi::Cell* cells);
  void Start(View& view, uint64_t chain, uint64_t from);
  bool IsTouched(uint64_t chain) const { return chains_[chain - 1].touched == event_; }
  void Discard(const abi::Cell* cells, abi::KernelContext& context) const;
  static void Reset(Chain& chain);
  void DropFront(Chain& chain, abi::KernelContext& context);

  const size_t width_;
  std::vector<Chain> chains_;   // by number less one
  std::vector<uint64_t> free_;  // numbers
  uint64_t event_ = 1;          // at hand; each has a number of its own
  uint64_t first_touched_ =
      0;  // the first chain with an element of it that is still there; 0: none
};

}  // namespace varpulis::pattern
