// Constants and loads.

#include <cstddef>

#include "jit/emit/emit.h"

namespace varpulis::jit {

Nullable<Bool> Emit(KernelEmitter& e, ir::ConstBool inst) {
  return e.Present(e.b.Flag(inst.value));
}
Operand Emit(KernelEmitter& e, ir::ConstInt inst) {
  return {inst.type, e.Present(e.b.Int(inst.value))};
}
Nullable<Float64> Emit(KernelEmitter& e, ir::ConstFloat inst) {
  return e.Present(e.b.Float(inst.value));
}
Nullable<Str> Emit(KernelEmitter& e, ir::ConstStr inst) {
  return e.Present(e.b.Text(e.kernel().strings[inst.string]));
}
Operand Emit(KernelEmitter& e, ir::ConstAbsent inst) {
  return e.AbsentOf(inst.type, e.b.ByteOf(inst.is_null ? abi::kNull : abi::kMissing));
}

Operand Emit(KernelEmitter& e, ir::LoadColumn inst) {
  const ir::Type type = e.kernel().columns[inst.column].type;
  const auto& column = e.column(inst.column);
  Val<Byte> state;
  if (type != ir::Type::Any) {
    state = e.b.LoadByte(e.b.Element(column.states, e.row(), 1, "state.at"), Region::Columns(),
                         "state");
  }
  auto at = e.b.Element(column.values, e.row(), ir::PayloadSize(type), "at");
  return e.Load(type, at, state, Region::Columns(), true);
}

// A later store into the slot may replace the value, so helpers get a copy of it.
Operand Emit(KernelEmitter& e, ir::LoadSlot inst) {
  const ir::RecordSlot& slot = e.kernel().record.slots[inst.slot];
  Val<Byte> state;
  if (slot.type != ir::Type::Any) {
    state = e.b.LoadByte(e.b.Offset(e.record(), slot.state_offset, "state.at"), Region::Records(),
                         "state");
  }
  auto at = e.b.Offset(e.record(), slot.offset, "at");
  return e.Load(slot.type, at, state, Region::Records(), false);
}

Operand Emit(KernelEmitter& e, ir::LoadTime) {
  auto at = e.b.Element(e.times(), e.row(), 8, "at");
  return {ir::Type::Timestamp, e.Present(e.b.LoadInt(at, Region::Columns()))};
}

Val<Cell> Emit(KernelEmitter& e, ir::LoadGlobal inst) {
  auto at = e.b.Offset(e.globals(), inst.global * sizeof(abi::Cell), "at");
  if (e.changes_globals()) return e.b.LoadCell(at, Region::Anywhere(), false);
  return e.b.LoadCell(at, Region::Columns(), true);
}

Operand Emit(KernelEmitter& e, ir::LoadLocal inst) {
  const ir::Type type = e.kernel().locals[inst.local].type;
  const auto& local = e.local(inst.local);
  Val<Byte> state;
  if (type != ir::Type::Any) state = e.b.LoadByte(local.states, Region::Anywhere(), "state");
  return e.Load(type, local.values, state, Region::Anywhere(), false);
}

}  // namespace varpulis::jit
