#pragma once

// Which part of a program's work is one shard's. Streams that depend on each other stay together.
// Such a group either belongs to one shard, or, if its state is found by one key from the first event
// on, to all of them, each with the keys that it owns.

#include <cstdint>
#include <vector>

#include "compiler/ir/plan.h"
#include "runtime/operator/restored_part.h"
#include "runtime/pattern/run_bounds.h"

namespace varpulis::exec {

struct Share {
  static constexpr uint32_t kAllShards = UINT32_MAX;

  uint32_t shard = 0;
  uint32_t shards = 1;
  // Owner of each stream, or kAllShards; empty: this shard owns all.
  std::vector<uint32_t> owners;

  bool ByKey(uint32_t stream) const { return !owners.empty() && owners[stream] == kAllShards; }
  bool Runs(uint32_t stream) const {
    return owners.empty() || owners[stream] == kAllShards || owners[stream] == shard;
  }
  bool Owns(uint64_t hash) const { return op::ShardOf(hash, shards) == shard; }
  // Work that all shards repeat is counted by the first.
  bool counts_shared_errors() const { return shard == 0; }
};

// By stream the number of its group: those that read each other's rows, directly or not, have one.
std::vector<uint32_t> GroupsOfStreams(const ir::Plan& plan);

// Shares of `shards` engines over the plan, with the same owners. A bound of all runs of a pattern that is
// lower than the default is there to be reached: such a pattern stays on one shard, which counts them all.
std::vector<Share> PlanShares(const ir::Plan& plan, uint32_t shards,
                              const pattern::RunBounds& bounds = {});

}  // namespace varpulis::exec
