#pragma once

// What joins put out, by going through all rows of the other side for each arrival: slow, and short enough to be
// compared with the language by reading (language.md 3, language-later.md 9, decisions D16 and D30).

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/time.h"

namespace varpulis::testing {

// One event. Fields are JSON; one that is not there is left out.
struct JoinEvent {
  size_t side = 0;
  TimestampNs time = 0;
  std::map<std::string, std::string> fields;
};

// `earlier.left == side.right`, for a side of the join and one before it.
struct JoinEquality {
  size_t earlier = 0;
  std::string left;
  std::string right;
};

struct ModelJoin {
  bool keeps_left = false;
  bool keeps_right = false;
  DurationNs within = 0;
  // The stream has a watermark that waits for every row: its clock stands at the row that it takes, but never
  // beyond that of a side that has sent its last row. Else it is the slowest of the clocks of its sides.
  bool awaited = false;
  std::vector<std::vector<JoinEquality>> keys;  // of each side; none of the first

  size_t sides() const { return keys.size(); }
};

// `@5s J { s0: 1, s1: null }` for each joined row: the field `id` of each side. In no order.
std::vector<std::string> RunJoinModel(const ModelJoin& join, const std::vector<JoinEvent>& events);

}  // namespace varpulis::testing
