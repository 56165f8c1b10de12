// Runs the varpulis program over three months of flights and compares every alert with a second
// computation that shares no code with the engine.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/flights/expected.h"

namespace varpulis::flights {
namespace {

using nlohmann::json;

const std::string kPrepared = VPL_SCRATCH "/flights.jsonl";
const std::string kOutput = VPL_SCRATCH "/flights.alerts.jsonl";

std::vector<json> ReadLines(const std::string& path) {
  std::ifstream in(path);
  std::vector<json> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(json::parse(line));
  return lines;
}

// The lines of one event type with sorted keys, in alphabetical order: comparable as a multiset.
std::vector<std::string> Canonical(const std::vector<json>& events, const std::string& type) {
  std::vector<std::string> lines;
  for (const json& event : events) {
    if (event.at("event_type") == type) lines.push_back(event.dump());
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

std::string FirstOf(const std::vector<std::string>& lines) {
  std::string text;
  for (size_t i = 0; i < std::min<size_t>(lines.size(), 5); ++i) text += "  " + lines[i] + "\n";
  return text;
}

void ExpectSame(const std::vector<std::string>& expected, const std::vector<std::string>& actual) {
  std::vector<std::string> missing;
  std::vector<std::string> surplus;
  std::set_difference(expected.begin(), expected.end(), actual.begin(), actual.end(),
                      std::back_inserter(missing));
  std::set_difference(actual.begin(), actual.end(), expected.begin(), expected.end(),
                      std::back_inserter(surplus));
  EXPECT_TRUE(missing.empty() && surplus.empty())
      << missing.size() << " of " << expected.size() << " are missing, first\n"
      << FirstOf(missing) << surplus.size() << " of " << actual.size() << " are surplus, first\n"
      << FirstOf(surplus);
}

class FlightsCheck : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (!std::filesystem::exists(VPL_DATA)) return;
    prepared_ =
        std::system(fmt::format("'{}' '{}' '{}'", VPL_PREPARE, VPL_DATA, kPrepared).c_str());
    simulated_ = std::system(fmt::format("'{}' simulate -p '{}' -e '{}' >'{}'", VPL_VARPULIS,
                                         VPL_PROGRAM, kPrepared, kOutput)
                                 .c_str());
  }

  void SetUp() override {
    if (!std::filesystem::exists(VPL_DATA))
      GTEST_SKIP() << VPL_DATA << " could not be fetched: ./dev test tries to, from npm";
    ASSERT_EQ(prepared_, 0) << "varpulis-prepare-flights failed";
    ASSERT_EQ(simulated_, 0) << "varpulis simulate failed";
    for (const json& event : ReadLines(kPrepared)) flights_.push_back(ReadFlight(event));
    output_ = ReadLines(kOutput);
  }

  void ExpectAlerts(const std::string& type, const std::vector<json>& expected) {
    EXPECT_GT(expected.size(), 10u) << "the data should contain " << type;
    ExpectSame(Canonical(expected, type), Canonical(output_, type));
  }

  static inline int prepared_ = -1;
  static inline int simulated_ = -1;
  std::vector<Flight> flights_;
  std::vector<json> output_;
};

TEST_F(FlightsCheck, EveryFlightIsPreparedInOrder) {
  std::ifstream in(VPL_DATA);
  EXPECT_EQ(flights_.size(), json::parse(in).size());
  EXPECT_TRUE(std::is_sorted(flights_.begin(), flights_.end(),
                             [](const Flight& a, const Flight& b) { return a.minute < b.minute; }));
}

TEST_F(FlightsCheck, DelayCascade) { ExpectAlerts("DelayCascade", DelayCascades(flights_)); }

TEST_F(FlightsCheck, HandedOn) { ExpectAlerts("HandedOn", HandedOn(flights_)); }

TEST_F(FlightsCheck, AirportHour) { ExpectAlerts("AirportHour", AirportHours(flights_)); }

TEST_F(FlightsCheck, BadHour) { ExpectAlerts("BadHour", BadHours(AirportHours(flights_))); }

TEST_F(FlightsCheck, NothingElseIsPrinted) {
  size_t known = 0;
  for (const char* type : {"DelayCascade", "HandedOn", "AirportHour", "BadHour"})
    known += Canonical(output_, type).size();
  EXPECT_EQ(known, output_.size());
}

}  // namespace
}  // namespace varpulis::flights
