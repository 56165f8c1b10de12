#include "runtime/exec/tap_state.h"

#include <algorithm>

#include "base/limits.h"
#include "runtime/kernel/cell_ops.h"
#include "runtime/kernel/display.h"

namespace varpulis::exec {
namespace {

constexpr const char* kOther = "_other";

void SaveOrder(const OutputOrder& order, state::StateWriter& out) {
  out.U64(order.event);
  out.U32(order.phase);
  out.U32(order.depth);
  out.U32(order.stream);
  out.I64(order.due);
  out.Byte(static_cast<uint8_t>(order.item));
  out.U64(order.sequence);
}

OutputOrder RestoreOrder(state::StateReader& in) {
  OutputOrder order;
  order.event = in.U64();
  order.phase = in.U32();
  order.depth = in.U32();
  order.stream = in.U32();
  order.due = in.I64();
  const uint8_t item = in.Byte();
  in.Require(item <= static_cast<uint8_t>(DueItem::Deadline), "a place of no known kind");
  if (in.ok()) order.item = static_cast<DueItem>(item);
  order.sequence = in.U64();
  return order;
}

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
  return Add(labels_);
}

TapState::Series& TapState::Add(const std::vector<std::string>& labels) {
  const auto [place, is_new] = series_.try_emplace(labels);
  if (is_new) {
    for (const std::string& label : labels) bytes_ += sizeof label + label.size();
    bytes_ += sizeof(std::vector<std::string>) + sizeof(Series);
  }
  return place->second;
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

void TapState::Save(state::StateWriter& out) const {
  std::vector<const std::pair<const std::vector<std::string>, Series>*> sorted;
  for (const auto& entry : series_) sorted.push_back(&entry);
  std::sort(sorted.begin(), sorted.end(),
            [](const auto* a, const auto* b) { return a->first < b->first; });
  out.U64(sorted.size());
  for (const auto* entry : sorted) {
    for (const std::string& label : entry->first) out.Text(label);
    const Series& series = entry->second;
    out.U64(series.count);
    out.F64(series.value);
    out.Flag(series.is_set);
    SaveOrder(series.set_at, out);
  }
}

void TapState::Restore(state::StateReader& in) {
  const size_t least = op_.labels.size() * sizeof(uint32_t) + sizeof(uint64_t);
  // The bound, and `_other`.
  for (uint64_t left = in.Count(least, limits::kMaxLabelSets + 1); left > 0 && in.ok(); --left) {
    labels_.resize(op_.labels.size());
    for (std::string& label : labels_) label = in.Text();
    const uint64_t count = in.U64();
    const double value = in.F64();
    const bool is_set = in.Flag();
    const OutputOrder set_at = RestoreOrder(in);
    if (!in.ok()) return;
    Series& series = Add(labels_);
    series.count += count;
    if (!is_set || (series.is_set && series.set_at > set_at)) continue;
    series.value = value;
    series.is_set = true;
    series.set_at = set_at;
  }
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
