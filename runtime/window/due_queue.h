#pragma once

// Deadlines of windows, the earliest first, equal ones in order of their creation.

#include <cstdint>

#include "base/time.h"
#include "runtime/operator/due_queue.h"
#include "runtime/operator/record_store.h"

namespace varpulis::window {

struct Due {
  TimestampNs due;
  uint64_t sequence;  // of the window among those with the same deadline
  op::RecordId record;

  bool operator>(const Due& other) const {
    return due != other.due ? due > other.due : sequence > other.sequence;
  }
};
using DueQueue = op::DueQueue<Due>;

}  // namespace varpulis::window
