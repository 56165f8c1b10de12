#pragma once

// A client that injects one request after the other and repeats what got no answer.

#include <atomic>
#include <cstdint>
#include <map>
#include <string>
#include <thread>

#include "tests/crash/address.h"

namespace varpulis::crash {

class Load {
 public:
  // Events are numbered `client * kEventsPerClient + i`.
  static constexpr uint64_t kEventsPerClient = 100'000'000;

  Load(uint64_t client, const Address& address, std::string pipeline);
  // The request under way is finished.
  ~Load();
  void Stop();

  // Events of requests that were answered.
  uint64_t acknowledged() const { return acknowledged_; }
  // ... and of the one that may be under way.
  uint64_t sent() const { return sent_; }
  uint64_t repeats() const { return repeats_; }
  // The events as lines of an event file, by number; after Stop.
  const std::map<uint64_t, std::string>& events() const { return events_; }
  // Answers that must not be; empty: there were none.
  std::string trouble() const { return trouble_; }

 private:
  struct Request {
    std::string path;
    std::string body;
    uint64_t events;
  };
  void Run();
  Request Next(uint64_t request);
  std::string Event();
  // False: the client is to stop.
  bool Send(const Request& request, uint64_t number);

  const uint64_t client_;
  const Address& address_;
  const std::string pipeline_;
  uint64_t next_event_ = 0;
  std::map<uint64_t, std::string> events_;
  std::unique_ptr<server_test::Client> connection_;
  std::string trouble_;
  std::atomic<uint64_t> acknowledged_{0};
  std::atomic<uint64_t> sent_{0};
  std::atomic<uint64_t> repeats_{0};
  std::atomic<bool> is_stopping_{false};
  std::atomic<bool> never_{false};
  std::thread thread_;
};

}  // namespace varpulis::crash
