#pragma once

// Regular expressions by RE2: linear time, UTF-8, ASCII classes (decision D31).

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "compiler/ir/kernel.h"
#include "runtime/kernel/kernel_table.h"

namespace re2 {
class RE2;
}

namespace varpulis::kernel {

// The regular expressions of a program's kernels, equal patterns compiled once. Immutable.
class RegexSet {
 public:
  RegexSet();
  ~RegexSet();
  RegexSet(const RegexSet&) = delete;
  RegexSet& operator=(const RegexSet&) = delete;

  // Once, before anything else.
  Status Compile(const std::vector<ir::Kernel>& kernels, unsigned threads);
  const void* const* OfKernel(ir::KernelId id) const { return by_kernel_[id].data(); }

 private:
  std::unordered_map<std::string, std::unique_ptr<re2::RE2>> by_pattern_;
  std::vector<std::vector<const void*>> by_kernel_;
};

// Matches a pattern that comes from data: compiled once per thread and cached, the
// limits::kMaxCachedRegexes most recently used stay. Nothing if it does not compile.
std::optional<bool> MatchesDynamic(std::string_view text, std::string_view pattern);

}  // namespace varpulis::kernel
