#pragma once

// Records, and values of columns, as state that is saved: slot by slot, each with whether it is there.

#include <cstdint>

#include "compiler/ir/record_layout.h"
#include "runtime/kernel/kernel_context.h"
#include "runtime/state/state_reader.h"
#include "runtime/state/state_writer.h"

namespace varpulis::kernel {

void SaveRecord(const ir::RecordLayout& layout, const uint8_t* record, state::StateWriter& out);
// Into a record of zeros, which then owns its values. After a failure of the reader the record is one that
// may be released, and nothing else.
void RestoreRecord(const ir::RecordLayout& layout, uint8_t* record, state::StateReader& in,
                   abi::KernelContext& context);

// Reads a value, as an owned one.
abi::Cell RestoreCell(state::StateReader& in, abi::KernelContext& context);

// What stands in a slot, borrowed from the record; missing for sets, which have no value.
abi::Cell SlotCell(const ir::RecordSlot& slot, const uint8_t* record);

// Bytes that a record takes at least, so that a count of them can be believed.
inline size_t LeastRecordBytes(const ir::RecordLayout& layout) { return layout.slots.size(); }

}  // namespace varpulis::kernel
