#pragma once

// The alerts of examples/flights/flights.vpl, computed from their definitions: plain loops over all
// flights, nothing shared with the engine.

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace varpulis::flights {

struct Flight {
  int64_t minute;         // since 1970, UTC
  std::string timestamp;  // the same as the output shows it
  std::string origin;
  std::string destination;
  int64_t delay;
};

// A line of the prepared file.
Flight ReadFlight(const nlohmann::json& event);

// All expect the flights in order of time.
std::vector<nlohmann::json> DelayCascades(const std::vector<Flight>& flights);
std::vector<nlohmann::json> HandedOn(const std::vector<Flight>& flights);
std::vector<nlohmann::json> AirportHours(const std::vector<Flight>& flights);
std::vector<nlohmann::json> BadHours(const std::vector<nlohmann::json>& airport_hours);

}  // namespace varpulis::flights
