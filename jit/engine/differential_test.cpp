// Random kernels on random data: interpreter, O0 and O2 do the same.

#include <gtest/gtest.h>

#include "jit/engine/kernel_run.h"
#include "jit/engine/native_compiler.h"
#include "jit/engine/random_kernel.h"
#include "runtime/interp/interpret.h"

namespace varpulis::jit {

namespace {

void ExpectAllAgree(uint64_t first_seed, int kernels_in_module, bool with_calls) {
  std::vector<ir::Kernel> kernels;
  for (int i = 0; i < kernels_in_module; ++i) {
    kernels.push_back(RandomKernel::Make(first_seed + i, 25, with_calls));
    Status status = ir::Verify(kernels.back());
    ASSERT_TRUE(status.ok()) << status.message() << "\n" << ir::Print(kernels.back());
  }
  auto regexes = kernel::CompileRegexes(kernels);
  ASSERT_TRUE(regexes.ok());
  auto interpreted = interp::InterpretedTable(kernels, *regexes);
  for (OptLevel level : {OptLevel::O0, OptLevel::O2}) {
    auto compiler = NativeCompiler::Create(level);
    ASSERT_TRUE(compiler.ok()) << compiler.status().message();
    auto native = (*compiler)->Compile(kernels, *regexes);
    ASSERT_TRUE(native.ok()) << native.status().message();
    for (uint32_t i = 0; i < kernels.size(); ++i) {
      for (uint32_t rows : {1u, 61u}) {
        KernelRun run(kernels[i], first_seed + i, rows);
        for (Rows mode : {Rows::Dense, Rows::Selected}) {
          auto expected = run.Run(interpreted[i], mode);
          auto actual = run.Run((*native)[i], mode);
          ASSERT_EQ(expected, actual)
              << "seed " << first_seed + i << " level " << static_cast<int>(level) << "\n"
              << ir::Print(kernels[i]);
        }
      }
    }
  }
}

}  // namespace

TEST(RandomKernels, VectorCodeAgreesWithInterpreter) {
  for (uint64_t seed = 0; seed < 60; seed += 20) ExpectAllAgree(seed, 20, false);
}

TEST(RandomKernels, AllInstructionsAgreeWithInterpreter) {
  for (uint64_t seed = 1000; seed < 1060; seed += 20) ExpectAllAgree(seed, 20, true);
}

}  // namespace varpulis::jit
