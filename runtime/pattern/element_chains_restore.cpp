// ElementChains as they are saved and restored: each element once, however many views show it.
//
//   chains: elements, their cells | by view: number of the chain from 1, or 0; first element

#include <algorithm>

#include <absl/container/flat_hash_map.h>

#include "runtime/kernel/record_state.h"
#include "runtime/pattern/element_chains.h"

namespace varpulis::pattern {
namespace {

// Of a chain what is shown.
struct Shown {
  uint64_t chain = 0;
  uint64_t first = UINT64_MAX;
  uint64_t end = 0;
};

}  // namespace

void ElementChains::Save(const std::vector<View>& views, state::StateWriter& out) const {
  std::vector<Shown> chains;
  absl::flat_hash_map<uint64_t, size_t> places;
  for (const View& view : views) {
    if (view.chain == 0) continue;
    const auto [known, is_new] = places.emplace(view.chain, chains.size());
    if (is_new) chains.push_back({view.chain});
    Shown& shown = chains[known->second];
    shown.first = std::min(shown.first, view.from);
    shown.end = std::max(shown.end, view.from + view.size);
  }
  out.U64(chains.size());
  for (const Shown& shown : chains) {
    const View all{shown.chain, shown.first, shown.end - shown.first};
    out.U64(all.size);
    for (uint64_t element = 0; element < all.size; ++element) {
      for (size_t cell = 0; cell < width_; ++cell) out.Value(At(all, element, cell));
    }
  }
  for (const View& view : views) {
    if (view.chain == 0) {
      out.U64(0);
      continue;
    }
    const size_t place = places.at(view.chain);
    out.U64(place + 1);
    out.U64(view.from - chains[place].first);
  }
}

// A view of all of it, which keeps it until the others are there. The view has no chain if nothing was read.
ElementChains::View ElementChains::RestoreChain(state::StateReader& in,
                                                abi::KernelContext& context) {
  uint64_t left = in.Count(width_);
  in.Require(left > 0, "a chain without elements");
  View view;
  if (!in.ok()) return view;
  const uint64_t number = NewChain();
  Chain& chain = chains_[number - 1];
  for (; left > 0 && in.ok(); --left) {
    for (size_t cell = 0; cell < width_; ++cell)
      chain.cells.push_back(kernel::RestoreCell(in, context));
    chain.starts.push_back(0);
  }
  Start(view, number, 0);
  view.size = chain.starts.size();
  return view;
}

void ElementChains::Restore(state::StateReader& in, std::vector<View>& views,
                            abi::KernelContext& context) {
  std::vector<View> chains;
  for (uint64_t left = in.Count(sizeof(uint64_t) + width_); left > 0 && in.ok(); --left)
    chains.push_back(RestoreChain(in, context));
  for (View& view : views) {
    const uint64_t number = in.U64();
    in.Require(number <= chains.size() && (number == 0) == (view.size == 0),
               "elements that are not there");
    if (!in.ok()) break;
    if (number == 0) continue;
    const View& chain = chains[number - 1];
    const uint64_t from = in.U64();
    in.Require(from < chain.size && view.size <= chain.size - from, "elements that are not there");
    if (!in.ok()) break;
    Start(view, chain.chain, from);
  }
  for (const View& chain : chains) Release(chain, context);
}

}  // namespace varpulis::pattern
