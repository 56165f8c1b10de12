#pragma once

// What states count: structs of nothing but uint64_t, with `ForEach(counters, visit)` that visits all of them in order.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "runtime/state/state_reader.h"
#include "runtime/state/state_writer.h"

namespace varpulis::state {

template <typename Counters>
void AddCounters(Counters& total, const Counters& part) {
  const auto parts = std::bit_cast<std::array<uint64_t, sizeof(Counters) / sizeof(uint64_t)>>(part);
  size_t at = 0;
  Counters::ForEach(total, [&](uint64_t& counter) { counter += parts[at++]; });
}

template <typename Counters>
void SaveCounters(const Counters& counters, StateWriter& out) {
  Counters::ForEach(counters, [&](uint64_t counter) { out.U64(counter); });
}

// Adds what was saved, unless somebody else counts it.
template <typename Counters>
void RestoreCounters(Counters& counters, StateReader& in, bool counts) {
  Counters saved;
  Counters::ForEach(saved, [&](uint64_t& counter) { counter = in.U64(); });
  if (counts) AddCounters(counters, saved);
}

}  // namespace varpulis::state
