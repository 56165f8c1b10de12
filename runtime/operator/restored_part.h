#pragma once

// What an engine takes over of a state that was saved, maybe by as many engines as there were shards then.

#include <cstdint>

namespace varpulis::op {

// The shard of so many to which what is found by the hash belongs. The low bits choose the bucket of a
// hash table, so the high ones choose the shard.
inline uint32_t ShardOf(uint64_t hash, uint32_t shards) {
  return static_cast<uint32_t>((hash >> 32) % shards);
}

struct RestoredPart {
  uint32_t shard = 0;
  uint32_t shards = 1;  // among which the keys are spread; 1: all keys are taken
  // What has been counted is taken as well. It belongs to no key, so one of the shards does.
  bool counters = true;

  bool Owns(uint64_t hash) const { return shards == 1 || ShardOf(hash, shards) == shard; }
};

}  // namespace varpulis::op
