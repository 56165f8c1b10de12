// Kernel text: parse, verify, print and parse again; what verifies runs in the interpreter.

#include <string>
#include <vector>

#include "base/check.h"
#include "compiler/ir/kernel.h"
#include "jit/engine/kernel_run.h"
#include "runtime/interp/interpret.h"
#include "tests/fuzz/target.h"

namespace varpulis::fuzz {
namespace {

constexpr uint32_t kRows = 4;

// The same kernel on the same data does the same, over rows that follow each other or do not.
void RunTwice(const ir::Kernel& kernel, uint64_t seed) {
  const std::vector<ir::Kernel> kernels = {kernel};
  auto regexes = kernel::CompileRegexes(kernels);
  if (!regexes.ok()) return;  // a pattern that the compiler refuses
  const kernel::KernelTable table = interp::InterpretedTable(kernels, *regexes);
  for (const auto rows : {jit::Rows::Dense, jit::Rows::Selected}) {
    const auto first = jit::KernelRun(kernels[0], seed, kRows).Run(table[0], rows);
    const auto again = jit::KernelRun(kernels[0], seed, kRows).Run(table[0], rows);
    VPL_CHECK(first == again, "{}", ir::Print(kernel));
  }
}

void ReadKernel(const std::string& text) {
  Result<ir::Kernel> kernel = ir::ParseKernel(text);
  if (!kernel.ok()) {
    VPL_CHECK(!kernel.status().message().empty());
    return;
  }
  const std::string printed = ir::Print(*kernel);
  Result<ir::Kernel> again = ir::ParseKernel(printed);
  VPL_CHECK(again.ok(), "{}\n{}", again.status().message(), printed);
  VPL_CHECK(ir::Print(*again) == printed, "{}", printed);
  const bool verified = ir::Verify(*kernel).ok();
  VPL_CHECK(verified == ir::Verify(*again).ok(), "{}", printed);
  // No seed has a slot in a kernel that Verify refuses.
  Canary(!verified && !kernel->record.slots.empty());
  if (!verified) return;
  RunTwice(*kernel, text.size());
}

}  // namespace
}  // namespace varpulis::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  varpulis::fuzz::ReadKernel({reinterpret_cast<const char*>(data), size});
  return 0;
}
