#pragma once

// Delivering over a connection that may be away for a while.

#include <chrono>
#include <functional>

#include "connectors/contract/sink.h"

namespace varpulis::connectors {

// Remembers since when a service has been away. A short absence is waited out, with what is to be delivered in
// hand; once it has lasted for kDeliveryPatience every call makes one attempt and gives up.
class Retrying {
 public:
  // Tries, with the events that are left, until all are delivered or it is not worth it any more. `attempt`
  // says how many of its events are delivered; it connects by itself, and gives up a connection that failed.
  Delivery Deliver(std::span<const OutgoingEvent> events, const Deadline& deadline,
                   const std::function<Delivery(std::span<const OutgoingEvent>)>& attempt) {
    size_t delivered = 0;
    while (true) {
      Delivery result = attempt(events.subspan(delivered));
      if (result.ok()) {
        is_away_ = false;
        return {events.size(), {}};
      }
      delivered += result.delivered;
      const auto now = Deadline::Clock::now();
      if (!is_away_ || result.delivered > 0) away_since_ = now;
      is_away_ = true;
      if (deadline.is_over() || now - away_since_ >= std::chrono::nanoseconds(kDeliveryPatience))
        return {delivered, std::move(result.error)};
      deadline.Sleep(kPauseMs);
      // What one more attempt would say is that there is no time.
      if (deadline.is_over()) return {delivered, std::move(result.error)};
    }
  }

 private:
  static constexpr int64_t kPauseMs = 200;

  bool is_away_ = false;
  Deadline::Clock::time_point away_since_{};
};

}  // namespace varpulis::connectors
