#pragma once

// One kernel called with the inputs of its `run:` lines.

#include <string>
#include <vector>

#include "base/arena.h"
#include "base/status.h"
#include "compiler/ir/kernel.h"
#include "runtime/kernel/kernel_table.h"

namespace varpulis::kernels {

// The rows that the lines describe, and what each call with them says. The record, if there is one,
// starts zeroed and lives through all rows: each sees what those before it stored.
class Execution {
 public:
  explicit Execution(const ir::Kernel& kernel);

  // Adds the row `(name: value, global.g: value, time: 5)`; what is not named is missing.
  Status AddRow(std::string_view inputs);
  size_t rows() const { return times_.size(); }

  // One line per row: `true (x: 1, run.sum: 2) div_zero`.
  std::vector<std::string> RunEach(const kernel::BoundKernel& bound);
  // All rows by one call; the same lines without slots and errors, then the slots at the end.
  std::vector<std::string> RunTogether(const kernel::BoundKernel& bound);

 private:
  struct Column {
    ir::Type type;
    std::vector<uint64_t> values;
    std::vector<uint8_t> states;

    void* At(size_t row) { return reinterpret_cast<uint8_t*>(values.data()) + row * Stride(); }
    size_t Stride() const;
    void AddRow();
  };
  struct Call;
  std::string RowText(Call& call, size_t row, bool with_effects);

  const ir::Kernel& kernel_;
  base::Arena data_;
  std::vector<Column> columns_;
  std::vector<abi::Cell> globals_;  // of the last row that names them
  std::vector<int64_t> times_;
};

}  // namespace varpulis::kernels
