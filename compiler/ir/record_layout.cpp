#include "compiler/ir/record_layout.h"

#include <utility>

namespace varpulis::ir {
namespace {

bool HasStateByte(Type type) { return type != Type::Any && !IsSlotOnly(type); }

}  // namespace

uint32_t PayloadSize(Type type) {
  switch (type) {
    case Type::Bool:
      return 1;
    case Type::Int:
    case Type::Float:
    case Type::Timestamp:
    case Type::Duration:
    case Type::Set:
    case Type::List:
      return 8;
    case Type::Str:
      return 16;
    case Type::Any:
      return 24;
  }
  return 0;
}

uint32_t RecordLayout::Add(std::string name, Type type) {
  slots.push_back({std::move(name), type});
  return static_cast<uint32_t>(slots.size() - 1);
}

// Everything but bool is a multiple of eight bytes and goes first; then single bytes need no gaps.
void RecordLayout::Finish() {
  uint32_t at = 0;
  for (bool bytes : {false, true}) {
    for (RecordSlot& slot : slots) {
      if ((slot.type == Type::Bool) != bytes) continue;
      slot.offset = at;
      at += PayloadSize(slot.type);
    }
  }
  for (RecordSlot& slot : slots) slot.state_offset = HasStateByte(slot.type) ? at++ : kNoState;
  size = (at + 7) & ~uint32_t{7};
}

int RecordLayout::Find(const std::string& name) const {
  for (size_t i = 0; i < slots.size(); ++i) {
    if (slots[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

}  // namespace varpulis::ir
