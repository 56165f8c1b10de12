#pragma once

// The aggregate calls of an .aggregate, each with its accumulator.

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "compiler/ir/record_layout.h"
#include "compiler/lower/aggregates/aggregate.h"
#include "compiler/sema/typed_expr.h"

namespace varpulis::lower {

struct Accumulator {
  const sema::TypedExpr* argument = nullptr;  // null for count()
  std::unique_ptr<Aggregate> aggregate;
};
// By the text of the call: equal calls share one.
using Accumulators = std::map<std::string, Accumulator>;

// Adds those of the calls in `expr`, and their slots to the record of a window that slides or not.
void AddAccumulators(const sema::TypedExpr& expr, uint32_t rows_slot, bool slides,
                     ir::RecordLayout& layout, Accumulators& all);

}  // namespace varpulis::lower
