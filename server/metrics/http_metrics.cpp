#include "server/metrics/http_metrics.h"

#include <algorithm>

namespace varpulis::metrics {
namespace {

// Clients may send any word as a method.
std::string_view KnownMethod(std::string_view method) {
  for (const std::string_view known :
       {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
    if (method == known) return known;
  }
  return "_other";
}

}  // namespace

void HttpMetrics::Count(std::string_view method, std::string_view route, int status,
                        double seconds) {
  Key key(KnownMethod(method), route, status);
  const auto bound = std::lower_bound(kBounds.begin(), kBounds.end(), seconds);
  std::lock_guard lock(mutex_);
  Series& series = series_[std::move(key)];
  ++series.count;
  series.sum += seconds;
  ++series.buckets[static_cast<size_t>(bound - kBounds.begin())];
}

std::map<HttpMetrics::Key, HttpMetrics::Series> HttpMetrics::All() const {
  std::lock_guard lock(mutex_);
  return series_;
}

}  // namespace varpulis::metrics
