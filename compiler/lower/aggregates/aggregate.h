#pragma once

// How one aggregate function becomes slots of the window record and kernel instructions. Records
// start zeroed, so every aggregate is written such that all-zero slots mean "nothing seen".
//
// A window that slides gives rows up again. An aggregate is one of two kinds for it: a mergeable one
// can be computed for two parts of a window and put together; of the others, whose slots are sets,
// single values are taken out.

#include <memory>
#include <string>

#include "compiler/ir/record_layout.h"
#include "compiler/lower/kernel_builder.h"
#include "compiler/sema/aggregate_kind.h"

namespace varpulis::lower {

class Aggregate {
 public:
  virtual ~Aggregate() = default;
  // Adds the slots; called once, before the others.
  virtual void AddSlots(ir::RecordLayout& layout, const std::string& name) = 0;
  // Folds one row in. `argument` has the type given at creation; kNoValue for count().
  virtual void Update(KernelBuilder& k, ir::ValueId argument) = 0;
  // The result, of ResultType.
  virtual ir::ValueId Finish(KernelBuilder& k) = 0;

  virtual bool IsMergeable() const { return true; }
  // Mergeable ones: appends the rows of the current row, which is a record of the same layout with one
  // column per slot, to those of the record, whose row count does not include them yet.
  virtual void Merge(KernelBuilder&) {}
  // The others: takes out the oldest row, whose argument this is.
  virtual void Remove(KernelBuilder&, ir::ValueId) {}
};

struct AggregateCall {
  sema::AggregateKind kind;
  bool has_argument = false;
  ir::Type type = ir::Type::Any;  // of the argument
  double parameter = 0;           // second argument, where there is one
  uint32_t rows_slot = 0;         // number of rows of the window
  bool slides = false;            // rows leave the window again
};
std::unique_ptr<Aggregate> MakeAggregate(const AggregateCall& call);

// Shared by the numeric ones: the argument as f64, and whether it counts (present and not NaN).
struct NumericInput {
  ir::ValueId value;
  ir::ValueId counts;
};
NumericInput ToNumericInput(KernelBuilder& k, ir::ValueId argument);
ir::ValueId LoadSlot(KernelBuilder& k, uint32_t slot);
void StoreSlot(KernelBuilder& k, uint32_t slot, ir::ValueId value);
// In Merge: the slot of the rows that are appended.
ir::ValueId LaterSlot(KernelBuilder& k, uint32_t slot);
// slot += 1
void CountOne(KernelBuilder& k, uint32_t slot);
// slot += condition ? 1 : 0
void CountIf(KernelBuilder& k, uint32_t slot, ir::ValueId condition);
// slot += the slot of the appended rows; an i64 or an f64.
void AddLater(KernelBuilder& k, uint32_t slot);
ir::ValueId IsZero(KernelBuilder& k, ir::ValueId count);
ir::ValueId Arith(KernelBuilder& k, ir::FloatOp op, ir::ValueId a, ir::ValueId b);

}  // namespace varpulis::lower
