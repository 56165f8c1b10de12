#pragma once

// From a 64-bit key hash to a chain of records. Links live in the records, the index keeps the first
// one, which knows the last: most chains are short, and what the index has a key for there are millions
// of. Several keys may share a hash: whoever walks a chain compares the keys.

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include <absl/container/flat_hash_map.h>

#include "runtime/operator/record_store.h"

namespace varpulis::op {

// Part of every record that is chained.
struct ChainLink {
  uint64_t hash = 0;
  RecordId next = kNoRecord;      // behind the last: none
  RecordId previous = kNoRecord;  // before the first: the last
};

struct Chain {
  RecordId head = kNoRecord;
  uint32_t count = 0;
};

// The keys are hashes already.
struct IdentityHash {
  size_t operator()(uint64_t hash) const { return hash; }
};
using KeyIndex = absl::flat_hash_map<uint64_t, Chain, IdentityHash>;

// Puts a record at the end of the chain of `hash`. `link_of` gives the ChainLink& of a RecordId.
template <typename LinkOf>
void Append(KeyIndex& index, uint64_t hash, RecordId id, const LinkOf& link_of) {
  Chain& chain = index[hash];
  if (chain.head == kNoRecord) {
    link_of(id) = {hash, kNoRecord, id};
    chain.head = id;
  } else {
    RecordId& tail = link_of(chain.head).previous;
    link_of(id) = {hash, kNoRecord, tail};
    link_of(tail).next = id;
    tail = id;
  }
  ++chain.count;
}

// Takes a record out of its chain; an empty chain leaves the index.
template <typename LinkOf>
void Remove(KeyIndex& index, RecordId id, const LinkOf& link_of) {
  const ChainLink& link = link_of(id);
  auto chain = index.find(link.hash);
  RecordId& head = chain->second.head;
  const bool is_last = link.next == kNoRecord;
  // Behind the last stands the first, as far as going back is concerned.
  if (id != head) link_of(link.previous).next = link.next;
  link_of(is_last ? head : link.next).previous = link.previous;
  if (id == head) head = link.next;
  if (--chain->second.count == 0) index.erase(chain);
}

// All records of the index, chain by chain.
template <typename LinkOf>
std::vector<RecordId> Chained(const KeyIndex& index, const LinkOf& link_of) {
  std::vector<RecordId> records;
  for (const auto& [hash, chain] : index) {
    for (RecordId id = chain.head; id != kNoRecord; id = link_of(id).next) records.push_back(id);
  }
  return records;
}

// The same, the chains in the order of their hashes: what is written down must not depend on the table.
template <typename LinkOf>
std::vector<RecordId> ChainedByHash(const KeyIndex& index, const LinkOf& link_of) {
  std::vector<std::pair<uint64_t, RecordId>> heads;
  heads.reserve(index.size());
  size_t count = 0;
  for (const auto& [hash, chain] : index) {
    heads.emplace_back(hash, chain.head);
    count += chain.count;
  }
  std::sort(heads.begin(), heads.end());
  std::vector<RecordId> records;
  records.reserve(count);
  for (const auto& [hash, head] : heads) {
    for (RecordId id = head; id != kNoRecord; id = link_of(id).next) records.push_back(id);
  }
  return records;
}

// Bytes of the table, control bytes included.
inline size_t IndexBytes(const KeyIndex& index) {
  return index.capacity() * (sizeof(KeyIndex::value_type) + 1);
}

}  // namespace varpulis::op
