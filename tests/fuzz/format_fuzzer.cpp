// Formatting any text: what is accepted keeps its tokens, comments and AST, and does not change when it
// is formatted again.

#include <string>

#include "base/check.h"
#include "tests/format/checks.h"
#include "tests/fuzz/target.h"

namespace varpulis::fuzz {
namespace {

void Format(const std::string& text) {
  const format::Checked checked = format::FormatAndCheck(text);
  VPL_CHECK(checked.complaint.empty(), "{}\n{}", checked.complaint, text);
  // A comment behind a tab: no seed has that.
  Canary(checked.text && text.find("\t#") != std::string::npos);
}

}  // namespace
}  // namespace varpulis::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  varpulis::fuzz::Format({reinterpret_cast<const char*>(data), size});
  return 0;
}
