#pragma once

// The open runs of one partition, those that have got furthest first. O(log n) per change.

#include <cstdint>
#include <utility>

#include <absl/container/btree_set.h>

namespace varpulis::forecast {

class OpenRuns {
 public:
  // `rank` is that of its state (RunAutomaton::rank); of equal ones the run that was opened first leads.
  void Add(uint32_t rank, uint64_t run) { runs_.insert({rank, run}); }
  void Remove(uint32_t rank, uint64_t run) { runs_.erase({rank, run}); }
  bool empty() const { return runs_.empty(); }
  size_t size() const { return runs_.size(); }
  // There must be one.
  uint64_t Leading() const { return runs_.begin()->second; }
  template <typename Visit>
  void ForEach(const Visit& visit) const {
    for (const auto& [rank, run] : runs_) visit(run);
  }

 private:
  absl::btree_set<std::pair<uint32_t, uint64_t>> runs_;
};

}  // namespace varpulis::forecast
