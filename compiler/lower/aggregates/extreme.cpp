#include "compiler/lower/aggregates/kinds.h"

namespace varpulis::lower {
namespace {

class Extreme final : public Aggregate {
 public:
  explicit Extreme(ir::Predicate better) : better_(better) {}
  void AddSlots(ir::RecordLayout& layout, const std::string& name) override {
    value_ = layout.Add(name + (better_ == ir::Predicate::Lt ? ".min" : ".max"), ir::Type::Float);
    count_ = layout.Add(name + ".count", ir::Type::Int);
  }
  void Update(KernelBuilder& k, ir::ValueId argument) override {
    NumericInput input = ToNumericInput(k, argument);
    Take(k, input.value, input.counts);
    CountIf(k, count_, input.counts);
  }
  void Merge(KernelBuilder& k) override {
    ir::ValueId none = IsZero(k, LaterSlot(k, count_));
    Take(k, LaterSlot(k, value_), k.Add(ir::Not{none}));
    AddLater(k, count_);
  }
  ir::ValueId Finish(KernelBuilder& k) override {
    ir::ValueId none = IsZero(k, LoadSlot(k, count_));
    return k.Add(ir::Select{none, k.Absent(ir::Type::Float, false), LoadSlot(k, value_)});
  }

 private:
  // The value becomes the extreme if it counts and is the first or a better one.
  void Take(KernelBuilder& k, ir::ValueId value, ir::ValueId counts) {
    ir::ValueId old = LoadSlot(k, value_);
    ir::ValueId none = IsZero(k, LoadSlot(k, count_));
    ir::ValueId wins = k.Add(ir::Compare{better_, ir::Type::Float, value, old});
    ir::ValueId either = k.Add(ir::Logic{ir::LogicOp::Or, none, wins});
    ir::ValueId take = k.Add(ir::Logic{ir::LogicOp::And, counts, either});
    StoreSlot(k, value_, k.Add(ir::Select{take, value, old}));
  }

  ir::Predicate better_;
  uint32_t value_ = 0;
  uint32_t count_ = 0;
};

}  // namespace

std::unique_ptr<Aggregate> MakeExtreme(ir::Predicate better) {
  return std::make_unique<Extreme>(better);
}

}  // namespace varpulis::lower
