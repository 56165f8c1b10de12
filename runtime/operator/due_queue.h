#pragma once

// What falls due, the earliest first. Most of it comes in the order in which it is due, as long as rows come
// in order of time; only what comes out of order needs a heap.

#include <cstddef>
#include <deque>
#include <functional>
#include <queue>
#include <vector>

namespace varpulis::op {

// `Due` has a total order by `>`: by its time, then in the order of its creation.
template <typename Due>
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
  void Clear() {
    in_order_.clear();
    late_ = {};
  }
  size_t bytes() const { return (in_order_.size() + late_.size()) * sizeof(Due); }

 private:
  bool IsLateFirst() const {
    return !late_.empty() && (in_order_.empty() || in_order_.front() > late_.top());
  }

  std::deque<Due> in_order_;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> late_;
};

}  // namespace varpulis::op
