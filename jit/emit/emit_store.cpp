// Stores.

#include "jit/emit/emit.h"

namespace varpulis::jit {

void Emit(KernelEmitter& e, ir::StoreOut inst) {
  const Operand& x = e.Get(inst.a);
  const auto& out = e.out(inst.out);
  const ir::Type type = e.kernel().outs[inst.out].type;
  auto at = e.b.Element(out.values, e.out_row(), ir::PayloadSize(type), "at");
  e.StorePayload(x, at, Region::OutValues(inst.out));
  if (type == ir::Type::Any) return;
  auto state_at = e.b.Element(out.states, e.out_row(), 1, "state.at");
  e.b.Store(e.StateOf(x), state_at, Region::OutStates(inst.out));
}

void Emit(KernelEmitter& e, ir::StoreLocal inst) {
  const Operand& x = e.Get(inst.a);
  const auto& local = e.local(inst.local);
  e.StorePayload(x, local.values, Region::Anywhere());
  if (x.type != ir::Type::Any) e.b.Store(e.StateOf(x), local.states, Region::Anywhere());
}

void Emit(KernelEmitter& e, ir::StoreSlot inst) {
  const Operand& x = e.Get(inst.a);
  const ir::RecordSlot& slot = e.kernel().record.slots[inst.slot];
  auto at = e.b.Offset(e.record(), slot.offset, "at");
  if (slot.type == ir::Type::Any) {
    e.b.Call(helper::vpl_slot_store_cell, "", e.frame(), PtrCast<abi::Cell>(at),
             e.b.Address(e.Any(inst.a)));
    return;
  }
  if (slot.type == ir::Type::Str) {
    // The store of empty text frees what an absent value leaves behind.
    auto text = e.Text(inst.a);
    auto owned = e.b.Select(e.Absent(text.state), e.b.Text(""), text.value, "owned");
    e.b.Call(helper::vpl_slot_store_str, "", e.frame(), PtrCast<abi::VplString>(at),
             e.b.Address(owned));
  } else {
    e.StorePayload(x, at, Region::Records());
  }
  e.b.Store(e.StateOf(x), e.b.Offset(e.record(), slot.state_offset, "state.at"), Region::Records());
}

void Emit(KernelEmitter& e, ir::CollectionAdd inst) {
  auto x = e.Any(inst.a);
  auto at = e.b.Offset(e.record(), e.kernel().record.slots[inst.slot].offset, "at");
  auto kind = e.b.Int(static_cast<int64_t>(inst.kind));
  e.b.If(!e.Absent(x), "present",
         [&] { e.b.Call(helper::vpl_collection_add, "", e.frame(), kind, at, e.b.Address(x)); });
}

void Emit(KernelEmitter& e, ir::ListAppend inst) {
  auto at = e.b.Offset(e.record(), e.kernel().record.slots[inst.slot].offset, "at");
  e.b.Call(helper::vpl_list_append, "", e.frame(), at, e.b.Address(e.Any(inst.a)));
}

Val<Cell> Emit(KernelEmitter& e, ir::ListValues inst) {
  auto at = e.b.Offset(e.record(), e.kernel().record.slots[inst.slot].offset, "at");
  return e.CellFrom(
      [&](Val<Ptr<abi::Cell>> result) { e.b.Call(helper::vpl_list_values, "", at, result); });
}

void Emit(KernelEmitter& e, ir::CollectionRemove inst) {
  auto x = e.Any(inst.a);
  auto at = e.b.Offset(e.record(), e.kernel().record.slots[inst.slot].offset, "at");
  auto kind = e.b.Int(static_cast<int64_t>(inst.kind));
  e.b.If(!e.Absent(x), "present",
         [&] { e.b.Call(helper::vpl_collection_remove, "", e.frame(), kind, at, e.b.Address(x)); });
}

Val<Cell> Emit(KernelEmitter& e, ir::CollectionRead inst) {
  auto at = e.b.Offset(e.record(), e.kernel().record.slots[inst.slot].offset, "at");
  auto kind = e.b.Int(static_cast<int64_t>(inst.kind));
  return e.CellFrom([&](Val<Ptr<abi::Cell>> result) {
    e.b.Call(helper::vpl_collection_read, "", e.frame(), kind, at, e.b.Float(inst.quantile),
             result);
  });
}

}  // namespace varpulis::jit
