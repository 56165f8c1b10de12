#pragma once

// How one aggregate function becomes slots of the window record and kernel instructions. Records
// start zeroed, so every aggregate is written such that all-zero slots mean "nothing seen".

#include <memory>
#include <string>

#include "compiler/ir/record_layout.h"
#include "compiler/lower/kernel_builder.h"
#include "compiler/sema/aggregate_kind.h"

namespace varpulis::lower {

class Aggregate {
 public:
  virtual ~Aggregate() = default;
  // Adds the slots; called once, before the others. `rows_slot` counts the rows of the window.
  virtual void AddSlots(ir::RecordLayout& layout, const std::string& name) = 0;
  // Folds one row in. `argument` has the type given at creation; kNoValue for count().
  virtual void Update(KernelBuilder& k, ir::ValueId argument) = 0;
  // The result, of ResultType.
  virtual ir::ValueId Finish(KernelBuilder& k) = 0;
};

// `argument_type` is ignored for count(). `rows_slot` is the slot with the number of rows.
std::unique_ptr<Aggregate> MakeAggregate(sema::AggregateKind kind, bool has_argument,
                                         ir::Type argument_type, uint32_t rows_slot);

// Shared by the numeric ones: the argument as f64, and whether it counts (present and not NaN).
struct NumericInput {
  ir::ValueId value;
  ir::ValueId counts;
};
NumericInput ToNumericInput(KernelBuilder& k, ir::ValueId argument);
ir::ValueId LoadSlot(KernelBuilder& k, uint32_t slot);
void StoreSlot(KernelBuilder& k, uint32_t slot, ir::ValueId value);
// slot += condition ? 1 : 0
void CountIf(KernelBuilder& k, uint32_t slot, ir::ValueId condition);

}  // namespace varpulis::lower
