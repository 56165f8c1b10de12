#pragma once

// Where the server is, for threads that go on across its crashes.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <thread>

#include "tests/server/http_client.h"

namespace varpulis::crash {

class Address {
 public:
  void Set(uint16_t port) { port_ = port; }
  void Clear() { port_ = 0; }
  // A connection, as soon as there is one; null once `give_up` is set.
  std::unique_ptr<server_test::Client> Connect(const std::atomic<bool>& give_up) const {
    while (!give_up) {
      const uint16_t port = port_;
      if (port != 0) {
        if (auto client = server_test::Client::Try(port)) return client;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return nullptr;
  }

 private:
  std::atomic<uint16_t> port_{0};
};

}  // namespace varpulis::crash
