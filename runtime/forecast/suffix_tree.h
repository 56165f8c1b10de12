#pragma once

// Which symbol follows which others: counts behind every context, which is the symbols that came last, up to
// some depth. A prediction suffix tree (Ron, Singer, Tishby: The Power of Amnesia, Machine Learning 25, 1996),
// learnt while it is asked.
//
// A context whose successors are as those of the shorter one in front of it tells nothing: it is pruned, and
// the shorter one is asked from then on. Its counts begin anew unseen, so that it comes back when it does
// tell something.

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/limits.h"
#include "runtime/state/state_reader.h"
#include "runtime/state/state_writer.h"

namespace varpulis::forecast {

using Symbol = uint32_t;

class SuffixTree {
 public:
  // Symbols are 0 .. alphabet - 1; contexts have up to `depth` of them, at most limits::kMaxForecastDepth.
  SuffixTree(uint32_t depth, uint32_t alphabet);

  // A larger alphabet.
  void Widen(uint32_t alphabet);

  // The symbol came behind those that came before.
  void Learn(Symbol symbol);

  // By symbol how likely it is to come next, by the longest known context, whose length is returned:
  // (count + 0.01) / (total + 0.01 * alphabet).
  uint32_t Predict(std::vector<double>& probabilities) const;

  // Contexts that are kept, the empty one and those unseen included.
  uint32_t nodes() const { return static_cast<uint32_t>(nodes_.size() - free_.size()); }
  // Contexts that could not be kept: limits::kMaxForecastNodes.
  uint64_t refused() const { return refused_; }
  uint32_t alphabet() const { return alphabet_; }
  size_t bytes() const;
  // Into a tree that has learnt nothing, of the same depth and alphabet. model_restore.cpp
  void Save(state::StateWriter& out) const;
  void Restore(state::StateReader& in);

 private:
  static constexpr uint32_t kNone = UINT32_MAX;
  struct Node {
    uint64_t total = 0;
    bool unseen = false;  // it has been pruned, and has no children
  };

  uint64_t& Count(uint32_t node, Symbol symbol) {
    return counts_[size_t{node} * alphabet_ + symbol];
  }
  uint64_t Count(uint32_t node, Symbol symbol) const {
    return counts_[size_t{node} * alphabet_ + symbol];
  }
  uint32_t& Child(uint32_t node, Symbol symbol) {
    return children_[size_t{node} * alphabet_ + symbol];
  }
  uint32_t Child(uint32_t node, Symbol symbol) const {
    return children_[size_t{node} * alphabet_ + symbol];
  }
  double Probability(uint32_t node, Symbol symbol) const;
  // Kullback-Leibler divergence of the node's successors from those of its parent.
  double Divergence(uint32_t node, uint32_t parent) const;
  uint32_t Allocate();
  void Forget(uint32_t node);
  void Prune(uint32_t node, uint32_t parent);
  void SaveNode(uint32_t node, state::StateWriter& out) const;
  void RestoreNode(state::StateReader& in, uint32_t node, uint32_t length);

  const uint32_t depth_;
  uint32_t alphabet_;
  std::vector<Node> nodes_;  // 0: the empty context
  std::vector<uint64_t> counts_;
  std::vector<uint32_t> children_;
  std::vector<uint32_t> free_;
  // What came last, the newest first.
  std::array<Symbol, limits::kMaxForecastDepth> history_{};
  uint32_t known_ = 0;  // of it
  uint64_t updates_ = 0;
  uint64_t refused_ = 0;
};

}  // namespace varpulis::forecast
