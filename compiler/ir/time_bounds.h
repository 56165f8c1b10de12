#pragma once

// How the time of a stream follows that of the events (language.md 7, decisions D15 to D18).

#include <optional>

#include "base/time.h"

namespace varpulis::ir {

struct TimeBounds {
  // .watermark: how far the stream's clock stays behind the clocks of the event types. A row that it has
  // passed is late. Nothing: there is none here.
  std::optional<DurationNs> out_of_order;
  // It has a watermark, or a stream on the way to it has: then its clock is the slowest one of its types.
  bool watermarked = false;
  // Rows wait in a reorder buffer until the stream's clock has reached them: it has a watermark, or one of
  // several ways to it has. What comes by the others would be too early.
  bool reorders = false;
  // .allowed_lateness, the largest on the way: how far behind the clock a row may be and still count, and
  // how much later everything falls due. 0 unless watermarked.
  DurationNs lateness = 0;
};

}  // namespace varpulis::ir
