#include "compiler/lower/aggregates/kinds.h"

namespace varpulis::lower {
namespace {

class First final : public Aggregate {
 public:
  First(ir::Type type, uint32_t rows_slot) : type_(type), rows_slot_(rows_slot) {}
  void AddSlots(ir::RecordLayout& layout, const std::string& name) override {
    value_ = layout.Add(name + ".first", type_);
  }
  void Update(KernelBuilder& k, ir::ValueId argument) override {
    // The row count includes the row that is being folded in.
    ir::ValueId first =
        k.Add(ir::Compare{ir::Predicate::Eq, ir::Type::Int, LoadSlot(k, rows_slot_), k.Int(1)});
    k.Do(first, [&] { StoreSlot(k, value_, argument); });
  }
  void Merge(KernelBuilder& k) override {
    k.Do(IsZero(k, LoadSlot(k, rows_slot_)), [&] { StoreSlot(k, value_, LaterSlot(k, value_)); });
  }
  ir::ValueId Finish(KernelBuilder& k) override { return LoadSlot(k, value_); }

 private:
  ir::Type type_;
  uint32_t rows_slot_;
  uint32_t value_ = 0;
};

class Last final : public Aggregate {
 public:
  explicit Last(ir::Type type) : type_(type) {}
  void AddSlots(ir::RecordLayout& layout, const std::string& name) override {
    value_ = layout.Add(name + ".last", type_);
  }
  void Update(KernelBuilder& k, ir::ValueId argument) override { StoreSlot(k, value_, argument); }
  void Merge(KernelBuilder& k) override { StoreSlot(k, value_, LaterSlot(k, value_)); }
  ir::ValueId Finish(KernelBuilder& k) override { return LoadSlot(k, value_); }

 private:
  ir::Type type_;
  uint32_t value_ = 0;
};

}  // namespace

std::unique_ptr<Aggregate> MakeFirst(ir::Type type, uint32_t rows_slot) {
  return std::make_unique<First>(type, rows_slot);
}
std::unique_ptr<Aggregate> MakeLast(ir::Type type) { return std::make_unique<Last>(type); }

}  // namespace varpulis::lower
