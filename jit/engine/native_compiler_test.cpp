#include "jit/engine/native_compiler.h"

#include <chrono>
#include <stop_token>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "jit/engine/filter_example.h"
#include "jit/engine/kernel_module.h"
#include "jit/engine/random_kernel.h"

namespace varpulis::jit {

namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::string Dump(std::string_view text, CodeForm form) {
  auto code = DumpCode({Parse(text)}, form);
  VPL_CHECK(code.ok(), "{}", code.status().message());
  return *code;
}

ir::Kernel Named(const char* name) {
  ir::Kernel kernel = Parse(kFilter);
  kernel.name = name;
  return kernel;
}

TEST(NativeCompiler, FilterSelectsRows) {
  auto compiler = Compiler(OptLevel::O2);
  auto table = compiler->Compile({Parse(kFilter)}, nullptr);
  ASSERT_TRUE(table.ok()) << table.status().message();
  EXPECT_TRUE(table->native());
  TwoColumns data(1000);
  data.states[111] = abi::kMissing;  // would pass otherwise
  (*table)[0].Call(data.frame);
  for (size_t i = 0; i < 1000; ++i) {
    const bool expected = i % 200 > 100 && i % 8 == 7 && i != 111;
    ASSERT_EQ(data.result[i], expected ? 1 : 0) << i;
  }
}

TEST(NativeCompiler, NumericFilterBecomesVectorCode) {
  std::string code = Dump(kFilter, CodeForm::LlvmOptimised);
  EXPECT_THAT(code, ::testing::ContainsRegex("fcmp ogt <[0-9]+ x double>"));
  EXPECT_THAT(code, ::testing::ContainsRegex("icmp eq <[0-9]+ x i64>"));
}

TEST(NativeCompiler, DumpReadsLikeTheKernel) {
  std::string code = Dump(kFilter, CodeForm::Llvm);
  EXPECT_THAT(code, HasSubstr("define void @Fraud.filter(ptr %frame, ptr %code)"));
  EXPECT_THAT(code, HasSubstr("%large = and i1 %large.holds"));
  EXPECT_THAT(code, HasSubstr("%both = and i1 %large, %is_seven"));
  EXPECT_THAT(code, Not(HasSubstr("target triple")));
  EXPECT_EQ(code, Dump(kFilter, CodeForm::Llvm));
}

TEST(NativeCompiler, DumpsAssemblyAndObject) {
  EXPECT_THAT(Dump(kFilter, CodeForm::Assembly), HasSubstr("Fraud.filter:"));
  EXPECT_EQ(Dump(kFilter, CodeForm::Object).substr(0, 4),
            "\x7f"
            "ELF");
}

TEST(NativeCompiler, ShortTextIsComparedInline) {
  std::string code = Dump(R"(kernel zone(row: Trade) -> bool {
    %zone = load.str row.zone
    %wanted = const.str "north-east"
    %there = eq.str %zone, %wanted
    return %there
  })",
                          CodeForm::Llvm);
  EXPECT_THAT(code, Not(HasSubstr("call")));
}

TEST(NativeCompiler, LongConstantIsComparedByItsHeadFirst) {
  std::string code = Dump(R"(kernel note(row: Trade) -> bool {
    %note = load.str row.note
    %wanted = const.str "a text of more than twelve bytes"
    %there = eq.str %note, %wanted
    return %there
  })",
                          CodeForm::Llvm);
  EXPECT_THAT(code, HasSubstr("%there.same_head = icmp"));
  EXPECT_THAT(code, HasSubstr("call i8 @vpl_str_equal"));
  EXPECT_THAT(code, Not(HasSubstr("same_tail")));
}

