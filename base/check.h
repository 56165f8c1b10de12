#pragma once

// Assertions on our own mistakes. Always on; they print the values and stop the process.

#include <string_view>

#include <fmt/format.h>

namespace varpulis::base {

// Prints "file:line: check failed: condition: detail" to standard error and aborts.
[[noreturn]] void CheckFailed(const char* file, int line, const char* condition,
                              std::string_view detail);

}  // namespace varpulis::base

#define VPL_CHECK(condition, ...)                                   \
  do {                                                              \
    if (!(condition)) [[unlikely]]                                  \
      ::varpulis::base::CheckFailed(__FILE__, __LINE__, #condition, \
                                    ::fmt::format("" __VA_ARGS__)); \
  } while (false)

// For the per-event path: checked in debug builds only.
#ifdef NDEBUG
#define VPL_DCHECK(condition, ...) \
  do {                             \
  } while (false && (condition))
#else
#define VPL_DCHECK(condition, ...) VPL_CHECK(condition __VA_OPT__(, ) __VA_ARGS__)
#endif
