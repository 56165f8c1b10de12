#include "runtime/exec/tap_state.h"

#include "base/limits.h"
#include "runtime/kernel/cell_ops.h"
#include "runtime/kernel/display.h"

namespace varpulis::exec {
namespace {

constexpr const char* kOther = "_other";

}  // namespace

TapState::Series& TapState::SeriesOf(const row::RowTable& values, uint32_t row) {
  labels_.resize(op_.labels.size());
  for (uint32_t i = 0; i < labels_.size(); ++i) {
    labels_[i].clear();
    const abi::Cell value = values.Get(i, row);
    // A label without a value is empty, as metric systems have it.
    if (!value.absent()) kernel::AppendDisplay(labels_[i], value);
  }
  auto known = series_.find(labels_);
  if (known != series_.end()) return known->second;
  if (series_.size() >= limits::kMaxLabelSets) {
    for (std::string& label : labels_) label = kOther;
    known = series_.find(labels_);
    if (known != series_.end()) return known->second;
  }
  for (const std::string& label : labels_) bytes_ += sizeof label + label.size();
  bytes_ += sizeof(std::vector<std::string>) + sizeof(Series);
  return series_[labels_];
}

void TapState::Observe(const row::RowTable& values, uint32_t row, const OutputOrder& order) {
  if (op_.counter.empty() && op_.gauge.empty()) return;
  Series& series = SeriesOf(values, row);
  ++series.count;
  if (op_.gauge.empty()) return;
  const abi::Cell value = values.Get(static_cast<uint32_t>(op_.labels.size()), row);
  if (!kernel::IsNumber(value)) return;
  series.value = kernel::NumberOf(value);
  series.is_set = true;
  series.set_at = order;
}

void TapState::AppendMetrics(std::vector<Metric>& metrics) const {
  for (const auto& [labels, series] : series_) {
    Metric metric;
    for (size_t i = 0; i < labels.size(); ++i) metric.labels.emplace_back(op_.labels[i], labels[i]);
    if (!op_.gauge.empty() && series.is_set) {
      metric.name = op_.gauge;
      metric.is_gauge = true;
      metric.value = series.value;
      metric.set_at = series.set_at;
      metrics.push_back(metric);
    }
    if (op_.counter.empty()) continue;
    metric.name = op_.counter;
    metric.is_gauge = false;
    metric.count = series.count;
    metrics.push_back(std::move(metric));
  }
}

}  // namespace varpulis::exec
