#pragma once

// A condition taken apart for people who ask why an event was not taken. Only plans that are compiled
// for a trace have any.

#include <string>

#include "compiler/ir/kernel.h"
#include "compiler/ir/row_operators.h"

namespace varpulis::ir {

// One conjunct of a condition. Its kernels read what the kernel of the whole condition reads.
struct TracedCondition {
  std::string text;
  KernelId test = kNoKernel;    // -> bool
  KernelId values = kNoKernel;  // -> row of `table`; kNoKernel: it reads nothing
  TableId table = kNoTable;     // its columns are called as the condition calls what it reads
};

}  // namespace varpulis::ir
