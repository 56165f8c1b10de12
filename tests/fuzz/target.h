#pragma once

// What a fuzz target is made of: one function that takes any bytes. libFuzzer calls it in the preset
// `fuzz`, replay.cpp calls it with the files of corpus/ in all presets.

#include <cstddef>
#include <cstdint>
#include <memory>

// Must return whatever the bytes are; broken invariants end the process.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace varpulis::fuzz {

// A planted bug, which only the build for the canary has. A run that does not find it proves that
// runs find nothing: that coverage, seeds, dictionary or sanitizer are broken. The bug is a read
// behind a heap block, which nobody but AddressSanitizer notices.
inline void Canary([[maybe_unused]] bool reached) {
#ifdef VPL_CANARY
  if (!reached) return;
  const auto block = std::make_unique<volatile char[]>(1);
  const volatile size_t behind = 1;
  [[maybe_unused]] const char byte = block[behind];  // a discarded expression would not read
#endif
}

}  // namespace varpulis::fuzz
