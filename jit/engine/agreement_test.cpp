// FirstDifference and ExpectAllAgree. No test of its own.

#include "jit/engine/agreement.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "jit/engine/kernel_run.h"
#include "runtime/interp/interpret.h"

namespace varpulis::jit {

namespace {

std::shared_ptr<const kernel::RegexSet> Regexes(const std::vector<ir::Kernel>& kernels) {
  auto regexes = kernel::CompileRegexes(kernels);
  VPL_CHECK(regexes.ok(), "{}", regexes.status().message());
  return *regexes;
}

kernel::KernelTable NativeTable(const std::vector<ir::Kernel>& kernels, OptLevel level) {
  auto compiler = NativeCompiler::Create(level);
  VPL_CHECK(compiler.ok(), "{}", compiler.status().message());
  auto table = (*compiler)->Compile(kernels, Regexes(kernels));
  VPL_CHECK(table.ok(), "{}", table.status().message());
  return *table;
}

std::optional<std::string> Difference(const std::vector<std::string>& expected,
                                      const std::vector<std::string>& actual) {
  if (expected.size() != actual.size()) {
    return fmt::format("{} lines and {}", expected.size(), actual.size());
  }
  for (size_t i = 0; i < expected.size(); ++i) {
    if (expected[i] != actual[i]) {
      return fmt::format("interpreted: {}\nnative:      {}\n", expected[i], actual[i]);
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> FirstDifference(const std::vector<ir::Kernel>& expected,
                                           const std::vector<ir::Kernel>& actual, OptLevel level,
                                           const TestData& data) {
  auto interpreted = interp::InterpretedTable(expected, Regexes(expected));
  auto native = NativeTable(actual, level);
  for (uint32_t i = 0; i < expected.size(); ++i) {
    for (uint32_t rows : data.batch_sizes) {
      KernelRun run(expected[i], data.seed + i, rows);
      for (Rows mode : {Rows::Dense, Rows::Selected}) {
        auto difference = Difference(run.Run(interpreted[i], mode), run.Run(native[i], mode));
        if (!difference) continue;
        return fmt::format("seed {}, {} rows, {}, {}\n{}{}", data.seed + i, rows,
                           mode == Rows::Dense ? "dense" : "selected",
                           level == OptLevel::O0 ? "O0" : "O2", *difference, ir::Print(actual[i]));
      }
    }
  }
  return std::nullopt;
}

void ExpectAllAgree(const std::vector<ir::Kernel>& kernels, const TestData& data) {
  for (const auto& kernel : kernels) {
    Status status = ir::Verify(kernel);
    ASSERT_TRUE(status.ok()) << status.message() << "\n" << ir::Print(kernel);
  }
  for (OptLevel level : {OptLevel::O0, OptLevel::O2}) {
    auto difference = FirstDifference(kernels, kernels, level, data);
    ASSERT_FALSE(difference.has_value()) << *difference;
  }
}

}  // namespace varpulis::jit
