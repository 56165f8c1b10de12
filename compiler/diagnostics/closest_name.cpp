#include "compiler/diagnostics/closest_name.h"

#include <algorithm>
#include <bit>
#include <cctype>

#include "base/limits.h"

namespace varpulis::diagnostics {
namespace {

char Lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

// One bit per letter that occurs. Each edit changes at most one bit in each direction.
uint64_t LettersOf(std::string_view name) {
  uint64_t letters = 0;
  for (const char c : name) letters |= uint64_t{1} << (static_cast<unsigned char>(Lower(c)) & 63);
  return letters;
}

bool MayBeNear(uint64_t a, uint64_t b, size_t bound) {
  return static_cast<size_t>(std::popcount(a & ~b)) <= bound &&
         static_cast<size_t>(std::popcount(b & ~a)) <= bound;
}

// Exact up to `bound`; anything larger beyond that.
size_t EditDistance(std::string_view a, std::string_view b, size_t bound) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    size_t least = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t above = row[j];
      const size_t substitute = diagonal + (Lower(a[i - 1]) == Lower(b[j - 1]) ? 0 : 1);
      row[j] = std::min({above + 1, row[j - 1] + 1, substitute});
      diagonal = above;
      least = std::min(least, row[j]);
    }
    if (least > bound) return least;
  }
  return row[b.size()];
}

}  // namespace

void NameIndex::Add(std::string_view name) {
  Names& names = by_length_[name.size()];
  names.letters.push_back(LettersOf(name));
  names.names.emplace_back(name);
}

std::string NameIndex::Closest(std::string_view wanted, std::string_view except) const {
  const size_t bound = std::clamp<size_t>(wanted.size() / 2, 1, 3);
  const uint64_t letters = LettersOf(wanted);
  const std::string* best = nullptr;
  size_t best_distance = bound + 1;
  const size_t shortest = wanted.size() - std::min(wanted.size(), bound);
  for (auto at = by_length_.lower_bound(shortest); at != by_length_.end(); ++at) {
    const auto& [length, names] = *at;
    if (length > wanted.size() + bound) break;
    compared_ += names.names.size();
    if (compared_ > limits::kMaxNameComparisons) return {};
    for (size_t i = 0; i < names.names.size(); ++i) {
      if (!MayBeNear(names.letters[i], letters, bound)) continue;
      const std::string& name = names.names[i];
      if (name == wanted || name == except) continue;
      const size_t distance = EditDistance(wanted, name, std::min(bound, best_distance));
      if (distance == std::max(length, wanted.size())) continue;  // nothing in common
      if (distance < best_distance || (distance == best_distance && best && name < *best)) {
        best = &name;
        best_distance = distance;
      }
    }
  }
  return best == nullptr ? std::string() : *best;
}

std::string ClosestName(std::string_view wanted, const std::vector<std::string>& candidates) {
  NameIndex index;
  for (const std::string& candidate : candidates) index.Add(candidate);
  return index.Closest(wanted);
}

}  // namespace varpulis::diagnostics
