#include "runtime/kernel/ownership.h"

#include <algorithm>
#include <cstring>

#include "base/check.h"
#include "base/limits.h"
#include "runtime/kernel/collection.h"
#include "runtime/kernel/helpers.h"
#include "runtime/kernel/kernel_table.h"
#include "runtime/kernel/values.h"

namespace varpulis::kernel {
namespace {

constexpr size_t kHeaderBytes = 8;

char* NewBlock(abi::KernelContext& context, uint64_t bytes) {
  uint64_t total = bytes + kHeaderBytes;
  char* block = static_cast<char*>(std::malloc(total));
  VPL_CHECK(block != nullptr, "out of memory: {} bytes", total);
  std::memcpy(block, &total, sizeof total);
  context.owned_bytes += static_cast<int64_t>(total);
  return block + kHeaderBytes;
}

void RetireBlock(abi::KernelContext& context, const void* content) {
  char* block = const_cast<char*>(static_cast<const char*>(content)) - kHeaderBytes;
  uint64_t total = 0;
  std::memcpy(&total, block, sizeof total);
  context.owned_bytes -= static_cast<int64_t>(total);
  context.retired.Add(block);
}

uint64_t Padded(uint64_t bytes) { return (bytes + 7) & ~uint64_t{7}; }

uint64_t TextBytes(const abi::VplString& text) { return text.is_inline() ? 0 : Padded(text.size); }

// Adds up the bytes behind a cell, and gives up beyond kMaxOwnedBytes, so that it ends soon for a value that
// shares its parts. Recursion is bounded: containers nest at most kMaxEventNesting deep.
class Measure {
 public:
  bool Fits(const Cell& cell) {
    if (cell.tag == Tag::Str) return Add(TextBytes(cell.string));
    if (cell.tag == Tag::Array) {
      if (!Add(sizeof(abi::ArrayValue) + cell.array->size * sizeof(Cell))) return false;
      for (uint64_t i = 0; i < cell.array->size; ++i) {
        if (!Fits(cell.array->elements()[i])) return false;
      }
    } else if (cell.tag == Tag::Map) {
      if (!Add(sizeof(abi::MapValue) + cell.map->size * sizeof(abi::MapEntry))) return false;
      for (uint64_t i = 0; i < cell.map->size; ++i) {
        const abi::MapEntry& entry = cell.map->entries()[i];
        if (!Add(TextBytes(entry.key)) || !Fits(entry.value)) return false;
      }
    }
    return true;
  }
  uint64_t bytes() const { return bytes_; }

 private:
  bool Add(uint64_t bytes) {
    bytes_ += bytes;
    return bytes_ <= limits::kMaxOwnedBytes;
  }

