#pragma once

// On which cores threads run. Where the system knows no affinity, nothing is there to run on and nothing is done.

#include <cstdint>
#include <vector>

namespace varpulis::exec {

// Those of the cores that this process may not use, or that there are none of.
std::vector<int64_t> MissingCores(const std::vector<int64_t>& cores);
// The calling thread runs on those of the cores that there are; on any if there is none of them.
void RunOnCores(const std::vector<int64_t>& cores);

}  // namespace varpulis::exec
