// Turns the flights of the npm package vega-datasets, one JSON array of
//   {"date":"2001/01/14 21:55","delay":0,"distance":480,"origin":"SAN","destination":"SMF"}
// into event lines in order of time. Flights of one minute keep the order of the array.

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <exception>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace {

struct Flight {
  std::string timestamp;
  size_t position;  // in the array
  std::string line;

  // The text of a timestamp sorts like the time.
  bool operator<(const Flight& other) const {
    return timestamp != other.timestamp ? timestamp < other.timestamp : position < other.position;
  }
};

// "2001/01/14 21:55" -> "2001-01-14T21:55:00Z"; the data has no time zone, so it is read as UTC.
std::string ToTimestamp(std::string date) {
  if (date.size() != 16) throw std::runtime_error("unexpected date '" + date + "'");
  date[4] = date[7] = '-';
  date[10] = 'T';
  return date + ":00Z";
}

std::vector<Flight> Read(const char* path) {
  std::ifstream in(path);
  if (!in) throw std::runtime_error("cannot be read");
  std::vector<Flight> flights;
  for (const auto& flight : nlohmann::json::parse(in)) {
    nlohmann::ordered_json event;
    event["event_type"] = "Flight";
    event["timestamp"] = ToTimestamp(flight.at("date"));
    for (const char* field : {"origin", "destination", "delay", "distance"})
      event[field] = flight.at(field);
    flights.push_back({event["timestamp"], flights.size(), event.dump()});
  }
  return flights;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: varpulis-prepare-flights flights-20k.json OUT.jsonl\n");
    return 1;
  }
  try {
    std::vector<Flight> flights = Read(argv[1]);
    std::sort(flights.begin(), flights.end());
    std::ofstream out(argv[2]);
    for (const Flight& flight : flights) out << flight.line << '\n';
    out.close();
    if (!out) throw std::runtime_error(std::string("cannot write ") + argv[2]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", argv[1], error.what());
    return 2;
  }
  return 0;
}
