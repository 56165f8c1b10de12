#pragma once

// Checked expressions to kernel instructions. Short circuit becomes a branch only where the right
// side costs something or can fail; otherwise bits are combined, so that filters vectorise.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "compiler/ir/plan.h"
#include "compiler/lower/kernel_builder.h"
#include "compiler/sema/typed_program.h"

namespace varpulis::lower {

// Name of a step's captured value: `l.user_id`, `l.*` (whole event), `l.@time`.
std::string CaptureName(const std::vector<sema::TypedStep>& steps, const sema::TypedExpr& read);

// Where the values that an expression mentions are found.
struct Binding {
  ir::Plan* plan = nullptr;
  ir::TableId table = ir::kNoTable;  // the current row

  // Bound steps: one may be the current row, others are slots of the record or columns of the match.
  const std::vector<sema::TypedStep>* steps = nullptr;
  uint32_t current_step = sema::kCurrentRow;
  bool step_columns = false;
  uint32_t record_step = sema::kCurrentRow;  // with `step_columns`: this one is in the record
  const ir::RecordLayout* record = nullptr;
  // Instead of a current row: the last element of this closure, which reads those before it by its alias.
  uint32_t element_of = sema::kCurrentRow;
  const sema::TypedJoin* join = nullptr;        // the columns are those of joined rows
  const sema::TypedPattern* pattern = nullptr;  // the columns are those of its matches

  // The program, for its functions, and the variables of the body at hand.
  const sema::TypedProgram* program = nullptr;
  std::function<ir::ValueId(KernelBuilder&, uint32_t local)> local;

  // Inside .aggregate items: key fields and aggregate results.
  const std::map<std::string, uint32_t>* key_slots = nullptr;
  std::function<ir::ValueId(KernelBuilder&, const sema::TypedExpr&)> aggregate;
};

// What the fields of the current row consist of: fields, and maps under a prefix. Of an event it is
// the event as one map, of a match its no-emit form (language.md 6.5).
std::vector<ir::TableColumn> RowParts(const Binding& binding);

class ExprLowering {
 public:
  ExprLowering(KernelBuilder& builder, const Binding& binding) : k_(builder), binding_(binding) {}

  // Value of the expression's static type.
  ir::ValueId Value(const sema::TypedExpr& expr);
  // Always-present bool: true iff the expression is the boolean true.
  ir::ValueId Condition(const sema::TypedExpr& expr);
  // A field of the current row, as `type`; missing if the table cannot have it.
  ir::ValueId RowField(const std::string& name, ir::Type type);
  // The current row's whole event as a map.
  ir::ValueId RowEvent();
  // One of the RowParts of the row that is bound.
  ir::ValueId RowPart(const ir::TableColumn& part);

 private:
  ir::ValueId EventOfParts();
  ir::ValueId JoinedPart(const ir::TableColumn& part);
  ir::ValueId MemberOfSpread(const std::string& name);
  ir::ValueId Literal(const sema::TypedExpr& expr);
  ir::ValueId Read(const sema::TypedExpr& expr);
  ir::ValueId Elements(const std::string& name);
  ir::ValueId ReadElements(const sema::TypedExpr& expr);
  ir::ValueId ReadUnbound(const sema::TypedExpr& expr);
  ir::ValueId ReadElement(const sema::TypedExpr& expr);
  ir::ValueId ReadBeforeElement(const sema::TypedExpr& expr);
  ir::ValueId Slot(const std::string& name, ir::Type type);
  ir::ValueId Arithmetic(const sema::TypedExpr& expr);
  ir::ValueId Compare(const sema::TypedExpr& expr);
  ir::ValueId InArray(const sema::TypedExpr& needle, const sema::TypedExpr& array);
  ir::ValueId In(const sema::TypedExpr& expr);
  ir::ValueId Chain(const sema::TypedExpr& expr, bool is_and);
  ir::ValueId Coalesce(const sema::TypedExpr& expr, size_t from);
  ir::ValueId Call(const sema::TypedExpr& expr);
  ir::ValueId Global(const sema::TypedExpr& expr);
  ir::ValueId CallFunction(const sema::TypedExpr& expr);
  ir::ValueId Inline(const sema::TypedFunction& function, const sema::TypedExpr& call);
  ir::ValueId Each(const sema::TypedExpr& expr);
  ir::ValueId AnyOf(const sema::TypedExpr& expr) { return k_.Convert(Value(expr), ir::Type::Any); }

  KernelBuilder& k_;
  const Binding& binding_;
};

// The prefix of a spread column `prefix*`.
std::string SpreadPrefix(const ir::TableColumn& column);
// Column of an event table for `field`, added if it is not there yet.
uint32_t EventColumn(ir::Table& table, const std::string& field);
// Column `*` of an event table, added if it is not there yet.
uint32_t WholeEventColumn(ir::Table& table);

}  // namespace varpulis::lower
