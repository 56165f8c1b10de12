#pragma once

// A program of a benchmark: compiled once, with its kernels interpreted and native.

#include <memory>
#include <string>
#include <string_view>

#include "compiler/ir/plan.h"
#include "runtime/kernel/kernel_table.h"

namespace varpulis::bench {

struct Program {
  // Programs of benchmarks are right: a diagnostic is fatal.
  explicit Program(std::string_view text);
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  // The filter of the only input of the only stream.
  ir::KernelId filter() const;

  ir::Plan plan;
  kernel::KernelTable interpreted;
  kernel::KernelTable native;
};

}  // namespace varpulis::bench
