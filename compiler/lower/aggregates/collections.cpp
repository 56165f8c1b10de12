#include "compiler/lower/aggregates/kinds.h"

namespace varpulis::lower {
namespace {

// Aggregates that need the values themselves, in a slot of type set.
class OfCollection : public Aggregate {
 public:
  OfCollection(ir::Collection kind, const char* slot_name, double quantile, ir::Type result)
      : kind_(kind), slot_name_(slot_name), quantile_(quantile), result_(result) {}
  void AddSlots(ir::RecordLayout& layout, const std::string& name) override {
    slot_ = layout.Add(name + slot_name_, ir::Type::Set);
  }
  void Update(KernelBuilder& k, ir::ValueId argument) override {
    k.Add(ir::CollectionAdd{kind_, slot_, k.Convert(argument, ir::Type::Any)});
  }
  bool IsMergeable() const override { return false; }
  void Remove(KernelBuilder& k, ir::ValueId argument) override {
    k.Add(ir::CollectionRemove{kind_, slot_, k.Convert(argument, ir::Type::Any)});
  }
  ir::ValueId Finish(KernelBuilder& k) override {
    return k.Convert(k.Add(ir::CollectionRead{kind_, slot_, quantile_}), result_);
  }

 private:
  ir::Collection kind_;
  const char* slot_name_;
  double quantile_;
  ir::Type result_;
  uint32_t slot_ = 0;
};

}  // namespace

std::unique_ptr<Aggregate> MakeCountDistinct() {
  return std::make_unique<OfCollection>(ir::Collection::Distinct, ".set", 0, ir::Type::Int);
}
std::unique_ptr<Aggregate> MakeQuantile(double quantile) {
  return std::make_unique<OfCollection>(ir::Collection::Samples, ".samples", quantile,
                                        ir::Type::Float);
}
std::unique_ptr<Aggregate> MakeCollect(bool slides) {
  return std::make_unique<OfCollection>(slides ? ir::Collection::Queue : ir::Collection::List,
                                        ".values", 0, ir::Type::Any);
}

}  // namespace varpulis::lower
