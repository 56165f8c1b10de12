#include "base/parallel.h"

#include <algorithm>
#include <atomic>
#include <system_error>
#include <thread>
#include <vector>

namespace varpulis::base {

void ParallelFor(size_t count, unsigned threads, const std::function<void(size_t)>& work) {
  std::atomic<size_t> next = 0;
  const auto run = [&] {
    for (size_t i = next.fetch_add(1); i < count; i = next.fetch_add(1)) work(i);
  };
  std::vector<std::thread> others;
  const size_t useful = std::min<size_t>(threads, count);
  try {
    while (others.size() + 1 < useful) others.emplace_back(run);
  } catch (const std::system_error&) {
    // No more threads to be had: those that run do all of it.
  }
  run();
  for (std::thread& other : others) other.join();
}

}  // namespace varpulis::base
