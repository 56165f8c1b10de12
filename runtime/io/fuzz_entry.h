#pragma once

// For the fuzzer of the input codecs.

#include <cstddef>
#include <cstdint>

#include "runtime/io/event_reader.h"

namespace varpulis::io {

// Reads the bytes as a file (as CSV if they begin with 'c', which is not part of it) with a small
// plan and looks at every value, in order of arrival and as they come, which must find the same
// events. Must return whatever the bytes are.
ReaderStatistics FuzzReader(const uint8_t* data, size_t size);

}  // namespace varpulis::io
