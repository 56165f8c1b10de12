#include "runtime/pattern/element_chains.h"

#include "runtime/kernel/ownership.h"

namespace varpulis::pattern {

uint64_t ElementChains::NewChain() {
  if (free_.empty()) {
    chains_.emplace_back();
    return chains_.size();
  }
  const uint64_t number = free_.back();
  free_.pop_back();
  return number;
}

void ElementChains::Push(uint64_t number, const abi::Cell* cells) {
  Chain& chain = chains_[number - 1];
  chain.cells.insert(chain.cells.end(), cells, cells + width_);
  chain.starts.push_back(0);
  chain.touched = event_;
  if (first_touched_ == 0) first_touched_ = number;
}

void ElementChains::Start(View& view, uint64_t number, uint64_t from) {
  Chain& chain = chains_[number - 1];
  view.chain = number;
  view.from = from;
  ++chain.starts[from - chain.first + chain.gone];
  ++chain.views;
}

void ElementChains::Append(View& view, const abi::Cell* cells, abi::KernelContext& context) {
  if (view.chain == 0) {
    // A chain that has the event already will do.
    const bool is_new = first_touched_ == 0;
    const uint64_t number = is_new ? NewChain() : first_touched_;
    if (is_new) {
      Push(number, cells);
    } else {
      Discard(cells, context);
    }
    Start(view, number, chains_[number - 1].end() - 1);
    view.size = 1;
    return;
  }
  const uint64_t end = chains_[view.chain - 1].end();
  const uint64_t next = view.from + view.size;
  if (next == end) {
    Push(view.chain, cells);
  } else if (next + 1 == end && IsTouched(view.chain)) {
    Discard(cells, context);
  } else {
    const View before = view;
    const uint64_t number = NewChain();
    std::vector<abi::Cell> element(width_);
    for (uint64_t i = 0; i < before.size; ++i) {
      for (size_t cell = 0; cell < width_; ++cell)
        element[cell] = kernel::CopyOwned(context, At(before, i, cell));
      chains_[number - 1].cells.insert(chains_[number - 1].cells.end(), element.begin(),
                                       element.end());
      chains_[number - 1].starts.push_back(0);
    }
    Push(number, cells);
    Start(view, number, chains_[number - 1].first);
    Release(before, context);
  }
  ++view.size;
}

void ElementChains::Share(const View& view) {
  if (view.chain == 0) return;
  View other;
  Start(other, view.chain, view.from);
}

void ElementChains::Release(const View& view, abi::KernelContext& context) {
  if (view.chain == 0) return;
  Chain& chain = chains_[view.chain - 1];
  --chain.starts[view.from - chain.first + chain.gone];
  --chain.views;
  DropFront(chain, context);
  if (chain.views > 0) return;
  // Nobody may begin with it at the event at hand.
  if (first_touched_ == view.chain) first_touched_ = 0;
  Reset(chain);
  free_.push_back(view.chain);
}

// The room of a short one serves the next.
void ElementChains::Reset(Chain& chain) {
  constexpr size_t kShort = 32;
  if (chain.starts.capacity() > kShort) {
    chain = {};
    return;
  }
  chain.cells.clear();
  chain.starts.clear();
  chain.gone = 0;
  chain.first = 0;
  chain.touched = 0;
}

void ElementChains::DropFront(Chain& chain, abi::KernelContext& context) {
  while (chain.gone < chain.starts.size() && (chain.views == 0 || chain.starts[chain.gone] == 0)) {
    Discard(&chain.cells[chain.gone * width_], context);
    ++chain.gone;
    ++chain.first;
  }
  // Half of the vectors at once, so that each element is moved at most once per element that came.
  if (chain.gone < 16 || chain.gone * 2 < chain.starts.size()) return;
  chain.cells.erase(chain.cells.begin(),
                    chain.cells.begin() + static_cast<std::ptrdiff_t>(chain.gone * width_));
  chain.starts.erase(chain.starts.begin(),
                     chain.starts.begin() + static_cast<std::ptrdiff_t>(chain.gone));
  chain.gone = 0;
}

void ElementChains::Discard(const abi::Cell* cells, abi::KernelContext& context) const {
  for (size_t cell = 0; cell < width_; ++cell) kernel::RetireCell(context, cells[cell]);
}

size_t ElementChains::bytes() const {
  size_t bytes = chains_.capacity() * sizeof(Chain) + free_.capacity() * sizeof(uint64_t);
  for (const Chain& chain : chains_)
    bytes +=
        chain.cells.capacity() * sizeof(abi::Cell) + chain.starts.capacity() * sizeof(uint32_t);
  return bytes;
}

}  // namespace varpulis::pattern
