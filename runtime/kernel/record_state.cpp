#include "runtime/kernel/record_state.h"

#include <cstring>

#include "base/limits.h"
#include "runtime/kernel/collection.h"
#include "runtime/kernel/ownership.h"

namespace varpulis::kernel {
namespace {

template <typename T>
T Load(const uint8_t* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

template <typename T>
void Store(uint8_t* at, T value) {
  std::memcpy(at, &value, sizeof value);
}

void SaveList(const uint8_t* at, state::StateWriter& out) {
  const auto* list = Load<const abi::ArrayValue*>(at);
  out.U64(list == nullptr ? 0 : list->size);
  for (uint64_t i = 0; list != nullptr && i < list->size; ++i) out.Value(list->elements()[i]);
}

void SavePayload(ir::Type type, const uint8_t* at, state::StateWriter& out) {
  switch (type) {
    case ir::Type::Bool:
      return out.Byte(*at);
    case ir::Type::Int:
    case ir::Type::Timestamp:
    case ir::Type::Duration:
      return out.I64(Load<int64_t>(at));
    case ir::Type::Float:
      return out.F64(Load<double>(at));
    case ir::Type::Str:
      return out.Text(Load<abi::VplString>(at).view());
    case ir::Type::Any:
      return out.Value(Load<Cell>(at));
    case ir::Type::Set:
      return SaveCollection(at, out);
    case ir::Type::List:
      return SaveList(at, out);
  }
}

void RestorePayload(ir::Type type, uint8_t* at, state::StateReader& in,
                    abi::KernelContext& context) {
  switch (type) {
    case ir::Type::Bool:
      return Store<uint8_t>(at, in.Flag() ? 1 : 0);
    case ir::Type::Int:
    case ir::Type::Timestamp:
    case ir::Type::Duration:
      return Store(at, in.I64());
    case ir::Type::Float:
      return Store(at, in.F64());
    case ir::Type::Str:
      return Store(at, OwnText(context, abi::VplString::Borrow(in.Text())));
    case ir::Type::Any:
      return Store(at, RestoreCell(in, context));
    case ir::Type::Set:
      return RestoreCollection(at, in, context);
    case ir::Type::List:
      for (uint64_t left = in.Count(1); left > 0 && in.ok(); --left) {
        AppendToList(context, at, RestoreCell(in, context));
      }
      return;
  }
}

}  // namespace

abi::Cell RestoreCell(state::StateReader& in, abi::KernelContext& context) {
  const std::optional<Cell> owned = OwnCell(context, in.Value());
  in.Require(owned.has_value(), "a value that is too large");
  return owned.value_or(Cell::Missing());
}

abi::Cell SlotCell(const ir::RecordSlot& slot, const uint8_t* record) {
  if (slot.state_offset != ir::kNoState && record[slot.state_offset] != abi::kPresent)
    return Cell::Absent(static_cast<abi::State>(record[slot.state_offset]));
  const uint8_t* at = record + slot.offset;
  switch (slot.type) {
    case ir::Type::Bool:
      return Cell::Bool(*at != 0);
    case ir::Type::Int:
      return Cell::Int(Load<int64_t>(at));
    case ir::Type::Timestamp:
      return Cell::Int(Load<int64_t>(at), abi::Tag::Timestamp);
    case ir::Type::Duration:
      return Cell::Int(Load<int64_t>(at), abi::Tag::Duration);
    case ir::Type::Float:
      return Cell::Float(Load<double>(at));
    case ir::Type::Str:
      return Cell::Str(Load<abi::VplString>(at));
    case ir::Type::Any:
      return Load<Cell>(at);
    case ir::Type::Set:
      return Cell::Missing();
    case ir::Type::List: {
      Cell list(abi::Tag::Array);
      list.array = Load<const abi::ArrayValue*>(at);
      return list.array == nullptr ? Cell::Missing() : list;
    }
  }
  return Cell::Missing();
}

// What an absent value would be is not kept: nothing reads it.
void SaveRecord(const ir::RecordLayout& layout, const uint8_t* record, state::StateWriter& out) {
  for (const ir::RecordSlot& slot : layout.slots) {
    if (slot.state_offset != ir::kNoState) {
      out.Byte(record[slot.state_offset]);
      if (record[slot.state_offset] != abi::kPresent) continue;
    }
    SavePayload(slot.type, record + slot.offset, out);
  }
}

void RestoreRecord(const ir::RecordLayout& layout, uint8_t* record, state::StateReader& in,
                   abi::KernelContext& context) {
  for (const ir::RecordSlot& slot : layout.slots) {
    if (!in.ok()) return;
    if (slot.state_offset != ir::kNoState) {
      const uint8_t state = in.Byte();
      in.Require(state <= abi::kMissing, "a slot that is neither there nor absent");
      if (!in.ok()) return;
      record[slot.state_offset] = state;
      if (state != abi::kPresent) continue;
    }
    RestorePayload(slot.type, record + slot.offset, in, context);
  }
}

}  // namespace varpulis::kernel
