#pragma once

// State as bytes: numbers of fixed width, lowest byte first, and lengths in front of what has one. What
// is written says nothing of its own form; whoever reads it knows the layout (checkpoint.h compares
// definitions first).

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "compiler/ir/kernel_abi.h"

namespace varpulis::state {

static_assert(std::endian::native == std::endian::little, "numbers are written as they lie");

class StateWriter {
 public:
  void Byte(uint8_t value) { bytes_.push_back(static_cast<char>(value)); }
  void Flag(bool value) { Byte(value ? 1 : 0); }
  void U32(uint32_t value) { Append(value); }
  void U64(uint64_t value) { Append(value); }
  void I64(int64_t value) { Append(value); }
  // All bits, those of NaN included.
  void F64(double value) { Append(value); }
  // At most 4 GiB.
  void Text(std::string_view text) {
    U32(static_cast<uint32_t>(text.size()));
    bytes_.append(text);
  }
  // With its tag, and all that it reaches.
  void Value(const abi::Cell& cell);

  size_t size() const { return bytes_.size(); }
  std::string Take() { return std::exchange(bytes_, {}); }

 private:
  template <typename T>
  void Append(T value) {
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }

  std::string bytes_;
};

}  // namespace varpulis::state
