#pragma once

// Comparisons of present values, which Compare and SameKey share. Flags are computed for absent
// operands too and are then meaningless; only helper calls are guarded, by `present`.

#include "jit/emit/kernel_emitter.h"

namespace varpulis::jit {

Val<Bool> Holds(Builder& b, ir::Predicate predicate, Val<Bool> x, Val<Bool> y);
Val<Bool> Holds(Builder& b, ir::Predicate predicate, Val<Int64> x, Val<Int64> y);
// language.md 5.2: NaN equals NaN, an ordering with NaN is false.
Val<Bool> Holds(Builder& b, ir::Predicate predicate, Val<Float64> x, Val<Float64> y);
Val<Bool> Holds(Builder& b, ir::Predicate predicate, const Val<Str>& x, const Val<Str>& y,
                Val<Bool> present);
Val<Bool> EqualText(Builder& b, const Val<Str>& x, const Val<Str>& y, Val<Bool> present);

// Tags Int and IntText; those and Float.
Val<Bool> IsInt(Builder& b, const Val<Cell>& cell);
Val<Bool> IsNumber(Builder& b, const Val<Cell>& cell);
// The double of a number cell.
Val<Float64> NumberOf(Builder& b, const Val<Cell>& cell, Val<Bool> is_int);

}  // namespace varpulis::jit
