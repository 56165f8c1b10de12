#include "runtime/pattern/choice.h"

#include <bit>

namespace varpulis::pattern {

int64_t& Choice::Count(const Varied& varied) {
  return *reinterpret_cast<int64_t*>(record_ + plan_.run.slots[varied.closure->count_slot].offset);
}

abi::ArrayValue*& Choice::List(uint32_t slot) {
  return *reinterpret_cast<abi::ArrayValue**>(record_ + plan_.run.slots[slot].offset);
}

void Choice::Begin(uint8_t* record, uint32_t completed_by) {
  record_ = record;
  varied_.clear();
  shown_ = 0;
  for (uint32_t i = 0; i < plan_.closures.size(); ++i) {
    const ir::Closure& closure = plan_.closures[i];
    const bool completes = i == completed_by;
    if (closure.mode == ir::ClosureMode::Whole) continue;
    if (closure.mode == ir::ClosureMode::Each && completes) continue;
    Varied varied{&closure, 0, completes};
    varied.size = static_cast<uint64_t>(Count(varied));
    // One that took nothing offers nothing else.
    if (varied.size == 0) continue;
    for (const uint32_t slot : closure.lists) {
      varied.whole.push_back(List(slot));
      if (closure.mode != ir::ClosureMode::Subsets) continue;
      static_assert(sizeof(abi::ArrayValue) % sizeof(uint64_t) == 0);
      varied.chosen.emplace_back((sizeof(abi::ArrayValue) + varied.size * sizeof(abi::Cell)) /
                                 sizeof(uint64_t));
    }
    varied_.push_back(std::move(varied));
  }
}

uint64_t Choice::Subsets(const Varied& varied) const {
  // Elements that are free to be in it or not.
  uint64_t free = varied.size;
  if (with_first_) --free;
  if (varied.with_last && free > 0) --free;
  const uint64_t all = uint64_t{1} << free;
  return with_first_ || varied.with_last ? all : all - 1;
}

bool Choice::is_larger_than(uint64_t count) const {
  uint64_t choices = 1;
  for (const Varied& varied : varied_) {
    const bool subsets = varied.closure->mode == ir::ClosureMode::Subsets;
    const uint64_t own = !subsets ? varied.size : Subsets(varied);
    if (__builtin_mul_overflow(choices, own, &choices) || choices > count) return true;
  }
  return false;
}

// Of subsets the lowest bits that may be: those that must be in it.
uint64_t Choice::First(const Varied& varied) const {
  const bool subsets = varied.closure->mode == ir::ClosureMode::Subsets;
  if (!subsets || !varied.with_last) return 1;
  return uint64_t{1} << (varied.size - 1) | (with_first_ ? 1 : 0);
}

bool Choice::Advance(Varied& varied) const {
  const bool subsets = varied.closure->mode == ir::ClosureMode::Subsets;
  const uint64_t end = subsets ? (uint64_t{1} << varied.size) - 1 : varied.size;
  if (varied.at == end) return false;
  varied.at += subsets && with_first_ ? 2 : 1;
  return true;
}

bool Choice::Next() {
  if (shown_ == most_) return false;
  if (shown_ == 0) {
    for (Varied& varied : varied_) {
      varied.at = First(varied);
      Show(varied);
    }
    ++shown_;
    return true;
  }
  // The last one changes fastest.
  for (size_t i = varied_.size(); i-- > 0;) {
    if (Advance(varied_[i])) {
      Show(varied_[i]);
      ++shown_;
      return true;
    }
    varied_[i].at = First(varied_[i]);
    Show(varied_[i]);
  }
  return false;
}

void Choice::Show(Varied& varied) {
  const auto& lists = varied.closure->lists;
  if (varied.closure->mode == ir::ClosureMode::Each) {
    Count(varied) = static_cast<int64_t>(varied.at);
    for (size_t i = 0; i < lists.size(); ++i) varied.whole[i]->size = varied.at;
    return;
  }
  const auto count = static_cast<uint64_t>(std::popcount(varied.at));
  Count(varied) = static_cast<int64_t>(count);
  for (size_t i = 0; i < lists.size(); ++i) {
    auto* chosen = reinterpret_cast<abi::ArrayValue*>(varied.chosen[i].data());
    chosen->size = 0;
    for (uint64_t bit = 0; bit < varied.size; ++bit) {
      if ((varied.at >> bit & 1) == 0) continue;
      chosen->elements()[chosen->size++] = varied.whole[i]->elements()[bit];
    }
    List(lists[i]) = chosen;
  }
}

std::vector<ChosenElements> Choice::Chosen() const {
  std::vector<ChosenElements> chosen;
  for (const Varied& varied : varied_) {
    ChosenElements& elements = chosen.emplace_back(ChosenElements{varied.closure->step, {}});
    const bool subsets = varied.closure->mode == ir::ClosureMode::Subsets;
    for (uint64_t place = 0; place < varied.size; ++place) {
      if (subsets ? (varied.at >> place & 1) != 0 : place < varied.at)
        elements.places.push_back(place);
    }
  }
  return chosen;
}

void Choice::End() {
  for (Varied& varied : varied_) {
    Count(varied) = static_cast<int64_t>(varied.size);
    const auto& lists = varied.closure->lists;
    for (size_t i = 0; i < lists.size(); ++i) {
      varied.whole[i]->size = varied.size;
      List(lists[i]) = varied.whole[i];
    }
  }
  varied_.clear();
}

}  // namespace varpulis::pattern
