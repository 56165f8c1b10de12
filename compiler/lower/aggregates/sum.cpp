#include "compiler/lower/aggregates/kinds.h"

namespace varpulis::lower {
namespace {

class Sum : public Aggregate {
 public:
  void AddSlots(ir::RecordLayout& layout, const std::string& name) override {
    sum_ = layout.Add(name + ".sum", ir::Type::Float);
  }
  void Update(KernelBuilder& k, ir::ValueId argument) override {
    NumericInput input = ToNumericInput(k, argument);
    Accumulate(k, input);
  }
  void Merge(KernelBuilder& k) override { AddLater(k, sum_); }
  ir::ValueId Finish(KernelBuilder& k) override { return LoadSlot(k, sum_); }

 protected:
  void Accumulate(KernelBuilder& k, const NumericInput& input) {
    ir::ValueId old = LoadSlot(k, sum_);
    ir::ValueId added = k.Add(ir::FloatBinary{ir::FloatOp::Add, old, input.value});
    StoreSlot(k, sum_, k.Add(ir::Select{input.counts, added, old}));
  }
  uint32_t sum_ = 0;
};

class Avg final : public Sum {
 public:
  void AddSlots(ir::RecordLayout& layout, const std::string& name) override {
    Sum::AddSlots(layout, name);
    count_ = layout.Add(name + ".count", ir::Type::Int);
  }
  void Update(KernelBuilder& k, ir::ValueId argument) override {
    NumericInput input = ToNumericInput(k, argument);
    Accumulate(k, input);
    CountIf(k, count_, input.counts);
  }
  void Merge(KernelBuilder& k) override {
    Sum::Merge(k);
    AddLater(k, count_);
  }
  ir::ValueId Finish(KernelBuilder& k) override {
    // Nothing seen is no value, and no division by zero to be counted.
    ir::ValueId count = LoadSlot(k, count_);
    ir::ValueId empty = IsZero(k, count);
    ir::ValueId divisor = k.Convert(k.Add(ir::Select{empty, k.Int(1), count}), ir::Type::Float);
    ir::ValueId mean = k.Add(ir::FloatBinary{ir::FloatOp::Div, LoadSlot(k, sum_), divisor});
    return k.Add(ir::Select{empty, k.Absent(ir::Type::Float, false), mean});
  }

 private:
  uint32_t count_ = 0;
};

}  // namespace

std::unique_ptr<Aggregate> MakeSum() { return std::make_unique<Sum>(); }
std::unique_ptr<Aggregate> MakeAvg() { return std::make_unique<Avg>(); }

}  // namespace varpulis::lower
