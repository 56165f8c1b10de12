// How fast is a file replayed, from bytes to alerts as JSON lines? Parsing alone is the baseline: a
// replay is meant to be bound by it.

#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/check.h"
#include "bench/bench_main.h"
#include "bench/program.h"
#include "bench/ticks.h"
#include "examples/generate/shop.h"
#include "runtime/exec/engine.h"
#include "runtime/exec/json_sink.h"
#include "runtime/io/event_reader.h"

namespace varpulis::bench {
namespace {

constexpr uint32_t kEvents = 200'000;
// Everything behind the parser may take as long as the parser; a tenth of it is the aim.
constexpr Goal kGoal = {.over_interpreter = 1, .behind_baseline = 2};

// A file in the system's folder for such, gone with this object.
class EventFile {
 public:
  EventFile(std::string_view name, const std::string& text)
      : path_(std::filesystem::temp_directory_path() /
              fmt::format("varpulis-bench-{}-{}", ::getpid(), name)) {
    std::ofstream file(path_, std::ios::binary);
    file << text;
    VPL_CHECK(file.flush().good(), "{} cannot be written", path_.string());
  }
  ~EventFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  EventFile(const EventFile&) = delete;
  EventFile& operator=(const EventFile&) = delete;

  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

struct Replay {
  Replay(std::string_view program_text, std::string_view name, const std::string& text)
      : program(program_text), file(name, text) {}

  // Calls `process` with every batch of the file.
  void Read(const std::function<void(row::Batch&)>& process) const {
    auto reader = io::EventReader::Open({file.path()}, program.plan, {});
    row::Batch batch(program.plan);
    while (true) {
      Result<bool> more = (*reader)->Next(batch);
      if (!*more) break;
      process(batch);
    }
    VPL_CHECK((*reader)->statistics().events == events, "{} of {} events",
              (*reader)->statistics().events, events);
  }

  Program program;
  EventFile file;
  uint64_t events = 0;
};

Contestant Replaying(const std::shared_ptr<Replay>& replay, const kernel::KernelTable& kernels) {
  auto answer = std::make_shared<Answer>();
  Contestant contestant;
  contestant.run = [=, &kernels] {
    *answer = {};
    exec::JsonSink sink(
        [&](std::string_view lines) {
          answer->digest = answer->digest * 31 + std::hash<std::string_view>()(lines);
        },
        [](std::string_view) {});
    exec::Engine engine(replay->program.plan, kernels, sink);
    replay->Read([&](row::Batch& batch) { engine.Process(batch); });
    engine.Finish(true);
    sink.Flush();
    answer->results = engine.outputs();
  };
  contestant.answer = [=] { return *answer; };
  return contestant;
}

Question ReplayQuestion(std::string name, std::shared_ptr<Replay> replay, uint32_t events) {
  replay->events = events;
  Question question;
  question.name = std::move(name);
  question.events = events;
  question.goal = kGoal;
  question.native = Replaying(replay, replay->program.native);
  question.interpreted = Replaying(replay, replay->program.interpreted);
  question.baseline.run = [=] { replay->Read([](row::Batch&) {}); };
  return question;
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  VPL_CHECK(file.good(), "{} cannot be read", path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string Logins(uint32_t events) {
  generate::Shop shop(7);
  std::string text;
  for (uint32_t i = 0; i < events; ++i) text += shop.Next() + '\n';
  return text;
}

// One line per tick with the layout `format`: symbol, price, volume.
std::string Ticks(uint32_t events, std::string_view format) {
  TickSource source(42);
  std::string text;
  for (uint32_t i = 0; i < events; ++i) {
    const Tick tick = source.Next();
    text += fmt::format(fmt::runtime(format), tick.symbol, tick.price, tick.volume);
  }
  return text;
}

constexpr std::string_view kExpensive = R"(
event Tick:
    symbol: str
    price: float
    volume: int
stream Expensive = Tick.where(price > 190.0).emit(symbol: symbol, price: price, volume: volume)
)";
constexpr std::string_view kJsonTick =
    R"({{"event_type":"Tick","symbol":"{}","price":{},"volume":{}}})"
    "\n";
constexpr std::string_view kEvtTick = "Tick {{ symbol: \"{}\", price: {}, volume: {} }}\n";

std::vector<Question> Questions(uint32_t events) {
  const std::string fraud = ReadFile(VPL_SOURCE_DIR "/examples/fraud/fraud.vpl");
  const auto replay = [](std::string_view program, std::string_view name, const std::string& text) {
    return std::make_shared<Replay>(program, name, text);
  };
  return {
      ReplayQuestion("replay/fraud_demo", replay(fraud, "logins.jsonl", Logins(events)), events),
      ReplayQuestion("replay/ticks_json",
                     replay(kExpensive, "ticks.jsonl", Ticks(events, kJsonTick)), events),
      ReplayQuestion("replay/ticks_evt", replay(kExpensive, "ticks.evt", Ticks(events, kEvtTick)),
                     events),
  };
}

}  // namespace
}  // namespace varpulis::bench

int main(int argc, char** argv) {
  using namespace varpulis::bench;
  return Main({"replay", "parse", Questions, kEvents}, argc, argv);
}