  uint64_t bytes_ = 0;
};

abi::VplString CopyText(const abi::VplString& text, char*& at) {
  if (text.is_inline()) return text;
  abi::VplString copy = text;
  std::memcpy(at, text.data, text.size);
  copy.data = at;
  at += Padded(text.size);
  return copy;
}

// Copies what the cell reaches to `at`, in the order in which Measure counted it.
Cell CopyCell(const Cell& cell, char*& at) {
  Cell copy = cell;
  if (cell.tag == Tag::Str) {
    copy.string = CopyText(cell.string, at);
  } else if (cell.tag == Tag::Array) {
    auto* array = reinterpret_cast<abi::ArrayValue*>(at);
    at += sizeof(abi::ArrayValue) + cell.array->size * sizeof(Cell);
    array->size = cell.array->size;
    for (uint64_t i = 0; i < array->size; ++i) {
      array->elements()[i] = CopyCell(cell.array->elements()[i], at);
    }
    copy.array = array;
  } else if (cell.tag == Tag::Map) {
    auto* map = reinterpret_cast<abi::MapValue*>(at);
    at += sizeof(abi::MapValue) + cell.map->size * sizeof(abi::MapEntry);
    map->size = cell.map->size;
    for (uint64_t i = 0; i < map->size; ++i) {
      const abi::MapEntry& entry = cell.map->entries()[i];
      abi::VplString key = CopyText(entry.key, at);
      map->entries()[i] = {key, CopyCell(entry.value, at)};
    }
    copy.map = map;
  }
  return copy;
}

// Elements for which the block of a list has room.
uint64_t ListCapacity(const abi::ArrayValue* list) {
  if (list == nullptr) return 0;
  uint64_t total = 0;
  std::memcpy(&total, reinterpret_cast<const char*>(list) - kHeaderBytes, sizeof total);
  return (total - kHeaderBytes - sizeof(abi::ArrayValue)) / sizeof(Cell);
}

abi::ArrayValue* GrownList(abi::KernelContext& context, abi::ArrayValue* list) {
  constexpr uint64_t kFirstElements = 4;
  const uint64_t size = list == nullptr ? 0 : list->size;
  const uint64_t capacity = std::max(kFirstElements, 2 * size);
  auto* grown = reinterpret_cast<abi::ArrayValue*>(
      NewBlock(context, sizeof(abi::ArrayValue) + capacity * sizeof(Cell)));
  grown->size = size;
  if (list != nullptr) {
    std::memcpy(grown->elements(), list->elements(), size * sizeof(Cell));
    RetireBlock(context, list);
  }
  return grown;
}

void AppendOwned(abi::KernelContext& context, abi::ArrayValue*& list, const Cell& owned) {
  if (list == nullptr || list->size == ListCapacity(list)) list = GrownList(context, list);
  list->elements()[list->size++] = owned;
}

// The list becomes a copy of itself.
void CopyList(abi::KernelContext& context, abi::ArrayValue*& list) {
  if (list == nullptr) return;
  auto* copy = reinterpret_cast<abi::ArrayValue*>(
      NewBlock(context, sizeof(abi::ArrayValue) + list->size * sizeof(Cell)));
  copy->size = list->size;
  for (uint64_t i = 0; i < list->size; ++i)
    copy->elements()[i] = CopyOwned(context, list->elements()[i]);
  list = copy;
}

}  // namespace

void ReleaseList(abi::KernelContext& context, abi::ArrayValue* list) {
  if (list == nullptr) return;
  for (uint64_t i = 0; i < list->size; ++i) RetireCell(context, list->elements()[i]);
  RetireBlock(context, list);
}

abi::VplString OwnText(abi::KernelContext& context, const abi::VplString& text) {
  if (text.is_inline()) return text;
  char* at = NewBlock(context, text.size);
  abi::VplString copy = text;
  std::memcpy(at, text.data, text.size);
  copy.data = at;
  return copy;
}

Cell CopyOwned(abi::KernelContext& context, const Cell& cell) {
  const std::optional<Cell> copy = OwnCell(context, cell);
  VPL_CHECK(copy.has_value(), "an owned value reaches more than {} bytes", limits::kMaxOwnedBytes);
  return *copy;
}

std::optional<Cell> OwnCell(abi::KernelContext& context, const Cell& cell) {
  Measure measure;
  if (!measure.Fits(cell)) return std::nullopt;
  if (measure.bytes() == 0) return cell;
  char* at = NewBlock(context, measure.bytes());
  return CopyCell(cell, at);
}

void AppendToList(abi::KernelContext& context, void* slot, const Cell& owned) {
  AppendOwned(context, *static_cast<abi::ArrayValue**>(slot), owned);
}

std::optional<Cell> OwnOrFail(abi::KernelFrame& frame, const Cell& cell) {
  const std::optional<Cell> copy = OwnCell(*frame.context, cell);
  if (!copy) Fail(frame, EvalError::Limit);
  return copy;
}

void RetireText(abi::KernelContext& context, const abi::VplString& text) {
  if (!text.is_inline()) RetireBlock(context, text.data);
}

void RetireCell(abi::KernelContext& context, const Cell& cell) {
  if (cell.tag == Tag::Str) {
    RetireText(context, cell.string);
  } else if (cell.tag == Tag::Array) {
    RetireBlock(context, cell.array);
  } else if (cell.tag == Tag::Map) {
    RetireBlock(context, cell.map);
  }
}

namespace {

void RetireSlot(const ir::RecordSlot& slot, uint8_t* at, abi::KernelContext& context) {
  if (slot.type == ir::Type::Str) RetireText(context, *reinterpret_cast<abi::VplString*>(at));
  if (slot.type == ir::Type::Any) RetireCell(context, *reinterpret_cast<Cell*>(at));
}

}  // namespace

void ReleaseRecord(const ir::RecordLayout& layout, uint8_t* record, abi::KernelContext& context) {
  for (const ir::RecordSlot& slot : layout.slots) {
    RetireSlot(slot, record + slot.offset, context);
    if (slot.type == ir::Type::Set) ReleaseCollection(record + slot.offset, context);
    if (slot.type == ir::Type::List) {
      ReleaseList(context, *reinterpret_cast<abi::ArrayValue**>(record + slot.offset));
    }
  }
  std::memset(record, 0, layout.size);
}

void CopyRecord(const ir::RecordLayout& layout, const uint8_t* from, uint8_t* to,
                abi::KernelContext& context) {
  std::memcpy(to, from, layout.size);
  for (const ir::RecordSlot& slot : layout.slots) {
    VPL_CHECK(slot.type != ir::Type::Set, "a record with a set has no copy");
    uint8_t* at = to + slot.offset;
    if (slot.type == ir::Type::Str) {
      auto& text = *reinterpret_cast<abi::VplString*>(at);
      text = OwnText(context, text);
    } else if (slot.type == ir::Type::Any) {
      auto& cell = *reinterpret_cast<Cell*>(at);
      cell = CopyOwned(context, cell);
    } else if (slot.type == ir::Type::List) {
      CopyList(context, *reinterpret_cast<abi::ArrayValue**>(at));
    }
  }
}

void ClearSlots(const ir::RecordLayout& layout, uint8_t* record, size_t first,
                abi::KernelContext& context) {
  for (size_t i = first; i < layout.slots.size(); ++i) {
    const ir::RecordSlot& slot = layout.slots[i];
    if (slot.type == ir::Type::Set) continue;
    RetireSlot(slot, record + slot.offset, context);
    std::memset(record + slot.offset, 0, ir::PayloadSize(slot.type));
    if (slot.state_offset != ir::kNoState) record[slot.state_offset] = 0;
  }
}

void ReleaseSets(const ir::RecordLayout& layout, uint8_t* record, abi::KernelContext& context) {
  for (const ir::RecordSlot& slot : layout.slots) {
    if (slot.type == ir::Type::Set) ReleaseCollection(record + slot.offset, context);
  }
}

}  // namespace varpulis::kernel

