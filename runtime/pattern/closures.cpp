// PatternState: the elements of closures. They lie in chains that runs share; the lists of a record hold them
// only while a kernel appends one, or reads them.

#include <utility>

#include "runtime/kernel/ownership.h"
#include "runtime/pattern/pattern_state.h"

namespace varpulis::pattern {

uint64_t PatternState::Capture(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                               const ir::PatternEdge& edge, uint32_t input, op::RecordId id) {
  const ir::KernelId capture = edge.kernels[input].capture;
  if (capture == ir::kNoKernel) return 0;
  const auto take = [&] {
    return static_cast<uint64_t>(call.Int(capture, rows, row, RecordOf(id)));
  };
  if (edge.closure == UINT32_MAX || plan_.closures[edge.closure].lists.empty()) return take();
  const ir::Closure& closure = plan_.closures[edge.closure];
  abi::ArrayValue** appended = &appended_[FirstList(edge.closure)];
  for (size_t i = 0; i < closure.lists.size(); ++i) {
    if (appended[i] != nullptr) appended[i]->size = 0;
    List(id, closure.lists[i]) = appended[i];
  }
  const uint64_t hash = take();
  element_.clear();
  for (size_t i = 0; i < closure.lists.size(); ++i) {
    appended[i] = std::exchange(List(id, closure.lists[i]), nullptr);
    // A value that is too large to be kept has not been appended; its place stays empty.
    const bool is_kept = appended[i] != nullptr && appended[i]->size > 0;
    element_.push_back(is_kept ? appended[i]->elements()[0] : abi::Cell::Missing());
    // The value is not the list's any more.
    if (is_kept) appended[i]->size = 0;
  }
  // The record counts the new element already.
  ElementChains::View view = ViewOf(closure, id);
  if (view.chain != 0) --view.size;
  chains_[edge.closure].Append(view, element_.data(), call.context());
  SetView(closure, id, view);
  return hash;
}

ElementChains::View PatternState::ViewOf(const ir::Closure& closure, op::RecordId id) {
  return {static_cast<uint64_t>(IntSlot(id, closure.chain_slot)),
          static_cast<uint64_t>(IntSlot(id, closure.from_slot)),
          static_cast<uint64_t>(IntSlot(id, closure.count_slot))};
}

void PatternState::SetView(const ir::Closure& closure, op::RecordId id,
                           const ElementChains::View& view) {
  IntSlot(id, closure.chain_slot) = static_cast<int64_t>(view.chain);
  IntSlot(id, closure.from_slot) = static_cast<int64_t>(view.from);
}

// Lists of the closures in front of it.
size_t PatternState::FirstList(uint32_t closure) const {
  size_t first = 0;
  for (uint32_t i = 0; i < closure; ++i) first += plan_.closures[i].lists.size();
  return first;
}

// For the time of some kernels the record has lists of its elements, which stay owned by the chains.
void PatternState::ShowElements(op::RecordId id) {
  size_t at = 0;
  for (uint32_t i = 0; i < plan_.closures.size(); ++i) {
    const ir::Closure& closure = plan_.closures[i];
    if (closure.lists.empty()) continue;
    const ElementChains::View view = ViewOf(closure, id);
    for (size_t cell = 0; cell < closure.lists.size(); ++cell, ++at) {
      if (view.chain == 0) continue;
      constexpr size_t kWords = sizeof(abi::Cell) / sizeof(uint64_t);
      static_assert(sizeof(abi::ArrayValue) % sizeof(uint64_t) == 0);
      shown_[at].resize(sizeof(abi::ArrayValue) / sizeof(uint64_t) + view.size * kWords);
      auto* list = reinterpret_cast<abi::ArrayValue*>(shown_[at].data());
      list->size = view.size;
      for (uint64_t element = 0; element < view.size; ++element)
        list->elements()[element] = chains_[i].At(view, element, cell);
      List(id, closure.lists[cell]) = list;
    }
  }
}

void PatternState::HideElements(op::RecordId id) {
  for (const ir::Closure& closure : plan_.closures) {
    for (const uint32_t slot : closure.lists) List(id, slot) = nullptr;
  }
}

void PatternState::CopyRun(op::KernelCaller& call, op::RecordId from, op::RecordId to) {
  kernel::CopyRecord(plan_.run, RecordOf(from), RecordOf(to), call.context());
  for (uint32_t i = 0; i < plan_.closures.size(); ++i) {
    const ir::Closure& closure = plan_.closures[i];
    if (!closure.lists.empty()) chains_[i].Share(ViewOf(closure, to));
  }
}

void PatternState::ReleaseElements(op::KernelCaller& call, op::RecordId id) {
  for (uint32_t i = 0; i < plan_.closures.size(); ++i) {
    const ir::Closure& closure = plan_.closures[i];
    if (!closure.lists.empty()) chains_[i].Release(ViewOf(closure, id), call.context());
  }
}

}  // namespace varpulis::pattern
