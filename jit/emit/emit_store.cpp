// Stores.

#include "jit/emit/emit.h"

namespace varpulis::jit {

namespace {
// The payload of a value that owns nothing.
void StorePayload(KernelEmitter& e, const Operand& x, Val<Ptr<void>> at, Region region) {
  std::visit(
      [&](const auto& value) {
        using T = std::remove_cvref_t<decltype(value)>;
        if constexpr (std::is_same_v<T, Nullable<Bool>>) {
          e.b.Store(e.b.ToByte(value.value, "byte"), at, region);
        } else if constexpr (std::is_same_v<T, Val<Cell>>) {
          e.b.Store(value, at, region);
        } else {
          e.b.Store(value.value, at, region);
        }
      },
      x.content);
}

Val<Byte> StateOf(KernelEmitter& e, const Operand& x) {
  return std::visit(
      [&](const auto& value) {
        using T = std::remove_cvref_t<decltype(value)>;
        if constexpr (std::is_same_v<T, Val<Cell>>) {
          return e.StateOf(value);
        } else {
          return value.state;
        }
      },
      x.content);
}
}  // namespace

void Emit(KernelEmitter& e, ir::StoreOut inst) {
  const Operand& x = e.Get(inst.a);
  const auto& out = e.out(inst.out);
  const ir::Type type = e.kernel().outs[inst.out].type;
  auto at = e.b.Element(out.values, e.out_row(), ir::PayloadSize(type), "at");
  StorePayload(e, x, at, Region::OutValues(inst.out));
  if (type == ir::Type::Any) return;
  auto state_at = e.b.Element(out.states, e.out_row(), 1, "state.at");
  e.b.Store(StateOf(e, x), state_at, Region::OutStates(inst.out));
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
    StorePayload(e, x, at, Region::Records());
  }
  e.b.Store(StateOf(e, x), e.b.Offset(e.record(), slot.state_offset, "state.at"),
            Region::Records());
}

void Emit(KernelEmitter& e, ir::DistinctAdd inst) {
  auto x = e.Any(inst.a);
  auto at = e.b.Offset(e.record(), e.kernel().record.slots[inst.slot].offset, "at");
  e.b.If(!e.Absent(x), "present",
         [&] { e.b.Call(helper::vpl_distinct_add, "", e.frame(), at, e.b.Address(x)); });
}

Nullable<Int64> Emit(KernelEmitter& e, ir::DistinctCount inst) {
  auto at = e.b.Offset(e.record(), e.kernel().record.slots[inst.slot].offset, "at");
  return e.Present(e.b.Call(helper::vpl_distinct_count, "count", at));
}

}  // namespace varpulis::jit
