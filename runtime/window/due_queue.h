#pragma once

// Deadlines of windows, the earliest first, equal ones in order of their creation.

#include <cstdint>
#include <deque>
#include <functional>
#include <queue>
#include <vector>

#include "base/time.h"
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

// Windows of one size are due in the order in which they were opened, as long as rows come in order
// of time. Only windows that late rows open need a heap.
class DueQueue {
 public:
  void Push(const Due& due) {
    if (in_order_.empty() || due > in_order_.back()) {
      in_order_.push_back(due);
    } else {
      late_.push(due);
    }
  }
  bool empty() const { return in_order_.empty() && late_.empty(); }
  const Due& front() const { return IsLateFirst() ? late_.top() : in_order_.front(); }
  void Pop() {
    if (IsLateFirst()) {
      late_.pop();
    } else {
      in_order_.pop_front();
    }
  }

 private:
  bool IsLateFirst() const {
    return !late_.empty() && (in_order_.empty() || in_order_.front() > late_.top());
  }

  std::deque<Due> in_order_;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> late_;
};

}  // namespace varpulis::window
