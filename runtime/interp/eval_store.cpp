// Stores.

#include "runtime/interp/eval.h"
#include "runtime/kernel/helpers.h"

namespace varpulis::interp {

void Eval(Machine& m, ir::StoreOut inst) {
  const Cell& a = m[inst.a];
  const ir::Type type = m.kernel.outs[inst.out].type;
  const abi::OutRef& out = m.frame.outs[inst.out];
  auto* at = static_cast<uint8_t*>(out.values) + m.out_row() * ir::PayloadSize(type);
  Machine::StorePayload(a, type, at);
  if (type != ir::Type::Any) out.states[m.out_row()] = a.state();
}

void Eval(Machine& m, ir::StoreLocal inst) { m.local(inst.local) = m[inst.a]; }

void Eval(Machine& m, ir::StoreSlot inst) {
  const Cell& a = m[inst.a];
  const ir::RecordSlot& slot = m.kernel.record.slots[inst.slot];
  uint8_t* at = m.record() + slot.offset;
  if (slot.type == ir::Type::Any) {
    abi::vpl_slot_store_cell(&m.frame, reinterpret_cast<Cell*>(at), &a);
    return;
  }
  if (slot.type == ir::Type::Str) {
    // The store of empty text frees what an absent value leaves behind.
    const auto text = a.absent() ? abi::VplString::Borrow("") : a.string;
    abi::vpl_slot_store_str(&m.frame, reinterpret_cast<abi::VplString*>(at), &text);
  } else {
    Machine::StorePayload(a, slot.type, at);
  }
  m.record()[slot.state_offset] = a.state();
}

void Eval(Machine& m, ir::CollectionAdd inst) {
  const Cell& a = m[inst.a];
  if (a.absent()) return;
  abi::vpl_collection_add(&m.frame, static_cast<int64_t>(inst.kind),
                          m.record() + m.kernel.record.slots[inst.slot].offset, &a);
}

void Eval(Machine& m, ir::ListAppend inst) {
  abi::vpl_list_append(&m.frame, m.record() + m.kernel.record.slots[inst.slot].offset, &m[inst.a]);
}

Cell Eval(Machine& m, ir::ListValues inst) {
  Cell values;
  abi::vpl_list_values(m.record() + m.kernel.record.slots[inst.slot].offset, &values);
  return values;
}

void Eval(Machine& m, ir::CollectionRemove inst) {
  const Cell& a = m[inst.a];
  if (a.absent()) return;
  abi::vpl_collection_remove(&m.frame, static_cast<int64_t>(inst.kind),
                             m.record() + m.kernel.record.slots[inst.slot].offset, &a);
}

Cell Eval(Machine& m, ir::CollectionRead inst) {
  Cell result;
  abi::vpl_collection_read(&m.frame, static_cast<int64_t>(inst.kind),
                           m.record() + m.kernel.record.slots[inst.slot].offset, inst.quantile,
                           &result);
  return result;
}

}  // namespace varpulis::interp
