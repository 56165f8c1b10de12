#pragma once

// Outcomes as a table for people and as JSON for programs.

#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "bench/contest.h"

namespace varpulis::bench {

// `baseline` names the third contestant: `loop`, `parse`.
std::string TableHead(std::string_view baseline);
std::string TableLine(const Outcome& outcome);

// {"benchmark": ..., "baseline": ..., "questions": [{"name": ..., "native": events/s, ...}]}
Status WriteJson(const std::string& path, std::string_view benchmark, std::string_view baseline,
                 const std::vector<Outcome>& outcomes);

}  // namespace varpulis::bench
