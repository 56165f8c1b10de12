#pragma once

// Records for operators (operations.md 7.4, 7.5): a fixed message, details as fields, and a target, which
// is what a filter such as `info,varpulis_runtime::engine=trace` selects by. Nothing is written before
// StartLog; a record that the filter leaves out costs one branch. Thread-safe.

#include <atomic>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/status.h"

namespace varpulis::log {

enum class Level : uint8_t { Off, Error, Warn, Info, Debug, Trace };

// A name, and a text, number or flag. Borrows both texts during the call.
struct Field {
  enum class Kind : uint8_t { Text, Int, Float, Bool };

  Field(std::string_view n, std::string_view value) : name(n), text(value) {}
  Field(std::string_view n, const char* value) : name(n), text(value) {}
  Field(std::string_view n, const std::string& value) : name(n), text(value) {}
  Field(std::string_view n, bool value) : name(n), kind(Kind::Bool), integer(value ? 1 : 0) {}
  Field(std::string_view n, double value) : name(n), kind(Kind::Float), number(value) {}
  template <typename Integer, typename = std::enable_if_t<std::is_integral_v<Integer>>>
  Field(std::string_view n, Integer value)
      : name(n), kind(Kind::Int), integer(static_cast<int64_t>(value)) {}

  std::string_view name;
  Kind kind = Kind::Text;
  std::string_view text = {};
  int64_t integer = 0;
  double number = 0;
};

// One node of the target tree. Lives as long as the process; StartLog tells all of them their level.
class Target {
 public:
  explicit Target(const char* name);
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;

  bool Wants(Level level) const { return level <= level_.load(std::memory_order_relaxed); }
  void Write(Level level, std::string_view message, std::initializer_list<Field> fields) const;

  const char* name() const { return name_; }
  void set_level(Level level) { level_.store(level, std::memory_order_relaxed); }

 private:
  const char* name_;
  std::atomic<Level> level_{Level::Off};
};

// Fields are only made when the record is wanted.
#define VPL_LOG(target, level, message, ...)                                 \
  do {                                                                       \
    if ((target).Wants(::varpulis::log::Level::level)) [[unlikely]]          \
      (target).Write(::varpulis::log::Level::level, message, {__VA_ARGS__}); \
  } while (false)

// `level`, `target`, `target=level`, separated by commas. Directives with a [span] are understood and left
// out: records have no spans.
class Filter {
 public:
  // Directives that make no sense are left out and named in `bad`.
  static Filter Parse(std::string_view text, std::vector<std::string>& bad);
  // The longest directive that the target starts with wins, at equal length the last one.
  Level LevelOf(std::string_view target) const;
  void set_fallback(Level level) { fallback_ = level; }

 private:
  struct Directive {
    std::string target;  // empty: every target
    Level level;
  };
  Level fallback_ = Level::Info;
  std::vector<Directive> directives_;
};

struct Options {
  Filter filter;
  bool json = false;
  bool timestamps = true;
  bool colour = false;          // of text, on a terminal
  bool standard_error = false;  // instead of standard output
  std::string file;             // instead of both; rotated
  size_t rotate_mb = 100;
  size_t keep = 5;  // rotated files beside the current one
};
// IoError if the file cannot be written. A second call replaces what the first one said.
Status StartLog(const Options& options);

// Exposed for tests: the line without its line break. `time_us` is microseconds since the epoch.
std::string FormatRecord(const Options& options, int64_t time_us, Level level,
                         std::string_view target, std::string_view message,
                         std::initializer_list<Field> fields);

}  // namespace varpulis::log
