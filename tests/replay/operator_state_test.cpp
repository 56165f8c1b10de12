// What operators keep is counted in the engine's state.

#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "runtime/exec/engine.h"
#include "runtime/interp/interpret.h"
#include "runtime/io/event_reader.h"
#include "tests/replay/replay.h"

namespace varpulis::testing {
namespace {

class SilentSink final : public exec::OutputSink {
 public:
  void Emit(uint32_t, const std::vector<std::string>&, const row::RowTable&, uint32_t) override {}
  void Print(std::string_view) override {}
};

// An engine over a program, fed with text.
class Fed {
 public:
  explicit Fed(const std::string& program)
      : program_(program),
        regexes_(*kernel::CompileRegexes(program_.plan().kernels)),
        engine_(program_.plan(), interp::InterpretedTable(program_.plan().kernels, regexes_),
                sink_) {}

  uint64_t StateAfter(const std::string& events) {
    auto reader = io::EventReader::OverText("input", events, program_.plan(), {});
    row::Batch batch(program_.plan());
    while (*reader->Next(batch)) engine_.Process(batch);
    return engine_.state_bytes();
  }

 private:
  ReplayProgram program_;
  std::shared_ptr<const kernel::RegexSet> regexes_;
  SilentSink sink_;
  exec::Engine engine_;
};

std::string Events(int from, int count, const std::string& time = "") {
  std::string events;
  for (int i = from; i < from + count; ++i) {
    events += fmt::format("{}E {{ k: \"key {:0>90}\" }}\n", time, i);
  }
  return events;
}

TEST(OperatorState, DistinctOwnsItsKeys) {
  Fed engine("stream D = E.distinct(k)\n");
  const uint64_t empty = engine.StateAfter("");
  const uint64_t some = engine.StateAfter(Events(0, 200));
  EXPECT_GE(some, empty + 200 * 90);
  EXPECT_EQ(engine.StateAfter(Events(0, 200)), some);
  EXPECT_GE(engine.StateAfter(Events(200, 1000)), some + 1000 * 90);
}

TEST(OperatorState, TapKeepsItsLabels) {
  Fed engine("stream T = E.tap(counter: \"c\", labels: [k])\n");
  EXPECT_EQ(engine.StateAfter(""), 0u);
  EXPECT_GE(engine.StateAfter(Events(0, 100)), 100u * 90u);
}

TEST(OperatorState, LimitIsOneCounter) {
  Fed engine("stream L = E.limit(3)\n");
  EXPECT_EQ(engine.StateAfter(Events(0, 100)), sizeof(int64_t));
}

// Vertices own the texts that conditions compare, as long as their window is open.
TEST(OperatorState, TrendsGiveBackWhatTheirWindowsKept) {
  Fed engine(
      "stream T = all E where k != e.k as e .within(1s) .trend_aggregate(n: count_trends())\n");
  const uint64_t empty = engine.StateAfter("");
  const uint64_t one = engine.StateAfter(Events(0, 200, "@0s "));
  EXPECT_GE(one, empty + 200 * 90);
  for (int window = 1; window < 5; ++window) {
    const std::string time = fmt::format("@{}s ", 10 * window);
    EXPECT_LT(engine.StateAfter(Events(200 * window, 200, time)), one + 100 * 90);
  }
}

// Models own the keys of their partitions, and give them back with the engine.
TEST(OperatorState, ForecastsKeepAModelPerPartition) {
  Fed engine("stream F = E as a -> X as b .partition_by(k) .within(1s) .forecast()\n");
  const uint64_t empty = engine.StateAfter("");
  EXPECT_GE(engine.StateAfter(Events(0, 200, "@0s ")), empty + 200 * 90);
}

}  // namespace
}  // namespace varpulis::testing
