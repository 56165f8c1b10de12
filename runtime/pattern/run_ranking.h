#pragma once

// Which run makes room for a new one: runs by key and over all keys, first those that have taken the
// fewest steps, then the oldest. Kept only where a policy evicts: O(log n) per run opened, moved and
// removed.

#include <cstddef>
#include <cstdint>
#include <tuple>

#include <absl/container/btree_set.h>
#include <absl/container/flat_hash_map.h>

#include "runtime/operator/key_index.h"

namespace varpulis::pattern {

struct Rank {
  uint32_t progress;
  uint64_t sequence;
  op::RecordId run;

  auto operator<=>(const Rank&) const = default;
};

class RunRanking {
 public:
  void Add(uint64_t key, const Rank& rank) {
    by_key_[key].insert(rank);
    all_.insert(rank);
  }
  void Remove(uint64_t key, const Rank& rank) {
    const auto of_key = by_key_.find(key);
    if (of_key == by_key_.end()) return;
    of_key->second.erase(rank);
    if (of_key->second.empty()) by_key_.erase(of_key);
    all_.erase(rank);
  }
  // kNoRecord if there is none.
  op::RecordId FirstOf(uint64_t key) const {
    const auto of_key = by_key_.find(key);
    return of_key == by_key_.end() ? op::kNoRecord : of_key->second.begin()->run;
  }
  op::RecordId First() const { return all_.empty() ? op::kNoRecord : all_.begin()->run; }
  // Of the entries, without what the trees leave free.
  size_t bytes() const { return 2 * all_.size() * sizeof(Rank); }

 private:
  absl::flat_hash_map<uint64_t, absl::btree_set<Rank>, op::IdentityHash> by_key_;
  absl::btree_set<Rank> all_;
};

}  // namespace varpulis::pattern
