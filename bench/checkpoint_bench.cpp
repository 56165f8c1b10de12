// How long does a program stand still for a checkpoint, how large is it, and how long does it take to begin with one? As
// many open runs of a pattern as there are users, each with its key and two captured fields; and as many open windows.

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/check.h"
#include "bench/program.h"
#include "runtime/exec/executor.h"
#include "runtime/io/event_reader.h"

namespace varpulis::bench {
namespace {

struct Case {
  std::string_view name;
  std::string_view streams;
};

constexpr std::string_view kEvents = R"(
event Login:
    user: str
    ip: str
    risk: float
event Purchase:
    user: str
    amount: float
)";

constexpr Case kRuns = {"runs", R"(
stream Takeover = Login as l
    -> Purchase where user == l.user and amount > l.risk as p
    .within(1d)
    .emit(user: l.user, ip: l.ip, amount: p.amount)
)"};

constexpr Case kWindows = {"windows", R"(
stream Risk = Login .partition_by(user) .window(1d)
    .aggregate(n: count(), mean: avg(risk), most: max(risk), ip: last(ip))
    .emit(user: user, n: n, mean: mean, most: most, ip: ip)
)"};

// Processor time: what else runs on the machine does not count.
double NowMs() { return 1000.0 * static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

std::string Logins(uint32_t users) {
  std::string events;
  for (uint32_t i = 0; i < users; ++i) {
    events += fmt::format(
        R"({{"type":"Login","timestamp":"2026-03-01T00:00:00Z","user":"user-{:08}","ip":"10.{}.{}.{}","risk":{}.5}})"
        "\n",
        i, i >> 16 & 255, i >> 8 & 255, i & 255, i % 1000);
  }
  return events;
}

struct Figures {
  double copy_ms = 0;  // the program stands still
  double encode_ms = 0;
  double decode_ms = 0;
  double restore_ms = 0;
  size_t bytes = 0;
};

std::unique_ptr<exec::Executor> NewExecutor(const Program& program, exec::JsonSink& sink,
                                            bool is_restored) {
  return exec::MakeExecutor(program.plan, 1, program.native, sink, {{}, {}, nullptr, is_restored});
}

Figures Measure(const Program& program, exec::Executor& executor, exec::JsonSink& sink) {
  const double begin = NowMs();
  const state::Checkpoint saved = executor.Save();
  const double copied = NowMs();
  const std::string bytes = state::Encode(saved);
  const double encoded = NowMs();
  Result<state::Checkpoint> decoded = state::Decode(bytes);
  VPL_CHECK(decoded.ok(), "{}", decoded.status().message());
  const double read = NowMs();
  const auto next = NewExecutor(program, sink, true);
  exec::RestoreReport report;
  const Status restored = next->Restore(*decoded, report);
  VPL_CHECK(restored.ok(), "{}", restored.message());
  const double done = NowMs();
  VPL_CHECK(state::Encode(next->Save()) == bytes, "what was restored is not what was saved");
  return {copied - begin, encoded - copied, read - encoded, done - read, bytes.size()};
}

// The least of a few samples: whatever else runs on the machine only adds.
Figures Best(const Program& program, exec::Executor& executor, exec::JsonSink& sink, int samples) {
  Figures best = Measure(program, executor, sink);
  for (int i = 1; i < samples; ++i) {
    const Figures sample = Measure(program, executor, sink);
    best.copy_ms = std::min(best.copy_ms, sample.copy_ms);
    best.encode_ms = std::min(best.encode_ms, sample.encode_ms);
    best.decode_ms = std::min(best.decode_ms, sample.decode_ms);
    best.restore_ms = std::min(best.restore_ms, sample.restore_ms);
  }
  return best;
}

void Run(const Case& state, uint32_t keys, int samples) {
  const Program program(std::string(kEvents) + std::string(state.streams));
  exec::JsonSink sink([](std::string_view) {}, [](std::string_view) {});
  const auto executor = NewExecutor(program, sink, false);
  const auto reader = io::EventReader::OverText("logins.jsonl", Logins(keys), program.plan, {});
  row::Batch batch(program.plan);
  for (;;) {
    const Result<bool> more = reader->Next(batch);
    VPL_CHECK(more.ok(), "{}", more.status().message());
    if (!more.value()) break;
    executor->Start(batch);
    executor->Wait();
  }
  const Figures best = Best(program, *executor, sink, samples);
  fmt::print("{:<8} {:>9} {:>10.1f} {:>10.1f} {:>10.1f} {:>10.1f} {:>10.1f}\n", state.name, keys,
             best.copy_ms, best.encode_ms, best.decode_ms, best.restore_ms,
             static_cast<double>(best.bytes) / (1 << 20));
  std::fflush(stdout);
}

int Main(int argc, char** argv) {
  const bool quick = argc > 1 && std::string_view(argv[1]) == "--quick";
  fmt::print("{:<8} {:>9} {:>10} {:>10} {:>10} {:>10} {:>10}\n", "state", "keys", "copy ms",
             "encode ms", "decode ms", "restore ms", "MB");
  const std::vector<uint32_t> sizes =
      quick ? std::vector<uint32_t>{1'000} : std::vector<uint32_t>{10'000, 100'000, 1'000'000};
  for (const Case& state : {kRuns, kWindows}) {
    for (const uint32_t keys : sizes) Run(state, keys, quick ? 1 : 5);
  }
  return 0;
}

}  // namespace
}  // namespace varpulis::bench

int main(int argc, char** argv) { return varpulis::bench::Main(argc, argv); }
