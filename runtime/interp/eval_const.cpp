// Constants and loads.

#include "runtime/interp/eval.h"

namespace varpulis::interp {

Cell Eval(Machine&, ir::ConstBool inst) { return Cell::Bool(inst.value); }
Cell Eval(Machine&, ir::ConstInt inst) { return Cell::Int(inst.value, kernel::TagOf(inst.type)); }
Cell Eval(Machine&, ir::ConstFloat inst) { return Cell::Float(inst.value); }
Cell Eval(Machine& m, ir::ConstStr inst) {
  return Cell::Str(abi::VplString::Borrow(m.kernel.strings[inst.string]));
}
Cell Eval(Machine&, ir::ConstAbsent inst) { return inst.is_null ? Cell::Null() : Cell::Missing(); }

Cell Eval(Machine& m, ir::LoadColumn inst) {
  const ir::KernelColumn& column = m.kernel.columns[inst.column];
  const abi::ColumnRef& ref = m.frame.columns[column.table_column];
  const auto* at = static_cast<const uint8_t*>(ref.values) + m.row() * ir::PayloadSize(column.type);
  const auto state = ref.states == nullptr ? abi::kPresent : abi::State{ref.states[m.row()]};
  return Machine::Load(column.type, at, state);
}

Cell Eval(Machine& m, ir::LoadSlot inst) {
  const ir::RecordSlot& slot = m.kernel.record.slots[inst.slot];
  const auto state =
      slot.state_offset == ir::kNoState ? abi::kPresent : abi::State{m.record()[slot.state_offset]};
  return Machine::Load(slot.type, m.record() + slot.offset, state);
}

Cell Eval(Machine& m, ir::LoadTime) {
  return Cell::Int(m.frame.row_times[m.row()], Tag::Timestamp);
}

Cell Eval(Machine& m, ir::LoadGlobal inst) { return m.frame.globals[inst.global]; }

Cell Eval(Machine& m, ir::LoadLocal inst) { return m.local(inst.local); }

}  // namespace varpulis::interp