TEST(NativeCompiler, CellAgainstConstantNeedsNoHelper) {
  std::string code = Dump(R"(kernel any(row: Trade) -> bool {
    %zone = load.any row.zone
    %value = load.any row.value
    %wanted = const.str "7"
    %boxed = box %wanted
    %there = eq.any %zone, %boxed
    %limit = const.i64 100
    %boxed_limit = box %limit
    %large = gt.any %value, %boxed_limit
    %sure = truth %large
    %both = and.bool %there, %sure
    return %both
  })",
                          CodeForm::Llvm);
  EXPECT_THAT(code, Not(HasSubstr("call")));
}

TEST(NativeCompiler, SymbolsAreReadableAndUnique) {
  EXPECT_THAT(SymbolsFor({Named("Fraud.step2.guard"), Named("a b"), Named("a b"), Named("a_b.2"),
                          Named("memcpy"), Named("vpl_same_key"), Named(""), Named("7")}),
              ElementsAre("Fraud.step2.guard", "a_b", "a_b.2", "a_b.2.2", "memcpy.2",
                          "vpl_same_key.2", "kernel.", "kernel.7"));
}

TEST(NativeCompiler, KernelMayBeNamedLikeAHelper) {
  auto table = Compiler(OptLevel::O2)->Compile({Named("memset"), Named("vpl_same_key")}, nullptr);
  ASSERT_TRUE(table.ok()) << table.status().message();
  EXPECT_EQ(table->size(), 2u);
}

// What the kernel makes of one row with that value.
int64_t IntOf(const kernel::BoundKernel& kernel, int64_t value) {
  const uint8_t present = abi::kPresent;
  const abi::ColumnRef column{&value, &present};
  int64_t result = 0;
  abi::KernelFrame frame{};
  frame.columns = &column;
  frame.count = 1;
  frame.result_ints = &result;
  kernel.Call(frame);
  return result;
}

// A kernel that adds so many constants to its column, of which the last is `last`.
ir::Kernel Sum(int additions, int last) {
  std::string text = "kernel k() -> i64 {\n  %s0 = load.i64 row.a\n";
  for (int i = 1; i <= additions; ++i) {
    text += fmt::format("  %c{0} = const.i64 {1}\n  %s{0} = add.i64 %s{2}, %c{0}\n", i,
                        i == additions ? last : 0, i - 1);
  }
  return Parse(text + fmt::format("  return %s{}\n}}\n", additions));
}

// Kernels behind each other in modules of their own: none is taken for another.
TEST(NativeCompiler, ManyKernelsAreSeveralModules) {
  constexpr int kKernels = 900;
  constexpr int kLong = 400;
  std::vector<ir::Kernel> kernels;
  for (int i = 0; i < kKernels; ++i) kernels.push_back(Sum(i == kLong ? 1100 : 2, i));
  auto table = Compiler(OptLevel::O2)->Compile(kernels, nullptr);
  ASSERT_TRUE(table.ok()) << table.status().message();
  ASSERT_EQ(table->size(), kernels.size());
  for (ir::KernelId id = 0; id < kKernels; ++id) ASSERT_EQ(IntOf((*table)[id], 7), 7 + id);
}

TEST(NativeCompiler, GivesUpWhenNobodyWaits) {
  std::stop_source stop;
  stop.request_stop();
  auto table = Compiler(OptLevel::O2)->Compile({Parse(kFilter)}, nullptr, stop.get_token());
  ASSERT_FALSE(table.ok());
  EXPECT_EQ(table.status().code(), StatusCode::Unavailable);
}

// Twice the instructions may not take much more than twice the time. Emission alone is measured:
// LLVM's own passes are its business.
TEST(NativeCompiler, LongKernelsTakeLinearTime) {
  const auto emission = [](int steps) {
    auto kernel = RandomKernel::Make(5, steps, true);
    auto start = std::chrono::steady_clock::now();
    VPL_CHECK(DumpCode({kernel}, CodeForm::Llvm).ok());
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() /
           static_cast<double>(kernel.insts.size());
  };
  emission(100);
  EXPECT_LT(emission(8000), 4 * emission(1000));
}

}  // namespace

}  // namespace varpulis::jit
