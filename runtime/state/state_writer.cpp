#include "runtime/state/state_writer.h"

namespace varpulis::state {

// Recursion is bounded: containers nest at most kMaxEventNesting deep.
void StateWriter::Value(const abi::Cell& cell) {
  Byte(static_cast<uint8_t>(cell.tag));
  switch (cell.tag) {
    case abi::Tag::Missing:
    case abi::Tag::Null:
      return;
    case abi::Tag::Bool:
      return Byte(cell.boolean);
    case abi::Tag::Int:
    case abi::Tag::IntText:
    case abi::Tag::Timestamp:
    case abi::Tag::Duration:
      return I64(cell.integer);
    case abi::Tag::Float:
      return F64(cell.number);
    case abi::Tag::Str:
      return Text(cell.string.view());
    case abi::Tag::Array:
      U64(cell.array->size);
      for (uint64_t i = 0; i < cell.array->size; ++i) Value(cell.array->elements()[i]);
      return;
    case abi::Tag::Map:
      U64(cell.map->size);
      for (uint64_t i = 0; i < cell.map->size; ++i) {
        Text(cell.map->entries()[i].key.view());
        Value(cell.map->entries()[i].value);
      }
      return;
  }
}

}  // namespace varpulis::state
