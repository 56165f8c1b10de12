#pragma once

// The hash of keys (instruction Hash, helpers vpl_hash_*). Fixed for all time, machines and runs:
// stored state and the order of shards may depend on it. Constant expressions, so that native code
// can repeat the number and truth paths instruction by instruction.
//
//   Mix(x)           the finaliser of SplitMix64
//   HashAbsent()     one constant
//   HashBool(b)      Mix(kBoolSeed + b)
//   HashFloat(d)     Mix(bits of d), where every NaN counts as one NaN and -0.0 as 0.0
//   HashInt(i)       HashFloat(nearest double of i), because an int equals the double it rounds to
//   HashTimestamp(t) Mix(t ^ kTimestampSeed)
//   HashDuration(d)  Mix(d ^ kDurationSeed)
//   CombineHash(a,b) Mix(a * kCombineFactor + b)
//
// All arithmetic is modulo 2^64. Text is hashed by vpl_hash_str; canonical integer text gives the
// hash of its int, because integer text from events equals both the int and the text (D23).

#include <bit>
#include <cstdint>

namespace varpulis::ir {

inline constexpr uint64_t kAbsentHash = 0x5851f42d4c957f2d;
inline constexpr uint64_t kBoolSeed = 0x2545f4914f6cdd1d;
inline constexpr uint64_t kTimestampSeed = 0xd6e8feb86659fd93;
inline constexpr uint64_t kDurationSeed = 0xa0761d6478bd642f;
inline constexpr uint64_t kCombineFactor = 0x9e3779b97f4a7c15;
inline constexpr uint64_t kNanBits = 0x7ff8000000000000;

constexpr uint64_t Mix(uint64_t x) {
  x ^= x >> 30;
  x *= 0xbf58476d1ce4e5b9;
  x ^= x >> 27;
  x *= 0x94d049bb133111eb;
  x ^= x >> 31;
  return x;
}

constexpr int64_t HashAbsent() { return static_cast<int64_t>(kAbsentHash); }
constexpr int64_t HashBool(bool value) {
  return static_cast<int64_t>(Mix(kBoolSeed + (value ? 1 : 0)));
}
constexpr int64_t HashFloat(double value) {
  uint64_t bits = value != value ? kNanBits : std::bit_cast<uint64_t>(value + 0.0);
  return static_cast<int64_t>(Mix(bits));
}
constexpr int64_t HashInt(int64_t value) { return HashFloat(static_cast<double>(value)); }
constexpr int64_t HashTimestamp(int64_t value) {
  return static_cast<int64_t>(Mix(static_cast<uint64_t>(value) ^ kTimestampSeed));
}
constexpr int64_t HashDuration(int64_t value) {
  return static_cast<int64_t>(Mix(static_cast<uint64_t>(value) ^ kDurationSeed));
}
constexpr int64_t CombineHash(int64_t a, int64_t b) {
  return static_cast<int64_t>(
      Mix(static_cast<uint64_t>(a) * kCombineFactor + static_cast<uint64_t>(b)));
}

}  // namespace varpulis::ir
