// Event files: JSON lines, one JSON array, CSV (after a leading `c`).

#include "runtime/io/fuzz_entry.h"
#include "tests/fuzz/target.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto read = varpulis::io::FuzzReader(data, size);
  // An event with a wrong field and a malformed line.
  varpulis::fuzz::Canary(read.bad_lines > 0 && read.schema_violations > 0);
  return 0;
}
