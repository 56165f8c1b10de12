#pragma once

// `redis://user:password@host:port/database`, or `host:port`.

#include <cstdint>
#include <optional>
#include <string>

namespace varpulis::connectors {

struct RedisAddress {
  std::string host = "localhost";
  int port = 6379;
  std::string user;
  std::string password;
  int database = 0;
};

// An empty text is the default; nothing if it cannot be read, or asks for TLS.
std::optional<RedisAddress> ParseRedisAddress(std::string text);

}  // namespace varpulis::connectors