namespace varpulis::abi {

extern "C" {

// The new value may lie inside the old one, whose memory stays readable until the batch ends.
void vpl_slot_store_str(KernelFrame* frame, VplString* slot, const VplString* value) noexcept {
  if (Equal(*slot, *value)) return;
  VplString copy = kernel::OwnText(*frame->context, *value);
  kernel::RetireText(*frame->context, *slot);
  *slot = copy;
}

void vpl_slot_store_cell(KernelFrame* frame, Cell* slot, const Cell* value) noexcept {
  const std::optional<Cell> copy = kernel::OwnOrFail(*frame, *value);
  kernel::RetireCell(*frame->context, *slot);
  *slot = copy.value_or(Cell::Missing());
}

void vpl_list_append(KernelFrame* frame, void* slot, const Cell* value) noexcept {
  const std::optional<Cell> copy = kernel::OwnOrFail(*frame, *value);
  if (copy) kernel::AppendToList(*frame->context, slot, *copy);
}

void vpl_list_values(void* slot, Cell* result) noexcept {
  static const ArrayValue kNothing{};
  const ArrayValue* list = *static_cast<ArrayValue**>(slot);
  *result = kernel::ArrayCell(list == nullptr ? &kNothing : list);
}

}  // extern "C"

}  // namespace varpulis::abi
