// What a partition has learnt, as it is saved and restored. What follows is built again: totals, sorted scores, and
// what symbols do to runs. No number that is restored makes one that is none: predictions stay probabilities.

#include <algorithm>
#include <cmath>

#include "runtime/forecast/model.h"

namespace varpulis::forecast {
namespace {

// A probability, or a difference of two.
double RestoreShare(state::StateReader& in) {
  const double share = in.F64();
  in.Require(share >= 0 && share <= 1, "a probability that is none");
  return in.ok() ? share : 0;
}

}  // namespace

// --- what a model consists of --------------------------------------------------------------------

// In order of arrival.
void Calibration::Save(state::StateWriter& out) const {
  out.U64(latest_.size());
  for (size_t i = 0; i < latest_.size(); ++i) out.F64(latest_[(oldest_ + i) % latest_.size()]);
}

void Calibration::Restore(state::StateReader& in) {
  for (uint64_t left = in.Count(sizeof(double), kOutcomes); left > 0 && in.ok(); --left)
    latest_.push_back(RestoreShare(in));
  sorted_ = latest_;
  std::sort(sorted_.begin(), sorted_.end());
}

void Intensity::Save(state::StateWriter& out) const {
  out.U64(events_);
  out.I64(latest_);
  gaps_.Save(out);
  out.F64(intensity_);
}

void Intensity::Restore(state::StateReader& in) {
  events_ = in.U64();
  latest_ = in.I64();
  gaps_.Restore(in);
  intensity_ = in.F64();
  in.Require(std::isfinite(intensity_) && intensity_ >= 0, "an impossible intensity");
  is_known_ = in.ok() && IsKnown();
}

void Stability::Save(state::StateWriter& out) const {
  out.U64(seen_);
  for (size_t i = 0; i < std::min<uint64_t>(seen_, kPredictions); ++i) out.F64(latest_[i]);
}

void Stability::Restore(state::StateReader& in) {
  seen_ = in.U64();
  for (size_t i = 0; i < std::min<uint64_t>(seen_, kPredictions); ++i)
    latest_[i] = RestoreShare(in);
}

// --- contexts ------------------------------------------------------------------------------------

void SuffixTree::Save(state::StateWriter& out) const {
  out.U64(updates_);
  out.U64(refused_);
  out.U32(known_);
  for (uint32_t i = 0; i < known_; ++i) out.U32(history_[i]);
  SaveNode(0, out);
}

// The counts that are not 0 and the contexts that are longer by one symbol, by symbol.
void SuffixTree::SaveNode(uint32_t node, state::StateWriter& out) const {
  out.Flag(nodes_[node].unseen);
  uint64_t counts = 0;
  uint64_t children = 0;
  for (Symbol symbol = 0; symbol < alphabet_; ++symbol) {
    counts += Count(node, symbol) > 0 ? 1 : 0;
    children += Child(node, symbol) != kNone ? 1 : 0;
  }
  out.U64(counts);
  for (Symbol symbol = 0; symbol < alphabet_; ++symbol) {
    if (Count(node, symbol) == 0) continue;
    out.U32(symbol);
    out.U64(Count(node, symbol));
  }
  out.U64(children);
  for (Symbol symbol = 0; symbol < alphabet_; ++symbol) {
    if (Child(node, symbol) == kNone) continue;
    out.U32(symbol);
    SaveNode(Child(node, symbol), out);
  }
}

void SuffixTree::Restore(state::StateReader& in) {
  updates_ = in.U64();
  refused_ = in.U64();
  known_ = in.U32();
  in.Require(known_ <= depth_, "a history that is too long");
  if (!in.ok()) known_ = 0;
  for (uint32_t i = 0; i < known_; ++i) {
    history_[i] = in.U32();
    in.Require(history_[i] < alphabet_, "a symbol that is none");
  }
  RestoreNode(in, 0, 0);
}

void SuffixTree::RestoreNode(state::StateReader& in, uint32_t node, uint32_t length) {
  constexpr size_t kLeastNode = 1 + 2 * sizeof(uint64_t);
  nodes_[node].unseen = in.Flag();
  Symbol next = 0;
  // Symbols come in their order, each once.
  const auto read_symbol = [&] {
    const Symbol symbol = in.U32();
    in.Require(symbol >= next && symbol < alphabet_, "a symbol that is none");
    next = symbol + 1;
    return symbol;
  };
  for (uint64_t left = in.Count(sizeof(Symbol) + sizeof(uint64_t), alphabet_); left > 0; --left) {
    const Symbol symbol = read_symbol();
    const uint64_t count = in.U64();
    // A context counts at most one successor for each symbol that came.
    in.Require(count > 0 && count <= updates_ - std::min(updates_, nodes_[node].total),
               "an impossible count");
    if (!in.ok()) return;
    Count(node, symbol) = count;
    nodes_[node].total += count;
  }
  next = 0;
  uint64_t left = in.Count(sizeof(Symbol) + kLeastNode, alphabet_);
  in.Require(left == 0 || (length < depth_ && !nodes_[node].unseen), "a context that is too long");
  for (; left > 0 && in.ok(); --left) {
    const Symbol symbol = read_symbol();
    in.Require(nodes() < limits::kMaxForecastNodes, "more contexts than there may be");
    if (!in.ok()) return;
    const uint32_t child = Allocate();
    Child(node, symbol) = child;
    RestoreNode(in, child, length + 1);
  }
}

// --- a model -------------------------------------------------------------------------------------

void Model::Save(state::StateWriter& out) const {
  out.U64(masks_.size());
  for (const ir::SymbolMask mask : masks_) out.U64(mask);
  for (const Intensity& intensity : intensities_) intensity.Save(out);
  tree_.Save(out);
  interval_.Save(out);
  out.I64(latest_);
  out.U64(events_);
  out.Flag(is_warm_);
  stability_.Save(out);
  calibration_.Save(out);
}

void Model::Restore(state::StateReader& in) {
  const uint64_t symbols = in.Count(sizeof(ir::SymbolMask), limits::kMaxForecastSymbols);
  in.Require(symbols >= masks_.size(), "symbols are missing");
  for (uint64_t symbol = 0; symbol < symbols && in.ok(); ++symbol) {
    const ir::SymbolMask mask = in.U64();
    const auto known = std::find(masks_.begin(), masks_.end(), mask);
    in.Require(known == (symbol < masks_.size() ? masks_.begin() + static_cast<int64_t>(symbol)
                                                : masks_.end()),
               "symbols in another order");
    if (in.ok() && symbol == masks_.size()) Intern(mask);
  }
  if (!in.ok()) return;
  for (Intensity& intensity : intensities_) intensity.Restore(in);
  tree_.Restore(in);
  interval_.Restore(in);
  latest_ = in.I64();
  events_ = in.U64();
  is_warm_ = in.Flag();
  stability_.Restore(in);
  calibration_.Restore(in);
}

}  // namespace varpulis::forecast
