#pragma once

// For tests: a filter on two columns, and data for it.

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "compiler/ir/kernel.h"
#include "compiler/ir/kernel_abi.h"
#include "jit/engine/native_compiler.h"

namespace varpulis::jit {

inline constexpr const char* kFilter = R"(kernel Fraud.filter(row: Trade) -> bool {
  %value = load.f64 row.value
  %limit = const.f64 100.0
  %large = gt.f64 %value, %limit
  %code = load.i64 row.code
  %seven = const.i64 7
  %is_seven = eq.i64 %code, %seven
  %both = and.bool %large, %is_seven
  return %both
}
)";

inline ir::Kernel Parse(std::string_view text) {
  auto kernel = ir::ParseKernel(text);
  VPL_CHECK(kernel.ok(), "{}", kernel.status().message());
  return *kernel;
}

inline std::unique_ptr<NativeCompiler> Compiler(OptLevel level) {
  auto compiler = NativeCompiler::Create(level);
  VPL_CHECK(compiler.ok(), "{}", compiler.status().message());
  return std::move(*compiler);
}

// The filter's frame: row i has value i % 200 and code i % 8.
struct TwoColumns {
  std::vector<double> values;
  std::vector<int64_t> codes;
  std::vector<uint8_t> states;
  std::vector<uint8_t> result;
  abi::ColumnRef refs[2];
  abi::KernelFrame frame{};

  explicit TwoColumns(size_t rows) : states(rows, abi::kPresent), result(rows, 0xee) {
    for (size_t i = 0; i < rows; ++i) {
      values.push_back(static_cast<double>(i % 200));
      codes.push_back(static_cast<int64_t>(i % 8));
    }
    refs[0] = {values.data(), states.data()};
    refs[1] = {codes.data(), states.data()};
    frame.columns = refs;
    frame.count = rows;
    frame.result_bytes = result.data();
  }
  TwoColumns(const TwoColumns&) = delete;
  TwoColumns& operator=(const TwoColumns&) = delete;

  static bool Passes(size_t i) { return i % 200 > 100 && i % 8 == 7; }
};

}  // namespace varpulis::jit
