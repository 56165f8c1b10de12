#pragma once

// Two observers of one pattern, told one after the other.

#include "runtime/pattern/run_observer.h"

namespace varpulis::pattern {

class TwoObservers final : public RunObserver {
 public:
  // Both outlive the object.
  TwoObservers(RunObserver& first, RunObserver& second) : first_(first), second_(second) {}

  void Opened(uint64_t run, op::RecordId record, uint32_t step, uint32_t state, uint64_t key,
              TimestampNs start) override {
    first_.Opened(run, record, step, state, key, start);
    second_.Opened(run, record, step, state, key, start);
  }
  void Forked(uint64_t run, op::RecordId record, uint64_t from) override {
    first_.Forked(run, record, from);
    second_.Forked(run, record, from);
  }
  void Advanced(uint64_t run, uint32_t step, uint32_t state, uint64_t key) override {
    first_.Advanced(run, step, state, key);
    second_.Advanced(run, step, state, key);
  }
  void Matched(uint64_t run, uint32_t step, const std::vector<ChosenElements>& chosen) override {
    first_.Matched(run, step, chosen);
    second_.Matched(run, step, chosen);
  }
  void Ended(uint64_t run, RunEnd end) override {
    first_.Ended(run, end);
    second_.Ended(run, end);
  }
  void Refused(uint64_t run, const ir::PatternEdge& edge, const ir::EdgeKernels& kernels,
               const row::RowTable& rows, uint32_t row, uint8_t* record) override {
    first_.Refused(run, edge, kernels, rows, row, record);
    second_.Refused(run, edge, kernels, rows, row, record);
  }
  void TooLate(uint64_t run, const ir::PatternEdge& edge, DurationNs after) override {
    first_.TooLate(run, edge, after);
    second_.TooLate(run, edge, after);
  }
  void NotOpened(pattern::NotOpened why) override {
    first_.NotOpened(why);
    second_.NotOpened(why);
  }

 private:
  RunObserver& first_;
  RunObserver& second_;
};

}  // namespace varpulis::pattern
