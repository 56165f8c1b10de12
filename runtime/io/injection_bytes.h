#pragma once

// What is taken of a request as bytes, for a journal: the text as it came, and where the events are that were
// accepted. Whoever reads it later need not decide again what is an event.

#include <cstddef>
#include <string>
#include <string_view>

#include "base/status.h"
#include "runtime/io/injection.h"

namespace varpulis::io {

// Refusals are left out.
std::string EncodeInjection(const Injection& injection);
// With the first `events` of those that were encoded. Malformed if the bytes are none.
Result<Injection> DecodeInjection(std::string_view bytes, size_t events);

}  // namespace varpulis::io
