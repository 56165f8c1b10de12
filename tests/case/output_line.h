#pragma once

#include <string>
#include <string_view>

namespace varpulis::testing {

// A line of program output, `{"event_type":"T","timestamp":"...","a":1}`, as `@1m T { a: 1 }`. Values
// keep the very text that the program wrote.
std::string CaseLine(std::string_view json);

}  // namespace varpulis::testing
