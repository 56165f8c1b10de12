#pragma once

// For the fuzzer of the input codecs.

#include <cstddef>
#include <cstdint>

namespace varpulis::io {

// Reads the bytes as a file (as CSV if they begin with 'c', which is not part of it) with a small
// plan and looks at every value. Must return whatever the bytes are.
void FuzzReader(const uint8_t* data, size_t size);

}  // namespace varpulis::io
