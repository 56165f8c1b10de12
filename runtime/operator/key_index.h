#pragma once

// From a 64-bit key hash to a chain of records. The chain links live in the records; the index keeps
// both ends. Several keys may share a hash: whoever walks a chain compares the keys.

#include <cstdint>

#include <absl/container/flat_hash_map.h>

#include "runtime/operator/record_store.h"

namespace varpulis::op {

struct Chain {
  RecordId head = kNoRecord;
  RecordId tail = kNoRecord;
  uint32_t count = 0;
};

// The keys are hashes already.
struct IdentityHash {
  size_t operator()(uint64_t hash) const { return hash; }
};
using KeyIndex = absl::flat_hash_map<uint64_t, Chain, IdentityHash>;

// Bytes of the table, control bytes included.
inline size_t IndexBytes(const KeyIndex& index) {
  return index.capacity() * (sizeof(KeyIndex::value_type) + 1);
}

}  // namespace varpulis::op
