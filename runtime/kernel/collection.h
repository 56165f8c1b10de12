#pragma once

// What a slot of type Set points to (ir::Collection). Made by the first value that is added, released
// with the record of the slot.

#include <cstdint>

#include "runtime/kernel/cell_ops.h"
#include "runtime/kernel/kernel_context.h"
#include "runtime/state/state_reader.h"
#include "runtime/state/state_writer.h"

namespace varpulis::kernel {

class Collection {
 public:
  virtual ~Collection() = default;

  // The value is present.
  virtual void Add(abi::KernelFrame& frame, const Cell& value) = 0;
  // Takes out one that equals the value; of a sequence the oldest.
  virtual void Remove(abi::KernelContext& context, const Cell& value) = 0;
  // Borrows what the collection owns.
  virtual Cell Read(abi::KernelFrame& frame, double quantile) = 0;
  virtual int64_t size() const = 0;
  virtual ir::Collection kind() const = 0;
  // What it holds, in a form that tells later results apart: their bits are those of the collection
  // that was saved. Restore is called once, on an empty one.
  virtual void Save(state::StateWriter& out) const = 0;
  virtual void Restore(state::StateReader& in, abi::KernelContext& context) = 0;
  // Retires the values; nothing but the destructor may follow.
  virtual void Release(abi::KernelContext& context) = 0;
};

// An empty slot is a null pointer.
inline Collection*& CollectionOf(void* slot) { return *static_cast<Collection**>(slot); }
inline int64_t CollectionSize(const void* slot) {
  const Collection* collection = *static_cast<Collection* const*>(slot);
  return collection == nullptr ? 0 : collection->size();
}
// The collection of the slot, its kind in front; an empty slot stays empty.
void SaveCollection(const void* slot, state::StateWriter& out);
void RestoreCollection(void* slot, state::StateReader& in, abi::KernelContext& context);
// Empties the slot.
void ReleaseCollection(void* slot, abi::KernelContext& context);

}  // namespace varpulis::kernel
