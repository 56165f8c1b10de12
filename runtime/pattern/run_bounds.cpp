#include "runtime/pattern/run_bounds.h"

#include <array>
#include <charconv>
#include <utility>

namespace varpulis::pattern {
namespace {

constexpr std::array<std::pair<std::string_view, Overflow>, 4> kPolicies = {{
    {"drop", Overflow::Drop},
    {"evict_oldest", Overflow::EvictOldest},
    {"evict_least_progress", Overflow::EvictLeastProgress},
    {"error", Overflow::Error},
}};

}  // namespace

bool ReadOverflow(std::string_view text, RunBounds& bounds) {
  for (const auto& [name, policy] : kPolicies) {
    if (text != name) continue;
    bounds.overflow = policy;
    return true;
  }
  if (!text.starts_with("sample(") || !text.ends_with(")")) return false;
  text.remove_prefix(std::string_view("sample(").size());
  text.remove_suffix(1);
  double rate = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), rate);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return false;
  if (!(rate >= 0 && rate <= 1)) return false;
  bounds.overflow = Overflow::Sample;
  bounds.sample_rate = rate;
  return true;
}

}  // namespace varpulis::pattern
