#pragma once

// State of one TapOperator: a counter and a gauge per label set.

#include <string>
#include <vector>

#include <absl/container/flat_hash_map.h>

#include "compiler/ir/operators.h"
#include "runtime/exec/metric.h"
#include "runtime/row/table.h"
#include "runtime/state/state_reader.h"
#include "runtime/state/state_writer.h"

namespace varpulis::exec {

class TapState {
 public:
  explicit TapState(const ir::TapOperator& op) : op_(op) {}
  TapState(const TapState&) = delete;
  TapState& operator=(const TapState&) = delete;

  // Takes one row of the operator's table. A gauge keeps its value when the new one is no number.
  void Observe(const row::RowTable& values, uint32_t row, const OutputOrder& order);
  void AppendMetrics(std::vector<Metric>& metrics) const;
  // Adds up with what is there already, as parts of one tap do (MergeMetrics).
  void Save(state::StateWriter& out) const;
  void Restore(state::StateReader& in);
  const ir::TapOperator& plan() const { return op_; }
  size_t bytes() const { return bytes_; }

 private:
  struct Series {
    uint64_t count = 0;
    double value = 0;
    bool is_set = false;
    OutputOrder set_at{};
  };
  Series& SeriesOf(const row::RowTable& values, uint32_t row);
  Series& Add(const std::vector<std::string>& labels);

  const ir::TapOperator& op_;
  absl::flat_hash_map<std::vector<std::string>, Series> series_;  // by label values
  std::vector<std::string> labels_;                               // scratch
  size_t bytes_ = 0;
};

}  // namespace varpulis::exec
