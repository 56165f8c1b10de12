#include "connectors/enrich/redis_address.h"

#include <charconv>

namespace varpulis::connectors {
namespace {

bool ReadNumber(const std::string& text, int most, int& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number >= 0 && number <= most;
}

}  // namespace

std::optional<RedisAddress> ParseRedisAddress(std::string text) {
  constexpr std::string_view kScheme = "redis://";
  RedisAddress address;
  if (text.starts_with(kScheme)) {
    text.erase(0, kScheme.size());
  } else if (text.find("://") != std::string::npos) {
    return std::nullopt;
  }
  if (const size_t at = text.rfind('@'); at != std::string::npos) {
    const std::string login = text.substr(0, at);
    const size_t colon = login.find(':');
    if (colon != std::string::npos) address.user = login.substr(0, colon);
    address.password = colon == std::string::npos ? login : login.substr(colon + 1);
    text.erase(0, at + 1);
  }
  if (const size_t slash = text.find('/'); slash != std::string::npos) {
    const std::string database = text.substr(slash + 1);
    if (!database.empty() && !ReadNumber(database, 1'000'000, address.database))
      return std::nullopt;
    text.resize(slash);
  }
  if (const size_t colon = text.rfind(':'); colon != std::string::npos) {
    if (!ReadNumber(text.substr(colon + 1), 65'535, address.port)) return std::nullopt;
    text.resize(colon);
  }
  if (!text.empty()) address.host = text;
  return address;
}

}  // namespace varpulis::connectors
