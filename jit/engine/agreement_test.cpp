// ExpectAllAgree. No test of its own.

#include "jit/engine/agreement.h"

#include <gtest/gtest.h>

#include "jit/engine/kernel_run.h"
#include "jit/engine/native_compiler.h"
#include "runtime/interp/interpret.h"

namespace varpulis::jit {

namespace {
void ExpectAgree(const ir::Kernel& kernel, const kernel::BoundKernel& interpreted,
                 const kernel::BoundKernel& native, uint64_t seed, uint32_t rows) {
  KernelRun run(kernel, seed, rows);
  for (Rows mode : {Rows::Dense, Rows::Selected}) {
    auto expected = run.Run(interpreted, mode);
    auto actual = run.Run(native, mode);
    ASSERT_EQ(expected.size(), actual.size());
    for (size_t i = 0; i < expected.size(); ++i) {
      ASSERT_EQ(expected[i], actual[i]) << "seed " << seed << " rows " << rows << "\n"
                                        << ir::Print(kernel);
    }
  }
}
}  // namespace

void ExpectAllAgree(const std::vector<ir::Kernel>& kernels, uint64_t seed,
                    const std::vector<uint32_t>& batch_sizes) {
  for (const auto& kernel : kernels) {
    Status status = ir::Verify(kernel);
    ASSERT_TRUE(status.ok()) << status.message() << "\n" << ir::Print(kernel);
  }
  auto regexes = kernel::CompileRegexes(kernels);
  ASSERT_TRUE(regexes.ok()) << regexes.status().message();
  auto interpreted = interp::InterpretedTable(kernels, *regexes);
  for (OptLevel level : {OptLevel::O0, OptLevel::O2}) {
    auto compiler = NativeCompiler::Create(level);
    ASSERT_TRUE(compiler.ok()) << compiler.status().message();
    auto native = (*compiler)->Compile(kernels, *regexes);
    ASSERT_TRUE(native.ok()) << native.status().message();
    for (uint32_t i = 0; i < kernels.size(); ++i) {
      for (uint32_t rows : batch_sizes) {
        ExpectAgree(kernels[i], interpreted[i], (*native)[i], seed + i, rows);
        if (testing::Test::HasFatalFailure()) return;
      }
    }
  }
}

}  // namespace varpulis::jit
