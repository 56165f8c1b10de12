// How long native code lives, and who may make it at the same time.

#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "jit/engine/filter_example.h"

namespace varpulis::jit {

namespace {

#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer) || \
    __has_feature(thread_sanitizer)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

size_t ResidentBytes() {
  std::ifstream statm("/proc/self/statm");
  size_t total = 0, resident = 0;
  statm >> total >> resident;
  return resident * static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

// Memory that holds code and comes from no file: what was made here.
size_t GeneratedCodeBytes() {
  std::ifstream maps("/proc/self/maps");
  size_t bytes = 0;
  for (std::string line; std::getline(maps, line);) {
    size_t from = 0, to = 0;
    std::istringstream fields(line);
    std::string permissions, offset, device, inode, path;
    char dash = 0;
    fields >> std::hex >> from >> dash >> to >> permissions >> offset >> device >> inode >> path;
    if (permissions == "r-xp" && path.empty()) bytes += to - from;
  }
  return bytes;
}

kernel::KernelTable Compiled(NativeCompiler& compiler, const std::string& name = "filter") {
  ir::Kernel kernel = Parse(kFilter);
  kernel.name = name;
  auto table = compiler.Compile({kernel}, nullptr);
  VPL_CHECK(table.ok(), "{}", table.status().message());
  return *table;
}

void ExpectItFilters(const kernel::KernelTable& table) {
  TwoColumns data(256);
  table[0].Call(data.frame);
  for (size_t i = 0; i < 256; ++i) ASSERT_EQ(data.result[i], TwoColumns::Passes(i)) << i;
}

TEST(CodeLifetime, CodeGoesWithTheLastCopyOfItsTable) {
  auto compiler = Compiler(OptLevel::O0);
  const size_t before = GeneratedCodeBytes();
  std::vector<kernel::KernelTable> tables;
  for (int i = 0; i < 20; ++i) tables.push_back(Compiled(*compiler));
  const size_t held = GeneratedCodeBytes();
  EXPECT_GE(held, before + 20 * 4096);
  kernel::KernelTable copy = tables[7];
  tables.clear();
  EXPECT_LT(GeneratedCodeBytes(), held);
  ExpectItFilters(copy);
  copy = {};
  EXPECT_EQ(GeneratedCodeBytes(), before);
}

// The names are long and new each time: whatever LLVM keeps of a module shows.
TEST(CodeLifetime, NothingOfAModuleStays) {
  if (kSanitized) GTEST_SKIP() << "sanitizers keep freed memory";
  auto compiler = Compiler(OptLevel::O0);
  int round = 0;
  const auto cycle = [&] {
    ExpectItFilters(Compiled(*compiler, std::string(20000, 'k') + std::to_string(++round)));
  };
  for (int i = 0; i < 30; ++i) cycle();
  const size_t before = ResidentBytes();
  for (int i = 0; i < 300; ++i) cycle();
  EXPECT_LT(ResidentBytes(), before + (1 << 20));
}

TEST(CodeLifetime, TableOutlivesItsCompiler) {
  kernel::KernelTable table = Compiled(*Compiler(OptLevel::O0));
  ExpectItFilters(table);
}

TEST(CodeLifetime, ThreadsCompileRunAndDropAtOnce) {
  auto compiler = Compiler(OptLevel::O2);
  const size_t before = GeneratedCodeBytes();
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 10; ++i) {
          ExpectItFilters(Compiled(*compiler, fmt::format("thread{}.round{}", t, i)));
        }
      });
    }
  }
  EXPECT_EQ(GeneratedCodeBytes(), before);
}

}  // namespace

}  // namespace varpulis::jit
