#pragma once

// Requests by method, route and status (operations.md 7.2).

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>

namespace varpulis::metrics {

// Thread-safe. Routes are templates, so that there are as many series as kinds of answers.
class HttpMetrics {
 public:
  static constexpr std::array<double, 9> kBounds = {0.0001, 0.0005, 0.001, 0.005, 0.01,
                                                    0.05,   0.1,    0.5,   1};
  struct Series {
    uint64_t count = 0;
    double sum = 0;
    std::array<uint64_t, kBounds.size() + 1> buckets{};
  };
  using Key = std::tuple<std::string, std::string, int>;  // method, route, status

  void Count(std::string_view method, std::string_view route, int status, double seconds);
  std::map<Key, Series> All() const;

 private:
  mutable std::mutex mutex_;
  std::map<Key, Series> series_;
};

}  // namespace varpulis::metrics
