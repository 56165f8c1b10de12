#pragma once

// For tests: runs a kernel on made-up data and tells all that it did, so that two executions can be
// compared.

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "base/arena.h"
#include "compiler/ir/kernel.h"
#include "runtime/kernel/kernel_context.h"
#include "runtime/kernel/kernel_table.h"

namespace varpulis::jit {

enum class Rows { Dense, Selected };

// The same seed makes the same data. Values and states are drawn from pools of awkward ones; under
// an absent state stands garbage.
class KernelRun {
 public:
  KernelRun(const ir::Kernel& kernel, uint64_t seed, uint32_t rows);
  ~KernelRun();

  // One line per item and record, then the error counts, what was written out of bounds, and the
  // bytes that stay owned.
  std::vector<std::string> Run(const kernel::BoundKernel& bound, Rows rows);

 private:
  struct Buffer {
    std::vector<uint64_t> values;
    std::vector<uint8_t> states;
  };
  struct Written;  // what a run writes
  Buffer MakeColumn(ir::Type type);
  abi::Cell MakeCell(int depth);
  abi::VplString MakeText();
  int64_t MakeInt();
  double MakeFloat();
  uint8_t MakeState();

  const ir::Kernel& kernel_;
  std::mt19937_64 random_;
  uint32_t rows_;
  base::Arena data_;
  std::vector<Buffer> columns_;
  std::vector<abi::ColumnRef> refs_;
  std::vector<int64_t> times_;
  std::vector<uint32_t> selected_;
  std::vector<abi::Cell> globals_;
};

}  // namespace varpulis::jit
