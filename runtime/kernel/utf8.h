#pragma once

// Code points of UTF-8. Text that reaches kernels is valid (decision E21); anything else still moves
// forward byte by byte and stays in bounds.

#include <cstdint>
#include <string_view>

namespace varpulis::kernel {

// Bytes of the character that starts at `at`, which is inside the text.
inline size_t CharacterBytes(std::string_view text, size_t at) {
  auto lead = static_cast<uint8_t>(text[at]);
  size_t bytes = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  return at + bytes <= text.size() ? bytes : text.size() - at;
}

// A character is counted by its first byte, so that CountCharacters and CharacterBytes agree only on
// valid text.
inline int64_t CountCharacters(std::string_view text) {
  int64_t count = 0;
  for (char c : text) count += (static_cast<uint8_t>(c) & 0xc0) != 0x80;
  return count;
}

// Byte offset of character `index`, the end of the text if there are fewer.
inline size_t CharacterOffset(std::string_view text, int64_t index) {
  size_t at = 0;
  while (index-- > 0 && at < text.size()) at += CharacterBytes(text, at);
  return at;
}

// The code point at `at`; of invalid text some number.
inline uint32_t CodePoint(std::string_view text, size_t at) {
  size_t bytes = CharacterBytes(text, at);
  auto lead = static_cast<uint8_t>(text[at]);
  uint32_t point = bytes == 1 ? lead : lead & (0x7fu >> bytes);
  for (size_t i = 1; i < bytes; ++i) {
    point = point << 6 | (static_cast<uint8_t>(text[at + i]) & 0x3fu);
  }
  return point;
}

}  // namespace varpulis::kernel
