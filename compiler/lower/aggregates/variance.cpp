#include "compiler/lower/aggregates/kinds.h"

namespace varpulis::lower {
namespace {

// Welford's one-pass algorithm: the mean so far, and the sum of squared distances from it. Two parts
// are put together by Chan's formula.
class Variance final : public Aggregate {
 public:
  explicit Variance(bool root) : root_(root) {}
  void AddSlots(ir::RecordLayout& layout, const std::string& name) override {
    count_ = layout.Add(name + ".count", ir::Type::Int);
    mean_ = layout.Add(name + ".mean", ir::Type::Float);
    squares_ = layout.Add(name + ".squares", ir::Type::Float);
  }
  void Update(KernelBuilder& k, ir::ValueId argument) override {
    NumericInput input = ToNumericInput(k, argument);
    k.Do(input.counts, [&] {
      ir::ValueId count = k.Add(ir::IntBinary{ir::IntOp::Add, LoadSlot(k, count_), k.Int(1)});
      ir::ValueId old_mean = LoadSlot(k, mean_);
      ir::ValueId distance = Arith(k, ir::FloatOp::Sub, input.value, old_mean);
      ir::ValueId step = Arith(k, ir::FloatOp::Div, distance, k.Convert(count, ir::Type::Float));
      ir::ValueId mean = Arith(k, ir::FloatOp::Add, old_mean, step);
      ir::ValueId new_distance = Arith(k, ir::FloatOp::Sub, input.value, mean);
      ir::ValueId square = Arith(k, ir::FloatOp::Mul, distance, new_distance);
      StoreSlot(k, squares_, Arith(k, ir::FloatOp::Add, LoadSlot(k, squares_), square));
      StoreSlot(k, mean_, mean);
      StoreSlot(k, count_, count);
    });
  }
  void Merge(KernelBuilder& k) override {
    ir::ValueId later_count = LaterSlot(k, count_);
    k.Do(k.Add(ir::Not{IsZero(k, later_count)}), [&] {
      ir::ValueId own_count = LoadSlot(k, count_);
      ir::ValueId count = k.Add(ir::IntBinary{ir::IntOp::Add, own_count, later_count});
      ir::ValueId mean = LoadSlot(k, mean_);
      ir::ValueId distance = Arith(k, ir::FloatOp::Sub, LaterSlot(k, mean_), mean);
      ir::ValueId share = Arith(k, ir::FloatOp::Div, k.Convert(later_count, ir::Type::Float),
                                k.Convert(count, ir::Type::Float));
      // With nothing of its own the mean is the later one, exactly.
      ir::ValueId moved =
          Arith(k, ir::FloatOp::Add, mean, Arith(k, ir::FloatOp::Mul, distance, share));
      StoreSlot(k, mean_, k.Add(ir::Select{IsZero(k, own_count), LaterSlot(k, mean_), moved}));
      ir::ValueId between =
          Arith(k, ir::FloatOp::Mul, Arith(k, ir::FloatOp::Mul, distance, distance),
                Arith(k, ir::FloatOp::Mul, share, k.Convert(own_count, ir::Type::Float)));
      ir::ValueId inside =
          Arith(k, ir::FloatOp::Add, LoadSlot(k, squares_), LaterSlot(k, squares_));
      ir::ValueId sum = Arith(k, ir::FloatOp::Add, inside, between);
      StoreSlot(k, squares_, k.Add(ir::Select{IsZero(k, own_count), LaterSlot(k, squares_), sum}));
      StoreSlot(k, count_, count);
    });
  }
  ir::ValueId Finish(KernelBuilder& k) override {
    ir::ValueId count = LoadSlot(k, count_);
    ir::ValueId enough = k.Add(ir::Compare{ir::Predicate::Ge, ir::Type::Int, count, k.Int(2)});
    return k.If(
        enough, ir::Type::Float,
        [&] {
          ir::ValueId less = k.Add(ir::IntBinary{ir::IntOp::Sub, count, k.Int(1)});
          ir::ValueId variance =
              Arith(k, ir::FloatOp::Div, LoadSlot(k, squares_), k.Convert(less, ir::Type::Float));
          return root_ ? k.Add(ir::FloatUnary{ir::FloatUnaryOp::Sqrt, variance}) : variance;
        },
        [&] { return k.Absent(ir::Type::Float, false); });
  }

 private:
  bool root_;
  uint32_t count_ = 0;
  uint32_t mean_ = 0;
  uint32_t squares_ = 0;
};

}  // namespace

std::unique_ptr<Aggregate> MakeVariance(bool root) { return std::make_unique<Variance>(root); }

}  // namespace varpulis::lower
