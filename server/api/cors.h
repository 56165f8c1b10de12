#pragma once

// Which pages of other origins may call (operations.md 4.1.6).

#include <string>
#include <string_view>
#include <vector>

#include "server/http/message.h"

namespace varpulis::api {

class CorsPolicy {
 public:
  // `http://host[:port]` each, or `*`; without any, loopback hosts on every port.
  explicit CorsPolicy(std::vector<std::string> origins = {}) : origins_(std::move(origins)) {}

  bool Allows(std::string_view origin) const;
  // For every answer: nothing without an allowed Origin.
  std::vector<http::Header> HeadersFor(const http::Request& request) const;
  // Whether it asks for permission and nothing else.
  static bool IsPreflight(const http::Request& request);
  static std::vector<http::Header> PreflightHeaders();

 private:
  std::vector<std::string> origins_;
};

}  // namespace varpulis::api
