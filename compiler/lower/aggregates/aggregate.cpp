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

ir::ValueId LaterSlot(KernelBuilder& k, uint32_t slot) {
  const ir::RecordSlot& described = k.record().slots[slot];
  return k.Add(ir::LoadColumn{k.Column(described.name, described.type, slot)});
}

void CountOne(KernelBuilder& k, uint32_t slot) {
  StoreSlot(k, slot, k.Add(ir::IntBinary{ir::IntOp::Add, LoadSlot(k, slot), k.Int(1)}));
}

void CountIf(KernelBuilder& k, uint32_t slot, ir::ValueId condition) {
  ir::ValueId one = k.Add(ir::Select{condition, k.Int(1), k.Int(0)});
  StoreSlot(k, slot, k.Add(ir::IntBinary{ir::IntOp::Add, LoadSlot(k, slot), one}));
}

void AddLater(KernelBuilder& k, uint32_t slot) {
  ir::ValueId own = LoadSlot(k, slot);
  ir::ValueId later = LaterSlot(k, slot);
  if (k.TypeOf(own) == ir::Type::Int) {
    StoreSlot(k, slot, k.Add(ir::IntBinary{ir::IntOp::Add, own, later}));
  } else {
    StoreSlot(k, slot, Arith(k, ir::FloatOp::Add, own, later));
  }
}

ir::ValueId IsZero(KernelBuilder& k, ir::ValueId count) {
  return k.Add(ir::Compare{ir::Predicate::Eq, ir::Type::Int, count, k.Int(0)});
}

ir::ValueId Arith(KernelBuilder& k, ir::FloatOp op, ir::ValueId a, ir::ValueId b) {
  return k.Add(ir::FloatBinary{op, a, b});
}

std::unique_ptr<Aggregate> MakeAggregate(const AggregateCall& call) {
  switch (call.kind) {
    case sema::AggregateKind::Count:
      return call.has_argument ? MakeCountPresent() : MakeCountRows(call.rows_slot);
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
      return MakeFirst(call.type, call.rows_slot);
    case sema::AggregateKind::Last:
      return MakeLast(call.type);
    case sema::AggregateKind::Stddev:
      return MakeVariance(true);
    case sema::AggregateKind::Variance:
      return MakeVariance(false);
    case sema::AggregateKind::Median:
    case sema::AggregateKind::P50:
      return MakeQuantile(0.5);
    case sema::AggregateKind::P95:
      return MakeQuantile(0.95);
    case sema::AggregateKind::P99:
      return MakeQuantile(0.99);
    case sema::AggregateKind::Percentile:
      return MakeQuantile(call.parameter);
    case sema::AggregateKind::Ema:
      return call.slides ? MakeSlidingEma(call.parameter) : MakeEma(call.parameter);
    case sema::AggregateKind::Collect:
      return MakeCollect(call.slides);
  }
  VPL_CHECK(false, "aggregate {} has no lowering", static_cast<int>(call.kind));
}

}  // namespace varpulis::lower
