#pragma once

// "Did you mean" (language.md 11.1): case-insensitive Levenshtein distance of at most
// clamp(length / 2, 1, 3), smallest distance first, ties alphabetically. Names without a letter in
// common are never near each other.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace varpulis::diagnostics {

// Many names, asked again and again. Only names of nearly the same length and nearly the same letters
// are compared in full, and no more than limits::kMaxNameComparisons are looked at in all.
class NameIndex {
 public:
  void Add(std::string_view name);

  // Empty when none is near, or when too much has been looked for. Neither `wanted` itself nor `except`
  // is an answer.
  std::string Closest(std::string_view wanted, std::string_view except = {}) const;

 private:
  struct Names {  // of one length
    std::vector<uint64_t> letters;
    std::vector<std::string> names;
  };

  std::map<size_t, Names> by_length_;
  mutable size_t compared_ = 0;
};

// For a short list asked once.
std::string ClosestName(std::string_view wanted, const std::vector<std::string>& candidates);

}  // namespace varpulis::diagnostics
