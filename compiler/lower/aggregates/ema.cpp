#include "compiler/lower/aggregates/kinds.h"

namespace varpulis::lower {
namespace {

// How much the newest value weighs.
double Weight(double span) { return 2 / (span + 1); }

// The average itself: the first value, then v*k + average*(1-k).
class Ema final : public Aggregate {
 public:
  explicit Ema(double span) : weight_(Weight(span)) {}
  void AddSlots(ir::RecordLayout& layout, const std::string& name) override {
    count_ = layout.Add(name + ".count", ir::Type::Int);
    average_ = layout.Add(name + ".ema", ir::Type::Float);
  }
  void Update(KernelBuilder& k, ir::ValueId argument) override {
    NumericInput input = ToNumericInput(k, argument);
    ir::ValueId old = LoadSlot(k, average_);
    ir::ValueId moved =
        Arith(k, ir::FloatOp::Add, Arith(k, ir::FloatOp::Mul, input.value, k.Float(weight_)),
              Arith(k, ir::FloatOp::Mul, old, k.Float(1 - weight_)));
    ir::ValueId next = k.Add(ir::Select{IsZero(k, LoadSlot(k, count_)), input.value, moved});
    StoreSlot(k, average_, k.Add(ir::Select{input.counts, next, old}));
    CountIf(k, count_, input.counts);
  }
  bool IsMergeable() const override { return false; }
  ir::ValueId Finish(KernelBuilder& k) override {
    ir::ValueId none = IsZero(k, LoadSlot(k, count_));
    return k.Add(ir::Select{none, k.Absent(ir::Type::Float, false), LoadSlot(k, average_)});
  }

 private:
  double weight_;
  uint32_t count_ = 0;
  uint32_t average_ = 0;
};

// Some values in a row turn the average x in front of them into kept*x + added. Two such steps make
// one, and in front of the first value of a window stands that value.
class SlidingEma final : public Aggregate {
 public:
  explicit SlidingEma(double span) : weight_(Weight(span)) {}
  void AddSlots(ir::RecordLayout& layout, const std::string& name) override {
    count_ = layout.Add(name + ".count", ir::Type::Int);
    first_ = layout.Add(name + ".first", ir::Type::Float);
    kept_ = layout.Add(name + ".kept", ir::Type::Float);
    added_ = layout.Add(name + ".added", ir::Type::Float);
  }
  void Update(KernelBuilder& k, ir::ValueId argument) override {
    NumericInput input = ToNumericInput(k, argument);
    k.Do(input.counts, [&] {
      ir::ValueId added = Arith(k, ir::FloatOp::Mul, input.value, k.Float(weight_));
      Append(k, k.Int(1), input.value, k.Float(1 - weight_), added);
    });
  }
  void Merge(KernelBuilder& k) override {
    ir::ValueId count = LaterSlot(k, count_);
    k.Do(k.Add(ir::Not{IsZero(k, count)}), [&] {
      Append(k, count, LaterSlot(k, first_), LaterSlot(k, kept_), LaterSlot(k, added_));
    });
  }
  ir::ValueId Finish(KernelBuilder& k) override {
    ir::ValueId kept = Arith(k, ir::FloatOp::Mul, LoadSlot(k, kept_), LoadSlot(k, first_));
    ir::ValueId average = Arith(k, ir::FloatOp::Add, kept, LoadSlot(k, added_));
    return k.Add(
        ir::Select{IsZero(k, LoadSlot(k, count_)), k.Absent(ir::Type::Float, false), average});
  }

 private:
  void Append(KernelBuilder& k, ir::ValueId count, ir::ValueId first, ir::ValueId kept,
              ir::ValueId added) {
    ir::ValueId own_count = LoadSlot(k, count_);
    ir::ValueId none = IsZero(k, own_count);
    auto store = [&](uint32_t slot, ir::ValueId fresh, ir::ValueId joined) {
      StoreSlot(k, slot, k.Add(ir::Select{none, fresh, joined}));
    };
    store(first_, first, LoadSlot(k, first_));
    ir::ValueId own_added = Arith(k, ir::FloatOp::Mul, LoadSlot(k, added_), kept);
    store(added_, added, Arith(k, ir::FloatOp::Add, own_added, added));
    store(kept_, kept, Arith(k, ir::FloatOp::Mul, LoadSlot(k, kept_), kept));
    StoreSlot(k, count_, k.Add(ir::IntBinary{ir::IntOp::Add, own_count, count}));
  }

  double weight_;
  uint32_t count_ = 0;
  uint32_t first_ = 0;
  uint32_t kept_ = 0;
  uint32_t added_ = 0;
};

}  // namespace

std::unique_ptr<Aggregate> MakeEma(double span) { return std::make_unique<Ema>(span); }
std::unique_ptr<Aggregate> MakeSlidingEma(double span) {
  return std::make_unique<SlidingEma>(span);
}

}  // namespace varpulis::lower
