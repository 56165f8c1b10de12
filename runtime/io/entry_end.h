#pragma once

// What must follow an event on its line.

#include <string>

#include "base/limits.h"

namespace varpulis::io {

inline constexpr const char* kLineTooLong = "the line is longer than 1 MiB";

// Behind blanks, an optional `;` and the '\n'. Null, with the reason in `error`, if something else
// follows at `at` or the entry that began at `begin` is too long.
inline const char* FindEntryEnd(const char* begin, const char* at, std::string& error) {
  auto skip_blanks = [&] {
    while (*at == ' ' || *at == '\t' || *at == '\r') ++at;
  };
  if (*at != '\n') {
    skip_blanks();
    if (*at == ';') {
      ++at;
      skip_blanks();
    }
    if (*at != '\n') {
      error = "unexpected text behind the event";
      return nullptr;
    }
  }
  if (static_cast<size_t>(at - begin) > limits::kMaxEventLineBytes) {
    error = kLineTooLong;
    return nullptr;
  }
  return at + 1;
}

}  // namespace varpulis::io
