#pragma once

#include <cstdint>
#include <initializer_list>
#include <random>
#include <string>
#include <vector>

namespace varpulis::testing {

// Choices from a seed, the same on every machine.
class Dice {
 public:
  explicit Dice(uint64_t seed) : random_(seed) {}

  // 0 .. sides-1
  size_t Roll(size_t sides) { return static_cast<size_t>(random_() % sides); }
  // True `percent` times out of a hundred.
  bool Chance(size_t percent) { return Roll(100) < percent; }
  template <typename T>
  const T& Pick(const std::vector<T>& items) {
    return items[Roll(items.size())];
  }
  std::string Pick(std::initializer_list<const char*> items) {
    return items.begin()[Roll(items.size())];
  }

 private:
  std::mt19937_64 random_;
};

}  // namespace varpulis::testing
