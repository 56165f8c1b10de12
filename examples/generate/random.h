#pragma once

// Random numbers that are the same on every machine: splitmix64, and integers only.

#include <array>
#include <cstddef>
#include <cstdint>

namespace varpulis::generate {

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t Next() {
    state_ += 0x9e3779b97f4a7c15;
    uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  // From least to most, both included.
  int64_t Between(int64_t least, int64_t most) {
    const uint64_t choices = static_cast<uint64_t>(most - least) + 1;
    return least + static_cast<int64_t>(Next() % choices);
  }
  // True once in `n` times.
  bool OneIn(int64_t n) { return Between(1, n) == 1; }

  template <typename T, size_t N>
  const T& Pick(const std::array<T, N>& choices) {
    return choices[static_cast<size_t>(Between(0, N - 1))];
  }

 private:
  uint64_t state_;
};

}  // namespace varpulis::generate
