#include "compiler/lower/aggregates/aggregate.h"

#include "base/check.h"
#include "compiler/lower/aggregates/kinds.h"

namespace varpulis::lower {

NumericInput ToNumericInput(KernelBuilder& k, ir::ValueId argument) {
  ir::Type type = k.TypeOf(argument);
  ir::ValueId value = argument;
  if (type == ir::Type::Int) {
    value = k.Convert(argument, ir::Type::Float);
  } else if (type != ir::Type::Float) {
    value = k.Add(ir::ToNumber{k.Convert(argument, ir::Type::Any)});
  }
  // x <= x is false for NaN and for absent values alike.
  ir::ValueId counts = k.Add(ir::Compare{ir::Predicate::Le, ir::Type::Float, value, value});
  return {value, counts};
}

ir::ValueId LoadSlot(KernelBuilder& k, uint32_t slot) { return k.Add(ir::LoadSlot{slot}); }

void StoreSlot(KernelBuilder& k, uint32_t slot, ir::ValueId value) {
  k.Add(ir::StoreSlot{slot, value});
}

void CountIf(KernelBuilder& k, uint32_t slot, ir::ValueId condition) {
  ir::ValueId one = k.Add(ir::Select{condition, k.Int(1), k.Int(0)});
  StoreSlot(k, slot, k.Add(ir::IntBinary{ir::IntOp::Add, LoadSlot(k, slot), one}));
}

std::unique_ptr<Aggregate> MakeAggregate(sema::AggregateKind kind, bool has_argument,
                                         ir::Type argument_type, uint32_t rows_slot) {
  switch (kind) {
    case sema::AggregateKind::Count:
      return has_argument ? MakeCountPresent() : MakeCountRows(rows_slot);
    case sema::AggregateKind::CountDistinct:
      return MakeCountDistinct();
    case sema::AggregateKind::Sum:
      return MakeSum();
    case sema::AggregateKind::Avg:
      return MakeAvg();
    case sema::AggregateKind::Min:
      return MakeExtreme(ir::Predicate::Lt);
    case sema::AggregateKind::Max:
      return MakeExtreme(ir::Predicate::Gt);
    case sema::AggregateKind::First:
      return MakeFirst(argument_type, rows_slot);
    case sema::AggregateKind::Last:
      return MakeLast(argument_type);
  }
  VPL_CHECK(false, "aggregate {} has no lowering", static_cast<int>(kind));
}

}  // namespace varpulis::lower
