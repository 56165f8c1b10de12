#pragma once

// State of one TapOperator: a counter and a gauge per label set.

#include <string>
#include <vector>

#include <absl/container/flat_hash_map.h>

#include "compiler/ir/operators.h"
#include "runtime/exec/metric.h"
#include "runtime/row/table.h"

namespace varpulis::exec {

class TapState {
 public:
  explicit TapState(const ir::TapOperator& op) : op_(op) {}
  TapState(const TapState&) = delete;
  TapState& operator=(const TapState&) = delete;

  // Takes one row of the operator's table. A gauge keeps its value when the new one is no number.
  void Observe(const row::RowTable& values, uint32_t row, const OutputOrder& order);
  void AppendMetrics(std::vector<Metric>& metrics) const;
  size_t bytes() const { return bytes_; }

 private:
  struct Series {
    uint64_t count = 0;
    double value = 0;
    bool is_set = false;
    OutputOrder set_at{};
  };
  Series& SeriesOf(const row::RowTable& values, uint32_t row);

  const ir::TapOperator& op_;
  absl::flat_hash_map<std::vector<std::string>, Series> series_;  // by label values
  std::vector<std::string> labels_;                               // scratch
  size_t bytes_ = 0;
};

}  // namespace varpulis::exec
