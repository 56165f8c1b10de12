#pragma once

// Runs in the order in which their time began, so that those out of time are in front. Times that come in
// order, as they do without late events and forks, take no sorting.

#include <cstdint>
#include <deque>
#include <queue>
#include <vector>

#include "base/time.h"
#include "runtime/operator/record_store.h"

namespace varpulis::pattern {

struct DueRun {
  TimestampNs start;
  op::RecordId run;
  uint32_t generation;  // of the run, which may be gone
};

// First by start, then in the order of Push.
class DueQueue {
 public:
  void Push(const DueRun& due) {
    if (in_order_.empty() || in_order_.back().start <= due.start) {
      in_order_.push_back(due);
    } else {
      late_.push({due, pushed_++});
    }
  }
  bool empty() const { return in_order_.empty() && late_.empty(); }
  const DueRun& front() const { return IsLateFirst() ? late_.top().due : in_order_.front(); }
  void Pop() {
    if (IsLateFirst()) {
      late_.pop();
    } else {
      in_order_.pop_front();
    }
  }
  void Clear() {
    in_order_.clear();
    late_ = {};
  }
  size_t bytes() const { return in_order_.size() * sizeof(DueRun) + late_.size() * sizeof(Late); }

 private:
  struct Late {
    DueRun due;
    uint64_t number;
    bool operator<(const Late& other) const {
      // The queue has the largest in front.
      if (due.start != other.due.start) return due.start > other.due.start;
      return number > other.number;
    }
  };

  // What is in order and as early has been pushed before.
  bool IsLateFirst() const {
    return !late_.empty() && (in_order_.empty() || late_.top().due.start < in_order_.front().start);
  }

  std::deque<DueRun> in_order_;
  std::priority_queue<Late> late_;
  uint64_t pushed_ = 0;
};

}  // namespace varpulis::pattern
