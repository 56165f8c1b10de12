#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <random>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/crash/load.h"
#include "tests/crash/log_reader.h"
#include "tests/server/server_process.h"

namespace varpulis::crash {
namespace {

namespace fs = std::filesystem;
using server_test::ServerProcess;
using Json = nlohmann::ordered_json;

// Something of everything that remembers: an output per event, runs with a key, a window of a count, a sum that lasts,
// distinct values.
constexpr std::string_view kProgram = R"(stream Seen = Reading as r
  .emit(n: r.n)
stream Pair = Reading where kind == 1 as a -> Reading where kind == 2 and key == a.key as b
  .within(1h)
  .emit(key: a.key, first: a.n, second: b.n)
stream Sum = Reading
  .partition_by(key)
  .window(5)
  .aggregate(key: key, total: sum(n), events: count())
  .emit(key: key, total: total, events: events)
stream Once = Reading
  .distinct(key)
  .emit(key: key)
)";
// The same to whoever counts.
std::string OtherText(int generation) {
  return fmt::format("# generation {}\n{}", generation, kProgram);
}

int Rounds() {
  const char* text = std::getenv("VPL_CRASH_ROUNDS");
  return text != nullptr ? std::atoi(text) : 6;
}
uint32_t Seed() {
  const char* text = std::getenv("VPL_CRASH_SEED");
  return text != nullptr ? static_cast<uint32_t>(std::atoi(text)) : std::random_device()();
}

class Crash : public ::testing::Test {
 protected:
  Crash() {
    char name[] = "/tmp/varpulis-crash-test-XXXXXX";
    folder_ = mkdtemp(name);
    random_.seed(seed_);
  }
  ~Crash() override { fs::remove_all(folder_); }

  std::vector<std::string> Arguments() const {
    return {"--state-dir", folder_ + "/state", "--checkpoint-interval", "0.3"};
  }
  int Random(int below) { return static_cast<int>(random_() % static_cast<uint32_t>(below)); }
  void SleepUpTo(int milliseconds) {
    std::this_thread::sleep_for(std::chrono::milliseconds(Random(milliseconds)));
  }

  // Killed before it can say where it is, mostly while it recovers.
  void KillWhileStarting() {
    std::vector<std::string> words = Arguments();
    words.insert(words.begin(), {"server", "--port", "0"});
    process_test::RunningCommand server(words);
    SleepUpTo(500);
    server.Signal(SIGKILL);
    EXPECT_EQ(server.Wait(), 128 + SIGKILL) << server.output();
  }

  // Something that changes no output, cut off by whatever comes next.
  void Disturb(const ServerProcess& server, const std::string& pipeline) {
    const std::string path = "/api/v1/pipelines/" + pipeline;
    const auto client = server_test::Client::Try(server.port());
    if (!client) return;
    switch (Random(4)) {
      case 0:
        client->SendRequest("POST", path + "/reload",
                            Json({{"source", OtherText(Random(1000))}}).dump());
        break;
      case 1:
        client->SendRequest("POST", path + "/checkpoint?store=true");
        break;
      case 2:
        server.Signal(SIGTERM);
        break;
      default:
        return;
    }
    SleepUpTo(30);
  }

  // What a run without crashes says, of the events in the order in which `outputs` show them.
  std::vector<std::string> Reference(const std::map<uint64_t, std::string>& outputs,
                                     const std::vector<std::unique_ptr<Load>>& loads) {
    std::ofstream events(folder_ + "/events.jsonl");
    for (const auto& [number, line] : outputs) {
      const Json output = Json::parse(line);
      if (output["event_type"] != "Seen") continue;
      const uint64_t n = output["n"];
      events << loads[n / Load::kEventsPerClient]->events().at(n) << '\n';
    }
    events.close();
    std::ofstream(folder_ + "/program.vpl") << kProgram;
    const server_test::CommandRun run =
        server_test::RunCommand({"simulate", "-p", folder_ + "/program.vpl", "-e",
                                 folder_ + "/events.jsonl", "--no-flush"});
    EXPECT_EQ(run.exit_code, 0) << run.output;
    std::vector<std::string> lines;
    std::istringstream in(run.output);
    for (std::string line; std::getline(in, line);) {
      if (line.starts_with('{')) lines.push_back(Json::parse(line).dump());
    }
    return lines;
  }

  const uint32_t seed_ = Seed();
  std::mt19937 random_;
  std::string folder_;
};

TEST_F(Crash, nothing_acknowledged_is_lost_and_nothing_is_there_twice) {
  const int rounds = Rounds();
  std::string pipeline;
  Address address;
  std::vector<std::unique_ptr<Load>> loads;
  std::unique_ptr<LogReader> reader;
  {
    ServerProcess server(Arguments());
    pipeline = server.Deploy(std::string(kProgram));
    (void)server.Kill();
  }
  for (uint64_t client = 0; client < 3; ++client)
    loads.push_back(std::make_unique<Load>(client, address, pipeline));
  reader = std::make_unique<LogReader>(address, pipeline);
  const std::string metrics = "/api/v1/pipelines/" + pipeline + "/metrics";
  const auto sum = [&](uint64_t (Load::*count)() const) {
    uint64_t total = 0;
    for (const auto& load : loads) total += (*load.*count)();
    return total;
  };
  for (int round = 0; round < rounds && !HasFailure(); ++round) {
    if (Random(3) == 0) KillWhileStarting();
    const uint64_t acknowledged = sum(&Load::acknowledged);
    ServerProcess server(Arguments());
    const uint64_t recovered = server.Call("GET", metrics).json()["events_processed"];
    EXPECT_GE(recovered, acknowledged) << "round " << round << ", seed " << seed_;
    EXPECT_LE(recovered, sum(&Load::sent)) << "round " << round << ", seed " << seed_;
    address.Set(server.port());
    SleepUpTo(150);
    Disturb(server, pipeline);
    address.Clear();
    const int code = server.Kill();
    EXPECT_TRUE(code == 0 || code == 128 + SIGKILL) << code << server.output();
  }
  ServerProcess server(Arguments());
  address.Set(server.port());
  for (const auto& load : loads) {
    load->Stop();
    EXPECT_EQ(load->trouble(), "");
  }
  const uint64_t events = sum(&Load::acknowledged);
  EXPECT_EQ(events, sum(&Load::sent));
  const Json counted = server.Call("GET", metrics).json();
  EXPECT_EQ(counted["events_processed"], events);
  for (int i = 0; i < 2000 && reader->last() < counted["output_events_emitted"]; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  const std::map<uint64_t, std::string> outputs = reader->outputs();
  EXPECT_EQ(reader->trouble(), "") << "seed " << seed_;
  EXPECT_EQ(outputs.size(), counted["output_events_emitted"].get<uint64_t>()) << "seed " << seed_;
  EXPECT_EQ(server.Call("GET", "/api/v1/usage").json()["events_processed"], events);
  const std::vector<std::string> reference = Reference(outputs, loads);
  ASSERT_EQ(reference.size(), outputs.size()) << "seed " << seed_;
  size_t at = 0;
  for (const auto& [number, line] : outputs)
    ASSERT_EQ(line, reference[at++]) << "output " << number << ", seed " << seed_;
  fmt::print("{} kills, {} events, {} outputs, {} requests repeated, seed {}\n", rounds + 1, events,
             outputs.size(), sum(&Load::repeats), seed_);
  address.Clear();
  EXPECT_EQ(server.Stop(), 0) << server.output();
  reader.reset();
}

}  // namespace
}  // namespace varpulis::crash
