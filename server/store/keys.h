#pragma once

// Keys of the database: texts and numbers in an order that iterating follows.

#include <cstdint>
#include <string>
#include <string_view>

namespace varpulis::store {

// Highest byte first, so that the order of bytes is that of numbers.
template <typename Number>
void AppendNumber(std::string& key, Number number) {
  for (int shift = 8 * (sizeof number - 1); shift >= 0; shift -= 8)
    key += static_cast<char>(number >> shift & 0xff);
}

template <typename Number>
Number NumberAt(std::string_view key, size_t at) {
  Number number = 0;
  for (size_t i = 0; i < sizeof number && at + i < key.size(); ++i)
    number = static_cast<Number>(number << 8 | static_cast<uint8_t>(key[at + i]));
  return number;
}

// `<id>/<number>`; ids hold no slash.
inline std::string NumberedKey(std::string_view id, uint64_t number) {
  std::string key(id);
  key += '/';
  AppendNumber(key, number);
  return key;
}
// Behind all keys of the id.
inline std::string EndOfKeys(std::string_view id) {
  return std::string(id) + static_cast<char>('/' + 1);
}

}  // namespace varpulis::store
