// Restoring a state: the input is a list of changes to the sections of a checkpoint whose checksums are right again
// afterwards. It is refused, or the program goes on with what somebody has made up.

#include <memory>
#include <string>
#include <string_view>

#include "base/check.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/driver/compile.h"
#include "runtime/exec/executor.h"
#include "runtime/interp/interpret.h"
#include "runtime/io/event_reader.h"
#include "tests/fuzz/target.h"

namespace varpulis::fuzz {
namespace {

// State of every kind; no timers, which may have to fire for as many years as somebody makes up.
constexpr std::string_view kProgram = R"(
var seen = 0
fn next():
    seen := seen + 1
    return seen
stream Count = E .emit(n: next())
stream Pair = E as a -> all F where k == a.k as b .not(G) .within(10s) .subsets() .emit(k: a.k, n: count(b))
stream Sum = E .partition_by(k) .window(4s, sliding: 1s)
    .aggregate(s: sum(v), m: median(v), d: count_distinct(v), c: collect(k)) .emit(s: s, m: m, d: d, c: c)
stream Last = E .partition_by(k) .window(3, sliding: 1) .aggregate(s: sum(v), l: last(k)) .emit(s: s, l: l)
stream Idle = E .window(session: 2s) .aggregate(n: count()) .emit(n: n)
stream Late = E .watermark(out_of_order: 3s) .window(5s) .aggregate(n: count()) .emit(n: n)
stream Both = left_join(E, F) .on(E.k == F.k) .window(5s) .emit(v: E.v, w: F.v)
stream Trends = E as e -> all F where v > e.v as f .within(9s) .trend_aggregate(n: count_trends())
pattern Quiet = SEQ(E as a, NOT (E as e -> G where v > e.v), F as b) within 10s
stream Unless = Quiet .emit(v: a.v)
stream All = E as a -> all E where v > a.v as b -> G .within(10s) .emit(c: sum(b.v), l: last(b.k))
stream Next = E as a -> F as b -> G .within(20s) .partition_by(k)
    .forecast(mode: "fast", warmup: 0, confidence: 0, max_depth: 2, hawkes: true, conformal: true) .emit(k: k, s: forecast_state)
stream New = E .distinct(k) .limit(100) .tap(counter: "new", labels: [k]) .emit(k: k)
)";

constexpr std::string_view kBefore = R"(@1s E { k: "a key that is long", v: 1 }
@2s F { k: "a key that is long", v: 2.5 }
@3s E { k: 7, v: [1, { a: null }] }
@4s F { k: "a key that is long", v: 9 }
@2s E { k: 8, v: 3 }
)";
constexpr std::string_view kAfter = R"(@5s F { k: "a key that is long", v: 3 }
@6s E { k: 7, v: 4 }
@7s G { }
@30s E { k: 8, v: 5 }
)";

class Target {
 public:
  Target() {
    source::SourceMap sources("program.vpl", std::string(kProgram));
    diagnostics::DiagnosticEmitter diagnostics;
    auto compiled = driver::Compile(sources, diagnostics, {});
    for (const auto& diagnostic : diagnostics.Sorted())
      VPL_CHECK(compiled.ok, "{}", diagnostic.message);
    plan_ = std::move(compiled.plan);
    regexes_ = *kernel::CompileRegexes(plan_.kernels);
    const auto executor = New(false);
    Feed(*executor, kBefore);
    saved_ = executor->Save();
  }

  void Run(std::string_view changes) {
    state::Checkpoint checkpoint = saved_;
    const bool is_changed = changes.size() >= kChangeBytes;
    bool grows = false;
    while (changes.size() >= kChangeBytes) {
      grows = Change(checkpoint, changes.substr(0, kChangeBytes)) || grows;
      changes.remove_prefix(kChangeBytes);
    }
    const auto executor = New(true);
    exec::RestoreReport report;
    const Status restored = executor->Restore(*state::Decode(state::Encode(checkpoint)), report);
    VPL_CHECK(restored.ok() || is_changed, "{}", restored.message());
    if (!restored.ok()) return;
    // No seed puts something in and is taken.
    Canary(grows);
    Feed(*executor, kAfter);
    (void)executor->Save();
    executor->Finish(true);
  }

 private:
  static constexpr size_t kChangeBytes = 6;

  std::unique_ptr<exec::Executor> New(bool is_restored) {
    return exec::MakeExecutor(plan_, 1, interp::InterpretedTable(plan_.kernels, regexes_), sink_,
                              {{}, {}, nullptr, is_restored});
  }

  void Feed(exec::Executor& executor, std::string_view events) {
    io::ReaderOptions options;
    options.streaming = true;
    const auto reader = io::EventReader::OverText("events", std::string(events), plan_, options);
    row::Batch batch(plan_);
    for (;;) {
      const Result<bool> more = reader->Next(batch);
      VPL_CHECK(more.ok(), "{}", more.status().message());
      if (!more.value()) return;
      executor.Start(batch);
      executor.Wait();
    }
  }

  // section | place:u16 | what | value | width; true if bytes were put in.
  static bool Change(state::Checkpoint& checkpoint, std::string_view change) {
    const auto byte = [&](size_t i) { return static_cast<uint8_t>(change[i]); };
    std::string& body = checkpoint.sections[byte(0) % checkpoint.sections.size()].body;
    if (body.empty()) return false;
    const size_t at = (byte(1) | byte(2) << 8) % body.size();
    const size_t width = std::min<size_t>(1 + byte(5) % 8, body.size() - at);
    switch (byte(3) % 4) {
      case 0:
        body[at] = change[4];
        return false;
      case 1:
        body.replace(at, width, width, change[4]);
        return false;
      case 2:
        body.erase(at, width);
        return false;
      case 3:
        body.insert(at, width, change[4]);
        return true;
    }
    return false;
  }

  ir::Plan plan_;
  std::shared_ptr<const kernel::RegexSet> regexes_;
  exec::JsonSink sink_{[](std::string_view) {}, [](std::string_view) {}};
  state::Checkpoint saved_;
};

}  // namespace
}  // namespace varpulis::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static varpulis::fuzz::Target target;
  target.Run({reinterpret_cast<const char*>(data), size});
  // The bytes themselves are hardly a checkpoint, but must not do harm.
  (void)varpulis::state::Decode({reinterpret_cast<const char*>(data), size});
  return 0;
}
