#include "compiler/lower/aggregates/kinds.h"

namespace varpulis::lower {
namespace {

class CountRows final : public Aggregate {
 public:
  explicit CountRows(uint32_t rows_slot) : rows_slot_(rows_slot) {}
  void AddSlots(ir::RecordLayout&, const std::string&) override {}
  void Update(KernelBuilder&, ir::ValueId) override {}  // the window counts its rows anyway
  void Merge(KernelBuilder&) override {}
  ir::ValueId Finish(KernelBuilder& k) override { return LoadSlot(k, rows_slot_); }

 private:
  uint32_t rows_slot_;
};

class CountPresent final : public Aggregate {
 public:
  void AddSlots(ir::RecordLayout& layout, const std::string& name) override {
    count_ = layout.Add(name + ".count", ir::Type::Int);
  }
  void Update(KernelBuilder& k, ir::ValueId argument) override {
    CountIf(k, count_, k.Add(ir::Not{k.Add(ir::IsAbsent{argument})}));
  }
  void Merge(KernelBuilder& k) override { AddLater(k, count_); }
  ir::ValueId Finish(KernelBuilder& k) override { return LoadSlot(k, count_); }

 private:
  uint32_t count_ = 0;
};

}  // namespace

std::unique_ptr<Aggregate> MakeCountRows(uint32_t rows_slot) {
  return std::make_unique<CountRows>(rows_slot);
}
std::unique_ptr<Aggregate> MakeCountPresent() { return std::make_unique<CountPresent>(); }

}  // namespace varpulis::lower
