// Does a second context make a program faster? Two streams of equal cost in one context, and in two: time by the wall,
// from the first batch to the last output. On a machine with one free core the ratio is about 1.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "base/check.h"
#include "bench/letters.h"
#include "bench/program.h"
#include "runtime/exec/executor.h"

namespace varpulis::bench {
namespace {

std::string ProgramText(const char* second) {
  return fmt::format(R"({}
context one
context two
stream Bars = A .context(one) .partition_by(k) .window(1s)
    .aggregate(n: count(), s: sum(v), lo: min(v), hi: max(v)) .emit(n: n, s: s, lo: lo, hi: hi)
stream Steps = A .context({}) .partition_by(k) .window(20)
    .aggregate(n: count(), s: sum(v), lo: min(v), hi: max(v)) .emit(n: n, s: s, lo: lo, hi: hi)
)",
                     kLetterEvents, second);
}

struct Pass {
  double seconds = 0;
  uint64_t outputs = 0;
  uint64_t digest = 0;  // of their text, in order
};

Pass Run(const Program& program, const Batches& batches) {
  Pass pass;
  exec::JsonSink sink(
      [&](std::string_view lines) {
        for (const char c : lines) pass.digest = pass.digest * 31 + static_cast<uint8_t>(c);
      },
      [](std::string_view) {});
  exec::ExecutorOptions options;
  options.by_context = true;
  const auto executor = exec::MakeExecutor(program.plan, 1, program.native, sink, options);
  const auto begin = std::chrono::steady_clock::now();
  for (const auto& batch : batches) {
    executor->Start(*batch);
    executor->Wait();
  }
  executor->Finish(true);
  sink.Flush();
  pass.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  pass.outputs = executor->outputs();
  return pass;
}

int Main(int argc, char** argv) {
  const bool quick = argc > 1 && std::string_view(argv[1]) == "--quick";
  const uint32_t events = quick ? 20'000 : 2'000'000;
  const Program one(ProgramText("one"));
  const Program two(ProgramText("two"));
  const Batches batches = MakeLetters(one.plan, {.text = "A", .keys = 1'000}, events);
  Pass best[2];
  for (int sample = 0; sample < (quick ? 1 : 5); ++sample) {
    for (const size_t contexts : {0, 1}) {
      const Pass pass = Run(contexts == 0 ? one : two, batches);
      if (sample == 0 || pass.seconds < best[contexts].seconds) best[contexts] = pass;
    }
  }
  VPL_CHECK(best[0].outputs == best[1].outputs && best[0].digest == best[1].digest,
            "{} outputs in one context, {} in two", best[0].outputs, best[1].outputs);
  const auto rate = [&](const Pass& pass) { return events / pass.seconds / 1e6; };
  fmt::print("{:>10} {:>10} {:>14} {:>14} {:>8}  cores\n", "events", "outputs", "one context",
             "two contexts", "ratio");
  fmt::print("{:>10} {:>10} {:>9.2f} M/s {:>9.2f} M/s {:>8.2f}  {}\n", events, best[0].outputs,
             rate(best[0]), rate(best[1]), rate(best[1]) / rate(best[0]),
             std::thread::hardware_concurrency());
  return 0;
}

}  // namespace
}  // namespace varpulis::bench

int main(int argc, char** argv) { return varpulis::bench::Main(argc, argv); }
