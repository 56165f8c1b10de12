#pragma once

// Which tier runs the kernels of a replay.

#include <memory>
#include <optional>
#include <string>

#include "runtime/exec/executor.h"
#include "runtime/kernel/kernel_table.h"

namespace varpulis::cli {

// `interp` never compiles, `native` waits for the compiler, `auto` starts interpreted and promotes
// between two batches when the background compiler is done. A failed promotion in `auto` is a line
// on standard error; the replay goes on interpreted.
class Tiering {
 public:
  explicit Tiering(std::string engine);
  ~Tiering();

  // `kernels` must outlive this object.
  Status Start(const std::vector<ir::Kernel>& kernels,
               std::shared_ptr<const kernel::RegexSet> regexes, exec::Executor& executor);
  // Between two batches.
  void Poll(exec::Executor& executor);

 private:
  struct Compiler;
  std::string engine_;
  std::unique_ptr<Compiler> compiler_;
};

}  // namespace varpulis::cli
