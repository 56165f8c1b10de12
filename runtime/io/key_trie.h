#pragma once

// Remembers which key followed which in earlier objects. Programs that write events print the same
// keys in the same order, so the next key can be recognised by comparing its raw bytes, from behind
// the comma to the first byte of the value, with what came here last time:
//
//   root - `"type":` -+- `"id":` - `"price":`        (two shapes that share their first key)
//                     +- `"user":`

#include <cstdint>
#include <string_view>
#include <vector>

#if defined(__SSE2__)
#include <emmintrin.h>
#else
#include <cstring>
#endif

namespace varpulis::io {

class KeyTrie {
 public:
  using Index = uint16_t;
  static constexpr Index kNone = 0;
  static constexpr Index kEventRoot = 1;    // keys of an event
  static constexpr Index kMembersRoot = 2;  // keys of its `data` or `fields` object
  static constexpr size_t kMaxRawBytes = 32;

  struct Node {
    alignas(16) char raw[kMaxRawBytes];  // zero padded
    uint32_t mask;                       // one bit per raw byte
    uint32_t key_id;
    uint8_t raw_size;
    uint8_t key_at;  // of the key inside raw
    uint8_t key_size;
    Index first_child;
    Index next_sibling;
  };

  KeyTrie() { Clear(); }

  const Node& node(Index index) const { return nodes_[index]; }

  // The child of `parent` that the bytes at `at` repeat, or kNone. kMaxRawBytes must be readable.
  Index Match(Index parent, const char* at) {
    Index child = nodes_[parent].first_child;
    if (child == kNone) return kNone;
    if (Equals(nodes_[child], at)) [[likely]]
      return child;
    return MatchSibling(parent, child, at);
  }
  // Adds a child of `parent` and returns it; kNone if `raw` is too long or there is no room.
  Index Learn(Index parent, std::string_view raw, size_t key_at, size_t key_size, uint32_t key_id);

 private:
  // Objects with random keys must not grow the trie or make lookups slow.
  static constexpr size_t kMaxNodes = 4096;
  static constexpr int kMaxTries = 6;

  static bool Equals(const Node& node, const char* at) {
#if defined(__SSE2__)
    const auto* raw = reinterpret_cast<const __m128i*>(node.raw);
    const auto* text = reinterpret_cast<const __m128i*>(at);
    auto low = _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_load_si128(raw), _mm_loadu_si128(text)));
    if (node.raw_size <= 16) return (static_cast<uint32_t>(low) & node.mask) == node.mask;
    auto high =
        _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_load_si128(raw + 1), _mm_loadu_si128(text + 1)));
    return ((static_cast<uint32_t>(low) | static_cast<uint32_t>(high) << 16) & node.mask) ==
           node.mask;
#else
    return std::memcmp(node.raw, at, node.raw_size) == 0;
#endif
  }
  Index MatchSibling(Index parent, Index first, const char* at);
  void Clear();

  std::vector<Node> nodes_;
};

}  // namespace varpulis::io
