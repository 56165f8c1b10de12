#pragma once

// Reads what a pipeline puts out, across crashes of its server: goes on behind the last output that it has seen.

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "tests/crash/address.h"

namespace varpulis::crash {

class LogReader {
 public:
  LogReader(const Address& address, std::string pipeline);
  ~LogReader();

  // Outputs by number, as the flat lines that `simulate` writes.
  std::map<uint64_t, std::string> outputs() const;
  uint64_t last() const;
  // What must not be: numbers left out, or told twice with different content.
  std::string trouble() const;

 private:
  void Run();
  void Take(const std::string& message);

  const Address& address_;
  const std::string pipeline_;
  mutable std::mutex mutex_;
  std::map<uint64_t, std::string> outputs_;
  std::string trouble_;
  std::atomic<bool> is_stopping_{false};
  std::thread thread_;
};

}  // namespace varpulis::crash
