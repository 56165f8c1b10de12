// Text events with their prefixes, comments and BATCH, mixed with JSON lines.

#include "runtime/io/fuzz_entry.h"
#include "tests/fuzz/target.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // A leading `c` means CSV, a bracket one JSON array: those are the other target's.
  if (size > 0 && (data[0] == 'c' || data[0] == '[')) return 0;
  const auto read = varpulis::io::FuzzReader(data, size);
  // An event with a wrong field and a malformed line.
  varpulis::fuzz::Canary(read.bad_lines > 0 && read.schema_violations > 0);
  return 0;
}
