// Time by the host's clock: what falls due without an event (language-later.md 6.1, decision E12).

#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/exec/engine.h"
#include "runtime/exec/json_sink.h"
#include "runtime/interp/interpret.h"
#include "runtime/io/event_reader.h"
#include "tests/replay/output_line.h"
#include "tests/replay/replay.h"

namespace varpulis::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr DurationNs kSecond = kNsPerSecond;
// The host's clock has nothing to do with the times of events.
constexpr TimestampNs kStart = 1'000'000 * kSecond;

class Live {
 public:
  explicit Live(const std::string& text, DurationNs grace = 60 * kSecond)
      : program_(text),
        sink_([this](std::string_view lines) { Keep(lines); }, [](std::string_view) {}, 1),
        engine_(program_.plan(),
                interp::InterpretedTable(program_.plan().kernels,
                                         *kernel::CompileRegexes(program_.plan().kernels)),
                sink_) {
    EXPECT_EQ(program_.failure(), "");
    engine_.GoLive(grace, kStart);
  }

  void Feed(const std::string& events, DurationNs after) {
    auto reader = io::EventReader::OverText("input", events, program_.plan(), {});
    row::Batch batch(program_.plan());
    while (*reader->Next(batch)) engine_.Process(batch);
    engine_.Arrive(kStart + after);
  }
  // What falls due by then.
  std::vector<std::string> Tick(DurationNs after) {
    engine_.Tick(kStart + after);
    return Take();
  }
  std::vector<std::string> Take() {
    sink_.Flush();
    return std::exchange(lines_, {});
  }
  // Seconds after the start; -1: never.
  double next() const {
    const TimestampNs next = engine_.next_tick();
    if (next == kTimeMax) return -1;
    return static_cast<double>(next - kStart) / static_cast<double>(kSecond);
  }
  exec::Engine& engine() { return engine_; }

 private:
  void Keep(std::string_view lines) {
    while (!lines.empty()) {
      const size_t end = lines.find('\n');
      lines_.push_back(CaseLine(lines.substr(0, end)));
      lines.remove_prefix(std::min(end + 1, lines.size()));
    }
  }

  ReplayProgram program_;
  std::vector<std::string> lines_;
  exec::JsonSink sink_;
  exec::Engine engine_;
};

// language-later.md 21, D3: about 65 s after the request.
TEST(LiveTime, AbsenceIsConfirmedAfterTheGrace) {
  Live live(
      "pattern Quiet = Req as r -> NOT Ack where id == r.id within 5s\n"
      "stream Late = Quiet .emit(id: r.id)\n");
  EXPECT_EQ(live.next(), -1);
  live.Feed("@9s Req { id: 3 }\n", 100 * kSecond);
  // The deadline itself still belongs to the run.
  EXPECT_NEAR(live.next(), 165, 1e-6);
  EXPECT_THAT(live.Tick(165 * kSecond), IsEmpty());
  EXPECT_THAT(live.Tick(165 * kSecond + 1), ElementsAre("@14s Late { id: 3 }"));
  EXPECT_EQ(live.next(), -1);
  EXPECT_THAT(live.Tick(1000 * kSecond), IsEmpty());
}

TEST(LiveTime, AnArrivalStartsTheGraceAnew) {
  Live live(
      "pattern Quiet = Req as r -> NOT Ack where id == r.id within 5s\n"
      "stream Late = Quiet .emit(id: r.id)\n");
  live.Feed("@9s Req { id: 3 }\n", 0);
  // Of no interest to the pattern, and late: it has arrived all the same.
  live.Feed("@8s Ack { id: 7 }\n", 50 * kSecond);
  // A pattern goes by the furthest of its types, which is that of the request.
  EXPECT_THAT(live.Tick(64 * kSecond), IsEmpty());
  live.Feed("@9s Req { id: 4 }\n", 64 * kSecond);
  EXPECT_THAT(live.Tick(120 * kSecond), ElementsAre("@14s Late { id: 3 }", "@14s Late { id: 4 }"));
}

TEST(LiveTime, ForbiddenEventStillCancels) {
  Live live(
      "pattern Quiet = Req as r -> NOT Ack where id == r.id within 5s\n"
      "stream Late = Quiet .emit(id: r.id)\n");
  live.Feed("@9s Req { id: 3 }\n", 0);
  EXPECT_THAT(live.Tick(64 * kSecond), IsEmpty());
  live.Feed("@10s Ack { id: 3 }\n", 64 * kSecond);
  EXPECT_THAT(live.Tick(1000 * kSecond), IsEmpty());
}

