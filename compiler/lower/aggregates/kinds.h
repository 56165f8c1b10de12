#pragma once

// One maker per aggregate; each lives in the file of its name.

#include <memory>

#include "compiler/ir/insts.h"
#include "compiler/lower/aggregates/aggregate.h"

namespace varpulis::lower {

std::unique_ptr<Aggregate> MakeCountRows(uint32_t rows_slot);  // count()
std::unique_ptr<Aggregate> MakeCountPresent();                 // count(e)
std::unique_ptr<Aggregate> MakeCountDistinct();
std::unique_ptr<Aggregate> MakeSum();
std::unique_ptr<Aggregate> MakeAvg();
// min with Lt, max with Gt.
std::unique_ptr<Aggregate> MakeExtreme(ir::Predicate better);
std::unique_ptr<Aggregate> MakeFirst(ir::Type type, uint32_t rows_slot);
std::unique_ptr<Aggregate> MakeLast(ir::Type type);
// Of a sample; its root is the standard deviation.
std::unique_ptr<Aggregate> MakeVariance(bool root);
std::unique_ptr<Aggregate> MakeQuantile(double quantile);
// Over `span` values.
std::unique_ptr<Aggregate> MakeEma(double span);
std::unique_ptr<Aggregate> MakeSlidingEma(double span);
std::unique_ptr<Aggregate> MakeCollect(bool slides);

}  // namespace varpulis::lower
