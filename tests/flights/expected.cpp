#include "tests/flights/expected.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>

namespace varpulis::flights {
namespace {

using nlohmann::json;

// The first flight after `from` that fits; flights.size() if none does.
template <typename Fits>
size_t FirstAfter(const std::vector<Flight>& flights, size_t from, Fits fits) {
  for (size_t i = from + 1; i < flights.size(); ++i) {
    if (fits(flights[i])) return i;
  }
  return flights.size();
}

// One window of one airport.
struct Hour {
  int64_t first_minute;
  std::vector<Flight> flights;
};

json Summarise(const Hour& hour) {
  double sum = 0;
  int64_t worst = INT64_MIN;
  int64_t best = INT64_MAX;
  std::set<std::string> targets;
  for (const Flight& flight : hour.flights) {
    sum += static_cast<double>(flight.delay);
    worst = std::max(worst, flight.delay);
    best = std::min(best, flight.delay);
    targets.insert(flight.destination);
  }
  return {{"event_type", "AirportHour"},
          {"timestamp", hour.flights.back().timestamp},
          {"airport", hour.flights.back().origin},
          {"departures", hour.flights.size()},
          {"average_delay", sum / static_cast<double>(hour.flights.size())},
          {"worst_delay", static_cast<double>(worst)},
          {"best_delay", static_cast<double>(best)},
          {"targets", targets.size()}};
}

}  // namespace

Flight ReadFlight(const json& event) {
  const std::string timestamp = event.at("timestamp");
  const auto number = [&](size_t at, size_t digits) {
    return std::stoi(timestamp.substr(at, digits));
  };
  const std::chrono::sys_days day = std::chrono::year(number(0, 4)) /
                                    static_cast<unsigned>(number(5, 2)) /
                                    static_cast<unsigned>(number(8, 2));
  return {.minute = int64_t{day.time_since_epoch().count()} * 24 * 60 + number(11, 2) * 60 +
                    number(14, 2),
          .timestamp = timestamp,
          .origin = event.at("origin"),
          .destination = event.at("destination"),
          .delay = event.at("delay")};
}

// Each very late flight opens a run, which takes the first flight that fits, and then again; the
// third may be at most ninety minutes after the first.
std::vector<json> DelayCascades(const std::vector<Flight>& flights) {
  std::vector<json> result;
  for (size_t i = 0; i < flights.size(); ++i) {
    const Flight& a = flights[i];
    if (a.delay <= 60) continue;
    const auto fits = [&](const Flight& f) { return f.origin == a.origin && f.delay > 60; };
    const size_t j = FirstAfter(flights, i, fits);
    const size_t k = FirstAfter(flights, j, fits);
    if (k >= flights.size() || flights[k].minute > a.minute + 90) continue;
    const Flight& b = flights[j];
    const Flight& c = flights[k];
    result.push_back({{"event_type", "DelayCascade"},
                      {"timestamp", c.timestamp},
                      {"airport", a.origin},
                      {"first_delay", a.delay},
                      {"second_delay", b.delay},
                      {"third_delay", c.delay},
                      {"worst", std::max({a.delay, b.delay, c.delay})}});
  }
  return result;
}

std::vector<json> HandedOn(const std::vector<Flight>& flights) {
  std::vector<json> result;
  for (size_t i = 0; i < flights.size(); ++i) {
    const Flight& a = flights[i];
    if (a.delay <= 30) continue;
    const size_t j = FirstAfter(
        flights, i, [&](const Flight& f) { return f.origin == a.destination && f.delay > 30; });
    if (j >= flights.size() || flights[j].minute > a.minute + 240) continue;
    const Flight& b = flights[j];
    result.push_back({{"event_type", "HandedOn"},
                      {"timestamp", b.timestamp},
                      {"airport", b.origin},
                      {"came_from", a.origin},
                      {"arrival_delay", a.delay},
                      {"went_to", b.destination},
                      {"departure_delay", b.delay}});
  }
  return result;
}

// An airport's window starts with its first flight; one exactly an hour later opens the next.
std::vector<json> AirportHours(const std::vector<Flight>& flights) {
  std::vector<json> result;
  std::map<std::string, Hour> open;
  for (const Flight& flight : flights) {
    auto [found, is_new] = open.try_emplace(flight.origin, Hour{flight.minute, {}});
    Hour& hour = found->second;
    if (flight.minute >= hour.first_minute + 60) {
      result.push_back(Summarise(hour));
      hour = {flight.minute, {}};
    }
    hour.flights.push_back(flight);
  }
  for (const auto& [airport, hour] : open) result.push_back(Summarise(hour));
  return result;
}

std::vector<json> BadHours(const std::vector<json>& airport_hours) {
  std::vector<json> result;
  for (const json& hour : airport_hours) {
    if (hour.at("departures") < 3 || hour.at("average_delay") <= 30.0) continue;
    result.push_back({{"event_type", "BadHour"},
                      {"timestamp", hour.at("timestamp")},
                      {"airport", hour.at("airport")},
                      {"departures", hour.at("departures")},
                      {"average_delay", hour.at("average_delay")}});
  }
  return result;
}

}  // namespace varpulis::flights
