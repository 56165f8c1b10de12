#pragma once

// Layout of a record: the fixed-size state of one run or one window, with named slots.
//
//   payloads, widest alignment first ... | one state byte per slot that has one | padding to 8

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/ir/type.h"

namespace varpulis::ir {

inline constexpr uint32_t kNoState = UINT32_MAX;

struct RecordSlot {
  std::string name;
  Type type;
  uint32_t offset = 0;
  uint32_t state_offset = kNoState;  // Any carries its state in the tag, Set has none
};

struct RecordLayout {
  std::vector<RecordSlot> slots;
  uint32_t size = 0;

  // Appends a slot and returns its index; offsets are valid after Finish().
  uint32_t Add(std::string name, Type type);
  // Computes offsets and size. Slots keep their indices; payloads are placed in order.
  void Finish();
  bool empty() const { return slots.empty(); }
  // Index of the slot of that name, or -1.
  int Find(const std::string& name) const;
};

// Bytes of a payload: 1, 8, 16 (str), 24 (any), 8 (set).
uint32_t PayloadSize(Type type);

}  // namespace varpulis::ir
