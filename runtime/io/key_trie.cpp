#include "runtime/io/key_trie.h"

#include <cstring>

namespace varpulis::io {

void KeyTrie::Clear() {
  nodes_.assign(3, Node{});
  nodes_.reserve(kMaxNodes);
}

KeyTrie::Index KeyTrie::MatchSibling(Index parent, Index first, const char* at) {
  Index previous = first;
  for (int tries = 1; tries < kMaxTries; ++tries) {
    Index child = nodes_[previous].next_sibling;
    if (child == kNone) return kNone;
    if (Equals(nodes_[child], at)) {
      // To the front: it is likely to come again.
      nodes_[previous].next_sibling = nodes_[child].next_sibling;
      nodes_[child].next_sibling = nodes_[parent].first_child;
      nodes_[parent].first_child = child;
      return child;
    }
    previous = child;
  }
  return kNone;
}

KeyTrie::Index KeyTrie::Learn(Index parent, std::string_view raw, size_t key_at, size_t key_size,
                              uint32_t key_id) {
  if (parent == kNone || raw.size() > kMaxRawBytes) return kNone;
  if (nodes_.size() == kMaxNodes) {
    // Start over with what comes now; the rest of this object is read without predictions.
    Clear();
    return kNone;
  }
  Node node{};
  std::memcpy(node.raw, raw.data(), raw.size());
  node.mask = raw.size() == 32 ? UINT32_MAX : (1u << raw.size()) - 1;
  node.key_id = key_id;
  node.raw_size = static_cast<uint8_t>(raw.size());
  node.key_at = static_cast<uint8_t>(key_at);
  node.key_size = static_cast<uint8_t>(key_size);
  node.next_sibling = nodes_[parent].first_child;
  auto index = static_cast<Index>(nodes_.size());
  nodes_.push_back(node);
  nodes_[parent].first_child = index;
  return index;
}

}  // namespace varpulis::io
