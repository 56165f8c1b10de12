#pragma once

// Prices of a stock exchange: the same ones for the same seed, one every millisecond.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "bench/batches.h"
#include "examples/generate/random.h"
#include "runtime/row/table.h"

namespace varpulis::bench {

// The declaration that programs over ticks begin with.
inline constexpr std::string_view kTickEvent = R"(
event Tick:
    symbol: str
    venue: str
    note: str
    price: float
    volume: int
)";

struct Tick {
  TimestampNs time = 0;
  std::string symbol;
  std::string_view venue;
  std::string_view note;  // mostly longer than an inline string
  double price = 0;
  int64_t volume = 0;
};

class TickSource {
 public:
  explicit TickSource(uint64_t seed) : random_(seed) {}
  Tick Next();
  // One value in a hundred is missing.
  bool IsMissing() { return random_.OneIn(100); }

 private:
  generate::Random random_;
  TimestampNs time_ = 1'750'000'000 * kNsPerSecond;
};

// `count` ticks in batches of limits::kBatchRows, with the columns that the plan reads; `plan` has
// one event type and outlives them.
Batches MakeTicks(const ir::Plan& plan, uint32_t count);
// The same in one table with capacity for all.
std::unique_ptr<row::Batch> MakeTickTable(const ir::Plan& plan, uint32_t count);

}  // namespace varpulis::bench
