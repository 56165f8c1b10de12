#include "server/auth/digest.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include "base/check.h"

namespace varpulis::auth {
namespace {

template <size_t N>
std::array<uint8_t, N> Random() {
  std::array<uint8_t, N> bytes;
  VPL_CHECK(RAND_bytes(bytes.data(), static_cast<int>(N)) == 1, "no random numbers");
  return bytes;
}

}  // namespace

Digest DigestOf(std::string_view secret) {
  Digest digest;
  SHA256(reinterpret_cast<const uint8_t*>(secret.data()), secret.size(), digest.data());
  return digest;
}

bool Equal(const Digest& a, const Digest& b) {
  return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string NewApiKey() {
  static constexpr char kAlphabet[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const auto bytes = Random<33>();  // eleven times 24 bits
  std::string key = "vpk_";
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const uint32_t word = static_cast<uint32_t>(bytes[i]) << 16 |
                          static_cast<uint32_t>(bytes[i + 1]) << 8 | bytes[i + 2];
    for (int shift = 18; shift >= 0; shift -= 6) key += kAlphabet[word >> shift & 63];
  }
  return key;
}

std::string NewUuid() {
  auto bytes = Random<16>();
  bytes[6] = static_cast<uint8_t>((bytes[6] & 0x0F) | 0x40);
  bytes[8] = static_cast<uint8_t>((bytes[8] & 0x3F) | 0x80);
  std::string text;
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += fmt::format("{:02x}", bytes[i]);
  }
  return text;
}

}  // namespace varpulis::auth
