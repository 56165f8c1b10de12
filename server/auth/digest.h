#pragma once

// Secrets are kept as digests and compared without telling by the time it takes how much was right.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace varpulis::auth {

using Digest = std::array<uint8_t, 32>;

// SHA-256. Keys that we make have 264 bits of their own, so there is nothing to guess and no salt.
Digest DigestOf(std::string_view secret);
// In constant time.
bool Equal(const Digest& a, const Digest& b);

// `vpk_` and 44 characters: 264 random bits. Aborts if the system has none.
std::string NewApiKey();
// A random UUID (RFC 4122, version 4).
std::string NewUuid();

}  // namespace varpulis::auth
