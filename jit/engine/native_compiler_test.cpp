#include "jit/engine/native_compiler.h"

#include <unistd.h>

#include <chrono>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "jit/engine/kernel_module.h"
#include "jit/engine/promoter.h"
#include "jit/engine/random_kernel.h"

namespace varpulis::jit {

namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kFilter = R"(kernel Fraud.filter(row: Trade) -> bool {
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

ir::Kernel Parse(std::string_view text) {
  auto kernel = ir::ParseKernel(text);
  VPL_CHECK(kernel.ok(), "{}", kernel.status().message());
  return *kernel;
}

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

std::unique_ptr<NativeCompiler> Compiler(OptLevel level) {
  auto compiler = NativeCompiler::Create(level);
  VPL_CHECK(compiler.ok(), "{}", compiler.status().message());
  return std::move(*compiler);
}

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
};

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

size_t ResidentBytes() {
  std::ifstream statm("/proc/self/statm");
  size_t total = 0, resident = 0;
  statm >> total >> resident;
  return resident * static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

TEST(NativeCompiler, DroppedTablesFreeTheirCode) {
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer) || \
    __has_feature(thread_sanitizer)
  GTEST_SKIP() << "sanitizers keep freed memory";
#endif
  auto compiler = Compiler(OptLevel::O0);
  const auto cycle = [&] {
    auto table = compiler->Compile({Parse(kFilter)}, nullptr);
    ASSERT_TRUE(table.ok());
    TwoColumns data(8);
    (*table)[0].Call(data.frame);
  };
  for (int i = 0; i < 30; ++i) cycle();
  const size_t before = ResidentBytes();
  for (int i = 0; i < 300; ++i) cycle();
  EXPECT_LT(ResidentBytes(), before + (2 << 20));
}

TEST(NativeCompiler, TableOutlivesItsCompiler) {
  auto table = Compiler(OptLevel::O0)->Compile({Parse(kFilter)}, nullptr);
  ASSERT_TRUE(table.ok());
  TwoColumns data(8);
  (*table)[0].Call(data.frame);
  EXPECT_EQ(data.result[7], 0);
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

TEST(Promoter, HandsOverOnce) {
  Promoter promoter(Compiler(OptLevel::O2));
  EXPECT_FALSE(promoter.TryTake().has_value());
  promoter.Wait();  // nothing started
  promoter.Start({Parse(kFilter)}, nullptr);
  promoter.Wait();
  auto outcome = promoter.TryTake();
  ASSERT_TRUE(outcome.has_value());
  ASSERT_TRUE(outcome->ok()) << outcome->status().message();
  EXPECT_TRUE((*outcome)->native());
  EXPECT_FALSE(promoter.TryTake().has_value());
  TwoColumns data(512);
  outcome->value()[0].Call(data.frame);
  EXPECT_EQ(data.result[111], 1);
}

TEST(Promoter, DestructionWaits) {
  Promoter promoter(Compiler(OptLevel::O2));
  promoter.Start({Parse(kFilter)}, nullptr);
}

}  // namespace

}  // namespace varpulis::jit
