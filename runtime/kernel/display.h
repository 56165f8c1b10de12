#pragma once

// Values as people read them (language.md 5.7): null, true, 5, 5.0, raw text, times, `90s`,
// `[a, b]`, `{k: v}`; text inside of arrays and maps is quoted. Absent values are `null`.

#include <string>

#include "compiler/ir/kernel_abi.h"

namespace varpulis::kernel {

void AppendDisplay(std::string& out, const abi::Cell& cell);
std::string Display(const abi::Cell& cell);

// Shortest digits that read back as the same number (decision D24): plain with a dot for
// 1e-4 <= abs < 1e16, else `1e+16`, `1e-05`; `nan`, `inf`, `-inf`.
void AppendFloat(std::string& out, double value);

}  // namespace varpulis::kernel
