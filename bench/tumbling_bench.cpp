// How fast are keyed tumbling windows? A thousand symbols, four aggregates; long windows fold many
// rows into each result, short ones close almost as often as a row arrives.

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include <absl/container/flat_hash_map.h>
#include <absl/strings/string_view.h>
#include <fmt/format.h>

#include "bench/bench_main.h"
#include "bench/columns.h"
#include "bench/engine_contest.h"

namespace varpulis::bench {
namespace {

constexpr uint32_t kEvents = 1'000'000;
// Row 3 of the design's goals.
constexpr Goal kGoal = {.over_interpreter = 0, .behind_baseline = 3};

std::string BarsOf(std::string_view window) {
  return fmt::format(R"({}
stream Bars = Tick.partition_by(symbol).window({})
    .aggregate(n: count(), turnover: sum(price * volume), low: min(price), high: max(price))
    .emit(n: n, turnover: turnover, low: low, high: high)
)",
                     kTickEvent, window);
}

struct Bar {
  TimestampNs due = 0;
  TimestampNs last = 0;
  int64_t rows = 0;  // 0: no window is open
  double turnover = 0;
  double low = 0;
  double high = 0;
  int64_t prices = 0;
};

// Bars by symbol, and the open ones in order of their end: rows come in order of time
// and all windows are equally long.
class BarTable {
 public:
  explicit BarTable(DurationNs size) : size_(size) {}

  void Fire(TimestampNs clock) {
    while (!open_.empty() && bars_[open_.front()].due <= clock) {
      Close(bars_[open_.front()]);
      open_.pop_front();
    }
  }

  // The open bar of a symbol; ticks without one are a partition of their own.
  Bar& At(TimestampNs time, bool present, absl::string_view symbol) {
    const uint32_t index = present ? IndexOf(symbol) : 0;
    Bar& bar = bars_[index];
    if (bar.rows == 0) {
      bar.due = time + size_;
      open_.push_back(index);
    }
    ++bar.rows;
    bar.last = time;
    return bar;
  }

  const Answer& answer() const { return answer_; }

 private:
  uint32_t IndexOf(absl::string_view symbol) {
    auto [found, is_new] = by_symbol_.try_emplace(symbol, static_cast<uint32_t>(bars_.size()));
    if (is_new) bars_.emplace_back();
    return found->second;
  }

  void Close(Bar& bar) {
    if (bar.prices > 0) {
      AddResult(answer_, bar.last, bar.rows, bar.turnover, bar.low, bar.high);
    } else {
      AddResult(answer_, bar.last, bar.rows, bar.turnover);
    }
    bar = {};
  }

  DurationNs size_;
  std::vector<Bar> bars_ = std::vector<Bar>(1);
  absl::flat_hash_map<std::string, uint32_t> by_symbol_;
  std::deque<uint32_t> open_;
  Answer answer_;
};

void Add(Bar& bar, double price) {
  bar.low = bar.prices == 0 || price < bar.low ? price : bar.low;
  bar.high = bar.prices == 0 || price > bar.high ? price : bar.high;
  ++bar.prices;
}

Answer Loop(const Batches& batches, DurationNs size) {
  BarTable bars(size);
  for (const auto& batch : batches) {
    const row::RowTable& ticks = batch->tables[0];
    const Column<abi::VplString> symbol(ticks, "symbol");
    const Column<double> price(ticks, "price");
    const Column<int64_t> volume(ticks, "volume");
    for (uint32_t row = 0; row < ticks.rows(); ++row) {
      const TimestampNs time = ticks.time(row);
      bars.Fire(time);
      Bar& bar = bars.At(time, symbol.present(row), {symbol[row].view().data(), symbol[row].size});
      if (!price.present(row)) continue;
      Add(bar, price[row]);
      if (volume.present(row)) bar.turnover += price[row] * static_cast<double>(volume[row]);
    }
  }
  bars.Fire(kTimeMax);
  return bars.answer();
}

std::vector<Question> Questions(uint32_t events) {
  std::vector<Question> questions;
  questions.push_back(
      EngineQuestion({"tumbling/60s", BarsOf("60s"), kGoal, MakeTicks,
                      [](const Batches& batches) { return Loop(batches, 60 * kNsPerSecond); }},
                     events));
  questions.push_back(
      EngineQuestion({"tumbling/1s", BarsOf("1s"), kGoal, MakeTicks,
                      [](const Batches& batches) { return Loop(batches, kNsPerSecond); }},
                     events));
  return questions;
}

}  // namespace
}  // namespace varpulis::bench

int main(int argc, char** argv) {
  using namespace varpulis::bench;
  return Main({"tumbling", "loop", Questions, kEvents}, argc, argv);
}
