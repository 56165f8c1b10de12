#pragma once

// How the time of a stream follows that of the events (language.md 7, decisions D15 to D18).

#include <optional>

#include "base/time.h"

namespace varpulis::ir {

struct TimeBounds {
  // .watermark: rows wait until the stream's clock has reached them, which stays so far behind the clocks
  // of the event types. Nothing: they do not wait.
  std::optional<DurationNs> out_of_order;
  // It has a watermark, or a stream on the way to it has: then its clock is the slowest one of its types.
  bool watermarked = false;
  // .allowed_lateness, the largest on the way: how far behind the clock a row may be and still count, and
  // how much later everything falls due. 0 unless watermarked.
  DurationNs lateness = 0;
};

}  // namespace varpulis::ir
