#include "runtime/kernel/regex.h"

#include <list>

#include <re2/re2.h>

#include "base/limits.h"
#include "base/parallel.h"
#include "runtime/kernel/helpers.h"

namespace varpulis::kernel {
namespace {

// Automata of one pattern; patterns from data get less, as there may be many per thread.
constexpr int64_t kPatternBytes = 8 << 20;
constexpr int64_t kDynamicPatternBytes = 1 << 20;

re2::StringPiece Piece(std::string_view text) { return {text.data(), text.size()}; }

std::unique_ptr<re2::RE2> CompilePattern(std::string_view pattern, int64_t bytes) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(bytes);
  return std::make_unique<re2::RE2>(Piece(pattern), options);
}

bool Matches(const re2::RE2& regex, std::string_view text) {
  return regex.Match(Piece(text), 0, text.size(), re2::RE2::UNANCHORED, nullptr, 0);
}

// Least recently used last. Patterns that do not compile are kept too, so that they cost once.
class DynamicPatterns {
 public:
  const re2::RE2& Get(std::string_view pattern) {
    auto found = by_pattern_.find(pattern);
    if (found != by_pattern_.end()) {
      recent_.splice(recent_.begin(), recent_, found->second);
      return *recent_.front().regex;
    }
    if (recent_.size() >= limits::kMaxCachedRegexes) {
      by_pattern_.erase(recent_.back().pattern);
      recent_.pop_back();
    }
    recent_.push_front({std::string(pattern), CompilePattern(pattern, kDynamicPatternBytes)});
    by_pattern_[recent_.front().pattern] = recent_.begin();
    return *recent_.front().regex;
  }

 private:
  struct Entry {
    std::string pattern;
    std::unique_ptr<re2::RE2> regex;
  };
  std::list<Entry> recent_;
  std::unordered_map<std::string_view, std::list<Entry>::iterator> by_pattern_;
};

}  // namespace

RegexSet::RegexSet() = default;
RegexSet::~RegexSet() = default;

Status RegexSet::Compile(const std::vector<ir::Kernel>& kernels, unsigned threads) {
  for (const ir::Kernel& kernel : kernels) {
    for (const std::string& pattern : kernel.regexes) by_pattern_.try_emplace(pattern);
  }
  std::vector<std::pair<const std::string, std::unique_ptr<re2::RE2>>*> patterns;
  for (auto& pattern : by_pattern_) patterns.push_back(&pattern);
  base::ParallelFor(patterns.size(), threads, [&](size_t i) {
    patterns[i]->second = CompilePattern(patterns[i]->first, kPatternBytes);
  });
  for (const ir::Kernel& kernel : kernels) {
    std::vector<const void*>& regexes = by_kernel_.emplace_back();
    for (const std::string& pattern : kernel.regexes) {
      const re2::RE2& regex = *by_pattern_.at(pattern);
      if (!regex.ok()) {
        return Status(StatusCode::Internal, "kernel " + kernel.name + ": regular expression `" +
                                                pattern + "`: " + regex.error());
      }
      regexes.push_back(&regex);
    }
  }
  return {};
}

Result<std::shared_ptr<const RegexSet>> CompileRegexes(const std::vector<ir::Kernel>& kernels,
                                                       unsigned threads) {
  auto set = std::make_shared<RegexSet>();
  if (Status status = set->Compile(kernels, threads); !status.ok()) return status;
  return std::shared_ptr<const RegexSet>(std::move(set));
}

const void* const* RegexesOf(const RegexSet& regexes, ir::KernelId id) {
  return regexes.OfKernel(id);
}

std::string CheckRegex(std::string_view pattern, size_t* position) {
  std::unique_ptr<re2::RE2> regex = CompilePattern(pattern, kPatternBytes);
  if (regex->ok()) return "";
  size_t at = pattern.find(regex->error_arg());
  *position = at == std::string_view::npos ? 0 : at;
  return regex->error();
}

std::optional<bool> MatchesDynamic(std::string_view text, std::string_view pattern) {
  thread_local DynamicPatterns patterns;
  const re2::RE2& regex = patterns.Get(pattern);
  if (!regex.ok()) return std::nullopt;
  return Matches(regex, text);
}

}  // namespace varpulis::kernel

namespace varpulis::abi {

extern "C" {

uint8_t vpl_regex_match(KernelFrame* frame, const VplString* text, int64_t regex_index) noexcept {
  const auto* regex = static_cast<const re2::RE2*>(frame->regexes[regex_index]);
  return kernel::Matches(*regex, text->view());
}

}  // extern "C"

}  // namespace varpulis::abi
