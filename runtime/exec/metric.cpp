#include "runtime/exec/metric.h"

#include <algorithm>
#include <tuple>

#include "runtime/kernel/display.h"

namespace varpulis::exec {
namespace {

auto Identity(const Metric& metric) {
  return std::tie(metric.name, metric.is_gauge, metric.labels);
}

void AppendLabelValue(std::string& out, std::string_view value) {
  for (char c : value) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
}

}  // namespace

std::string Metric::Text() const {
  std::string text = name;
  for (size_t i = 0; i < labels.size(); ++i) {
    text += (i == 0 ? "{" : ",") + labels[i].first + "=\"";
    AppendLabelValue(text, labels[i].second);
    text += '"';
  }
  text += labels.empty() ? " " : "} ";
  if (is_gauge) {
    kernel::AppendFloat(text, value);
  } else {
    text += std::to_string(count);
  }
  return text;
}

std::vector<Metric> MergeMetrics(std::vector<Metric> metrics) {
  std::stable_sort(metrics.begin(), metrics.end(),
                   [](const Metric& a, const Metric& b) { return Identity(a) < Identity(b); });
  std::vector<Metric> merged;
  for (Metric& metric : metrics) {
    if (merged.empty() || Identity(merged.back()) != Identity(metric)) {
      merged.push_back(std::move(metric));
      continue;
    }
    Metric& known = merged.back();
    known.count += metric.count;
    if (metric.set_at < known.set_at) continue;
    known.value = metric.value;
    known.set_at = metric.set_at;
  }
  return merged;
}

}  // namespace varpulis::exec
