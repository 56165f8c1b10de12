#pragma once

// The command line that all benchmarks share, and the way from questions to a table.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bench/contest.h"

namespace varpulis::bench {

struct Benchmark {
  std::string_view name;      // `filter_numbers`, also of the JSON file
  std::string_view baseline;  // the third contestant: `loop`, `parse`
  // Builds the questions over about so many events.
  std::vector<Question> (*questions)(uint32_t events);
  uint32_t events;
};

// 0 measured and agreed, 1 answers differ or the outcome cannot be written, 2 wrong arguments.
int Main(const Benchmark& benchmark, int argc, char** argv);

}  // namespace varpulis::bench
