#include "runtime/kernel/values.h"

#include "base/limits.h"
#include "runtime/kernel/cell_ops.h"
#include "runtime/kernel/helpers.h"

namespace varpulis::kernel {
namespace {

// A walk over a value as a tree that gives up when it is too deep or too large: what one expression
// puts into two places is one value in memory, but two for everybody who walks or copies it.
class BoundedWalk {
 public:
  bool Fits(const Cell& cell, int depth) {
    if (cell.tag == Tag::Array) {
      if (!Enter(cell.array->size, depth)) return false;
      for (uint64_t i = 0; i < cell.array->size; ++i) {
        if (!Fits(cell.array->elements()[i], depth - 1)) return false;
      }
    } else if (cell.tag == Tag::Map) {
      if (!Enter(cell.map->size, depth)) return false;
      for (uint64_t i = 0; i < cell.map->size; ++i) {
        if (!Fits(cell.map->entries()[i].value, depth - 1)) return false;
      }
    }
    return true;
  }

 private:
  bool Enter(uint64_t size, int depth) {
    if (depth == 0 || size > left_) return false;
    left_ -= size;
    return true;
  }

  uint64_t left_ = limits::kMaxNestedValues;
};

}  // namespace

abi::VplString MakeText(abi::KernelContext& context, std::string_view text) {
  if (text.size() <= abi::VplString::kInlineBytes) return abi::VplString::Borrow(text);
  return abi::VplString::Borrow(context.arena->Copy(text));
}

abi::ArrayValue* NewArray(abi::KernelContext& context, uint64_t size) {
  char* memory = context.arena->Allocate(sizeof(abi::ArrayValue) + size * sizeof(Cell));
  auto* array = reinterpret_cast<abi::ArrayValue*>(memory);
  array->size = size;
  return array;
}

abi::MapValue* NewMap(abi::KernelContext& context, uint64_t size) {
  char* memory = context.arena->Allocate(sizeof(abi::MapValue) + size * sizeof(abi::MapEntry));
  auto* map = reinterpret_cast<abi::MapValue*>(memory);
  map->size = size;
  return map;
}

Cell ArrayCell(const abi::ArrayValue* array) {
  Cell cell(Tag::Array);
  cell.array = array;
  return cell;
}

Cell MapCell(const abi::MapValue* map) {
  Cell cell(Tag::Map);
  cell.map = map;
  return cell;
}

bool FitsInContainer(const Cell& cell) {
  return BoundedWalk().Fits(cell, limits::kMaxEventNesting - 1);
}

Cell MakeArray(abi::KernelFrame& frame, const Cell* elements, uint64_t count) {
  abi::ArrayValue* array = NewArray(*frame.context, count);
  for (uint64_t i = 0; i < count; ++i) {
    if (!FitsInContainer(elements[i])) return Fail(frame, EvalError::Limit);
    array->elements()[i] = Element(elements[i]);
  }
  return ArrayCell(array);
}

}  // namespace varpulis::kernel

namespace varpulis::abi {

extern "C" {

void vpl_make_array(KernelFrame* frame, const Cell* elements, int64_t count,
                    Cell* result) noexcept {
  *result = kernel::MakeArray(*frame, elements, static_cast<uint64_t>(count));
}

void vpl_make_map(KernelFrame* frame, const VplString* keys, const Cell* values, int64_t count,
                  Cell* result) noexcept {
  MapValue* map = kernel::NewMap(*frame->context, static_cast<uint64_t>(count));
  uint64_t used = 0;
  for (int64_t i = 0; i < count; ++i) {
    if (values[i].tag == Tag::Missing) continue;
    if (!kernel::FitsInContainer(values[i])) {
      *result = kernel::Fail(*frame, EvalError::Limit);
      return;
    }
    map->entries()[used++] = {keys[i], values[i]};
  }
  map->size = used;
  *result = kernel::MapCell(map);
}

}  // extern "C"

}  // namespace varpulis::abi
