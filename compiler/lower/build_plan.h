#pragma once

// TypedProgram to Plan: tables, operators, automata and the kernels of all of them. Filters at the
// head of a stream become the filters of its inputs, so that phase 1 evaluates them.

#include "compiler/ir/plan.h"
#include "compiler/sema/typed_program.h"

namespace varpulis::lower {

// The program has no errors. The plan passes ir::Verify. `for_trace`: with its conditions taken apart
// (ir::TracedCondition).
ir::Plan BuildPlan(const sema::TypedProgram& program, bool for_trace);

}  // namespace varpulis::lower