// Windows go by the slowest of their types: both have to be silent.
TEST(LiveTime, WindowsAndSessionsClose) {
  Live live(
      "stream W = A .window(10s) .aggregate(n: count()) .emit(n: n)\n"
      "stream G = A .window(session: 3s) .aggregate(n: count()) .emit(n: n)\n"
      "stream M = merge(A, B) .window(10s) .aggregate(n: count()) .emit(n: n)\n",
      10 * kSecond);
  live.Feed("@1s A {}\n@2s B {}\n@3s A {}\n", 0);
  // The session ends behind 6 s: more than 3 s behind an event of 3 s that came at 0 s, with 10 s of grace.
  EXPECT_LE(live.next(), 13 + 1e-6);
  EXPECT_THAT(live.Tick(13 * kSecond), IsEmpty());
  EXPECT_THAT(live.Tick(13 * kSecond + 1), ElementsAre("@3s G { n: 2 }"));
  // The tumbling window [1 s, 11 s) when the clock of A is at 11 s, the other one when that of B is as well.
  EXPECT_NEAR(live.next(), 18, 1e-6);
  EXPECT_THAT(live.Tick(18 * kSecond), ElementsAre("@3s W { n: 2 }"));
  EXPECT_NEAR(live.next(), 19, 1e-6);
  EXPECT_THAT(live.Tick(19 * kSecond), ElementsAre("@3s M { n: 3 }"));
}

// The rows that wait for the watermark come out, too; what they cause in other streams falls due in its turn.
TEST(LiveTime, WatermarksFollow) {
  Live live(
      "stream O = A .watermark(out_of_order: 2s) .emit(i: i)\n"
      "stream W = O .window(5s) .aggregate(n: count()) .emit(n: n)\n",
      10 * kSecond);
  live.Feed("@1s A { i: 1 }\n@4s A { i: 2 }\n@3s A { i: 3 }\n", 0);
  EXPECT_THAT(live.Take(), ElementsAre("@1s O { i: 1 }"));
  EXPECT_THAT(live.Tick(11 * kSecond), ElementsAre("@3s O { i: 3 }"));
  EXPECT_THAT(live.Tick(12 * kSecond), ElementsAre("@4s O { i: 2 }"));
  EXPECT_THAT(live.Tick(100 * kSecond), ElementsAre("@4s W { n: 3 }"));
}

TEST(LiveTime, TimersFireByTheClock) {
  Live live("stream T = timer(10s, initial_delay: 2s) .emit(at: timestamp)\n", 0);
  EXPECT_EQ(live.next(), 2);
  EXPECT_THAT(live.Tick(1 * kSecond), IsEmpty());
  EXPECT_EQ(live.Tick(12 * kSecond).size(), 2u);
  EXPECT_EQ(live.next(), 22);
  // Those that a pause has missed are passed over; the next comes at its multiple.
  live.engine().GoLive(0, kStart + 45 * kSecond);
  EXPECT_EQ(live.next(), 52);
  EXPECT_EQ(live.Tick(52 * kSecond).size(), 1u);
}

TEST(LiveTime, WithoutAGraceTypesDoNotAge) {
  Live live("stream W = A .window(10s) .aggregate(n: count()) .emit(n: n)\n", 0);
  live.Feed("@1s A {}\n", 0);
  EXPECT_EQ(live.next(), -1);
  EXPECT_THAT(live.Tick(1'000'000 * kSecond), IsEmpty());
}

// A pause does not count.
TEST(LiveTime, GoingLiveAgainStartsTheGraceAnew) {
  Live live("stream W = A .window(10s) .aggregate(n: count()) .emit(n: n)\n");
  live.Feed("@1s A {}\n", 0);
  live.engine().GoLive(60 * kSecond, kStart + 500 * kSecond);
  EXPECT_EQ(live.next(), 570);
  EXPECT_THAT(live.Tick(570 * kSecond), ElementsAre("@1s W { n: 1 }"));
}

// Time in which nobody runs the program does not count, and what it waited for is still waited for.
TEST(LiveTime, RestoredClocksGoOnAfterTheGrace) {
  const std::string text =
      "pattern Quiet = Req as r -> NOT Ack where id == r.id within 5s\n"
      "stream Late = Quiet .emit(id: r.id)\n";
  Live before(text);
  before.Feed("@9s Req { id: 3 }\n@9s Req { id: 4 }\n", 0);
  state::Checkpoint checkpoint;
  checkpoint.shards = 1;
  before.engine().Save(checkpoint);
  Live after(text);
  exec::RestoreReport report;
  ASSERT_TRUE(after.engine().Restore(checkpoint, report).ok());
  after.engine().GoLive(60 * kSecond, kStart + 1000 * kSecond);
  EXPECT_NEAR(after.next(), 1065, 1e-6);
  after.Feed("@10s Ack { id: 3 }\n", 1001 * kSecond);
  EXPECT_THAT(after.Tick(1100 * kSecond), ElementsAre("@14s Late { id: 4 }"));
}

// Nothing moves a clock but what falls due: a late event is judged as if nobody had asked.
TEST(LiveTime, AskingChangesNothing) {
  Live live("stream W = A .window(10s) .aggregate(n: count()) .emit(n: n)\n", kSecond);
  live.Feed("@1s A {}\n", 0);
  for (int i = 1; i < 10; ++i) EXPECT_THAT(live.Tick(i * kSecond), IsEmpty());
  live.Feed("@2s A {}\n", 9 * kSecond);
  EXPECT_THAT(live.Tick(100 * kSecond), ElementsAre("@2s W { n: 2 }"));
}

}  // namespace
}  // namespace varpulis::testing
