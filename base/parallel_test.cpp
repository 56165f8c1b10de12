#include "base/parallel.h"

#include <atomic>
#include <set>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace varpulis::base {
namespace {

TEST(ParallelFor, CallsEachIndexOnce) {
  for (const unsigned threads : {0u, 1u, 2u, 7u, 64u}) {
    for (const size_t count : {size_t{0}, size_t{1}, size_t{5}, size_t{1000}}) {
      std::vector<std::atomic<int>> calls(count);
      ParallelFor(count, threads, [&](size_t i) { ++calls[i]; });
      for (const auto& called : calls) EXPECT_EQ(called, 1) << threads << " " << count;
    }
  }
}

TEST(ParallelFor, OneThreadIsTheCaller) {
  std::set<std::thread::id> seen;
  ParallelFor(10, 1, [&](size_t) { seen.insert(std::this_thread::get_id()); });
  EXPECT_EQ(seen, std::set{std::this_thread::get_id()});
}

}  // namespace
}  // namespace varpulis::base
