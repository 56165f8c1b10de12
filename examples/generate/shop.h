#pragma once

// An online shop with its customers, as a queue of things that are going to happen. Customers come
// and go (Visit); now and then somebody attacks one of them (episodes.cpp). Events leave the queue
// in order of time.

#include <cstdint>
#include <functional>
#include <queue>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "examples/generate/random.h"

namespace varpulis::generate {

struct Customer {
  std::string id;
  std::string country;
  std::string ip;
  std::string card;
  std::string phone;
  std::string laptop;
};

// From where somebody acts.
struct Place {
  std::string ip;
  std::string country;
  std::string device;
};

// One line of the output. Equal times leave in the order in which they were planned.
struct PlannedEvent {
  TimestampNs time;
  uint64_t number;
  std::string json;

  bool operator>(const PlannedEvent& other) const {
    return time != other.time ? time > other.time : number > other.number;
  }
};

class Shop {
 public:
  explicit Shop(uint64_t seed);

  // The next event in order of time, as one line without line break. There is always one.
  std::string Next();

  // --- what can happen, used by episodes.cpp -----------------------------------------------------
  void Login(TimestampNs time, const Customer& customer, const Place& place, bool ok);
  void Purchase(TimestampNs time, const Customer& customer, std::string_view country,
                int64_t cents);
  void PasswordChange(TimestampNs time, const Customer& customer, std::string_view device);
  void Logout(TimestampNs time, const Customer& customer);
  // A place in a country that the customer does not live in, with a device of its own.
  Place Abroad(const Customer& customer);
  Place Home(const Customer& customer);
  Random& random() { return random_; }

 private:
  void PlanArrival();
  void Visit(TimestampNs time, const Customer& customer);
  std::string RandomIp();
  void Plan(TimestampNs time, std::string_view type, std::string fields);

  Random random_;
  std::vector<Customer> customers_;
  std::priority_queue<PlannedEvent, std::vector<PlannedEvent>, std::greater<>> planned_;
  TimestampNs arrival_;  // of the latest planned customer: nothing earlier will be planned
  uint64_t planned_count_ = 0;
};

}  // namespace varpulis::generate
