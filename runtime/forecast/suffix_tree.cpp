#include "runtime/forecast/suffix_tree.h"

#include <algorithm>
#include <cmath>

namespace varpulis::forecast {
namespace {

constexpr double kSmoothing = 0.01;
constexpr uint64_t kPruneEvery = 10'000;
constexpr double kLeastDivergence = 0.05;
// Fewer successors of an unseen context would look different by chance.
constexpr uint64_t kLeastEvidence = 500;

}  // namespace

SuffixTree::SuffixTree(uint32_t depth, uint32_t alphabet) : depth_(depth), alphabet_(alphabet) {
  Allocate();
}

uint32_t SuffixTree::Allocate() {
  if (!free_.empty()) {
    const uint32_t node = free_.back();
    free_.pop_back();
    return node;
  }
  nodes_.emplace_back();
  counts_.resize(counts_.size() + alphabet_);
  children_.resize(children_.size() + alphabet_, kNone);
  return static_cast<uint32_t>(nodes_.size() - 1);
}

void SuffixTree::Widen(uint32_t alphabet) {
  std::vector<uint64_t> counts(nodes_.size() * alphabet);
  std::vector<uint32_t> children(nodes_.size() * alphabet, kNone);
  for (size_t node = 0; node < nodes_.size(); ++node) {
    std::copy_n(counts_.begin() + static_cast<std::ptrdiff_t>(node * alphabet_), alphabet_,
                counts.begin() + static_cast<std::ptrdiff_t>(node * alphabet));
    std::copy_n(children_.begin() + static_cast<std::ptrdiff_t>(node * alphabet_), alphabet_,
                children.begin() + static_cast<std::ptrdiff_t>(node * alphabet));
  }
  counts_ = std::move(counts);
  children_ = std::move(children);
  alphabet_ = alphabet;
}

void SuffixTree::Learn(Symbol symbol) {
  uint32_t node = 0;
  for (uint32_t length = 0;; ++length) {
    ++Count(node, symbol);
    ++nodes_[node].total;
    if (length == known_ || nodes_[node].unseen) break;
    uint32_t next = Child(node, history_[length]);
    if (next == kNone) {
      if (nodes() >= limits::kMaxForecastNodes) {
        ++refused_;
        break;
      }
      next = Allocate();
      Child(node, history_[length]) = next;
    }
    node = next;
  }
  std::copy_backward(history_.begin(), history_.end() - 1, history_.end());
  history_[0] = symbol;
  known_ = std::min(known_ + 1, depth_);
  if (++updates_ % kPruneEvery == 0) Prune(0, kNone);
}

double SuffixTree::Probability(uint32_t node, Symbol symbol) const {
  return (static_cast<double>(Count(node, symbol)) + kSmoothing) /
         (static_cast<double>(nodes_[node].total) + kSmoothing * alphabet_);
}

uint32_t SuffixTree::Predict(std::vector<double>& probabilities) const {
  uint32_t node = 0;
  uint32_t length = 0;
  for (; length < known_; ++length) {
    const uint32_t next = Child(node, history_[length]);
    if (next == kNone || nodes_[next].unseen) break;
    node = next;
  }
  probabilities.resize(alphabet_);
  for (Symbol symbol = 0; symbol < alphabet_; ++symbol)
    probabilities[symbol] = Probability(node, symbol);
  return length;
}

double SuffixTree::Divergence(uint32_t node, uint32_t parent) const {
  double divergence = 0;
  for (Symbol symbol = 0; symbol < alphabet_; ++symbol) {
    const double here = Probability(node, symbol);
    divergence += here * std::log(here / Probability(parent, symbol));
  }
  return divergence;
}

void SuffixTree::Forget(uint32_t node) {
  std::fill_n(counts_.begin() + static_cast<std::ptrdiff_t>(size_t{node} * alphabet_), alphabet_,
              0);
  nodes_[node].total = 0;
}

// From the longest contexts to the shorter ones.
void SuffixTree::Prune(uint32_t node, uint32_t parent) {
  bool is_leaf = true;
  for (Symbol symbol = 0; symbol < alphabet_; ++symbol) {
    const uint32_t child = Child(node, symbol);
    if (child == kNone) continue;
    Prune(child, node);
    is_leaf = is_leaf && nodes_[child].unseen;
  }
  if (parent == kNone || !is_leaf) return;
  const bool tells = Divergence(node, parent) >= kLeastDivergence;
  if (nodes_[node].unseen) {
    if (nodes_[node].total < kLeastEvidence) return;
    nodes_[node].unseen = !tells;
    if (!tells) Forget(node);
    return;
  }
  if (tells) return;
  for (Symbol symbol = 0; symbol < alphabet_; ++symbol) {
    uint32_t& child = Child(node, symbol);
    if (child == kNone) continue;
    Forget(child);
    nodes_[child].unseen = false;
    free_.push_back(child);
    child = kNone;
  }
  nodes_[node].unseen = true;
  Forget(node);
}

size_t SuffixTree::bytes() const {
  return nodes_.capacity() * sizeof(Node) + counts_.capacity() * sizeof(uint64_t) +
         (children_.capacity() + free_.capacity()) * sizeof(uint32_t);
}

}  // namespace varpulis::forecast
