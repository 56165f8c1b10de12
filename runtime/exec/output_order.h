#pragma once

// The place of one output among all outputs of a program. Outputs of several shards merged by it,
// those with equal places in the order of their shard, are the outputs of one shard alone
// (decision D27).

#include <compare>
#include <cstdint>

#include "base/time.h"

namespace varpulis::exec {

// What the time phase of a stream does at one time, in this order (decision D17).
enum class DueItem : uint8_t {
  WindowEnd,
  Row,       // leaves the reorder buffer
  Deadline,  // of a run, or of a row of a join: the time itself still belongs to it
};

struct OutputOrder {
  uint64_t event = 0;  // arrival number of the event that caused it; UINT64_MAX at the end of input
  uint32_t phase = 0;  // windows that the event closes, by rank of their stream; then the event
  uint32_t depth = 0;  // breadth-first level
  uint32_t stream = 0;  // the event's own phase: the stream that read the event, by declaration
  TimestampNs due = 0;  // time phase: when it fell due, what it is, then its creation
  DueItem item = DueItem::WindowEnd;
  uint64_t sequence = 0;

  auto operator<=>(const OutputOrder&) const = default;
  // Of what a row at this place causes in the streams that read it.
  OutputOrder Deeper() const {
    OutputOrder deeper = *this;
    ++deeper.depth;
    return deeper;
  }
};

}  // namespace varpulis::exec
