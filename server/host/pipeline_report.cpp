#include "server/host/pipeline_report.h"

#include <algorithm>
#include <iterator>
#include <numeric>

#include "base/limits.h"

namespace varpulis::host {
namespace {

const std::string kOther = "_other";

// The key, or `_other` where a map of at most `most` entries has no room for a further one.
template <typename Map, typename Key>
Key Bounded(const Map& map, const Key& key, const Key& other, size_t most) {
  return map.size() < most || map.contains(key) ? key : other;
}

// A counter that was set back has begun anew.
uint64_t Less(uint64_t now, uint64_t earlier) { return now >= earlier ? now - earlier : now; }

// The entry of that name; mostly it stands at `place` as well.
template <typename Counts>
auto Find(Counts& counts, size_t place, const auto& name, auto member) {
  if (place < counts.size() && counts[place].*member == name)
    return counts.begin() + static_cast<ptrdiff_t>(place);
  return std::find_if(counts.begin(), counts.end(),
                      [&](const auto& entry) { return entry.*member == name; });
}

constexpr auto kType = &std::pair<std::string, uint64_t>::first;

}  // namespace

void LatencyHistogram::Observe(double seconds, uint64_t times) {
  const auto bound = std::lower_bound(kBounds.begin(), kBounds.end(), seconds);
  counts[static_cast<size_t>(bound - kBounds.begin())] += times;
  sum += seconds * static_cast<double>(times);
}

void LatencyHistogram::Add(const LatencyHistogram& other) {
  for (size_t i = 0; i < counts.size(); ++i) counts[i] += other.counts[i];
  sum += other.sum;
}

void LatencyHistogram::Subtract(const LatencyHistogram& other) {
  for (size_t i = 0; i < counts.size(); ++i) counts[i] = Less(counts[i], other.counts[i]);
  sum = std::max(sum - other.sum, 0.0);
}

uint64_t LatencyHistogram::count() const {
  return std::accumulate(counts.begin(), counts.end(), uint64_t{0});
}

double LatencyHistogram::Quantile(double q) const {
  const double wanted = q * static_cast<double>(count());
  uint64_t seen = 0;
  for (size_t i = 0; i < counts.size(); ++i) {
    seen += counts[i];
    if (seen > 0 && static_cast<double>(seen) >= wanted)
      return kBounds[std::min(i, kBounds.size() - 1)];
  }
  return 0;
}

uint64_t PipelineReport::total_rejected() const {
  return std::accumulate(rejected.begin(), rejected.end(), uint64_t{0});
}

uint64_t PipelineReport::active_runs() const {
  uint64_t runs = 0;
  for (const StreamReport& stream : streams) runs += stream.active_runs;
  return runs;
}

LatencyHistogram PipelineReport::latency() const {
  LatencyHistogram all;
  for (const StreamReport& stream : streams) all.Add(stream.latency);
  return all;
}

PipelineReport PipelineReport::Since(const PipelineReport& earlier) const {
  PipelineReport since = *this;
  for (size_t i = 0; i < since.events_by_type.size(); ++i) {
    auto& [type, count] = since.events_by_type[i];
    const auto at = Find(earlier.events_by_type, i, type, kType);
    if (at != earlier.events_by_type.end()) count = Less(count, at->second);
  }
  for (size_t i = 0; i < since.streams.size(); ++i) {
    StreamReport& stream = since.streams[i];
    const auto at = Find(earlier.streams, i, stream.name, &StreamReport::name);
    if (at == earlier.streams.end()) continue;
    stream.events_processed = Less(stream.events_processed, at->events_processed);
    stream.output_events = Less(stream.output_events, at->output_events);
    stream.pattern_events = Less(stream.pattern_events, at->pattern_events);
    stream.matches = Less(stream.matches, at->matches);
    stream.latency.Subtract(at->latency);
  }
  for (auto& [series, count] : since.outputs) {
    if (const auto at = earlier.outputs.find(series); at != earlier.outputs.end())
      count = Less(count, at->second);
  }
  return since;
}

void PipelineReport::AddCounters(const PipelineReport& other) {
  for (size_t i = 0; i < other.events_by_type.size(); ++i) {
    const auto& [type, count] = other.events_by_type[i];
    const auto at = Find(events_by_type, i, type, kType);
    if (at != events_by_type.end()) {
      at->second += count;
    } else {
      events_by_type.emplace_back(type, count);
    }
  }
  for (size_t i = 0; i < other.streams.size(); ++i) {
    const StreamReport& from = other.streams[i];
    auto at = Find(streams, i, from.name, &StreamReport::name);
    if (at == streams.end()) {
      streams.push_back({.name = from.name, .is_gone = true});
      at = std::prev(streams.end());
    }
    at->events_processed += from.events_processed;
    at->output_events += from.output_events;
    at->pattern_events += from.pattern_events;
    at->matches += from.matches;
    at->is_pattern |= from.is_pattern;
    at->latency.Add(from.latency);
  }
  for (const auto& [series, count] : other.outputs) outputs[series] += count;
}

void MetricTotals::Add(const PipelineReport& report) {
  AddCounters(report, SIZE_MAX);
  backlog += report.queue_size;
  for (const StreamReport& from : report.streams) {
    if (from.is_gone) continue;
    ++active_streams;
    Stream& stream = streams[from.name];
    stream.queue_size += report.queue_size;
    stream.active_runs += from.active_runs;
    stream.active = true;
  }
  for (const connectors::SinkReport& from : report.connectors.sinks) {
    Sink& sink = sinks[from.name];
    sink.active = true;
    sink.circuit = std::max(sink.circuit, from.circuit);
  }
  for (const connectors::ConnectorReport& from : report.connectors.connectors) {
    const auto [at, is_new] = connectors.try_emplace({from.name, from.kind}, true);
    at->second &= from.connected;
  }
}

void MetricTotals::AddRetired(const PipelineReport& report) {
  AddCounters(report, limits::kMaxRetiredSeries);
}

void MetricTotals::AddCounters(const PipelineReport& report, size_t most) {
  for (const auto& [type, count] : report.events_by_type) {
    events_by_type[Bounded(events_by_type, type, kOther, most)] += count;
  }
  for (const StreamReport& from : report.streams) {
    Stream& stream = streams[Bounded(streams, from.name, kOther, most)];
    stream.events_processed += from.events_processed;
    stream.is_pattern |= from.is_pattern;
    stream.latency.Add(from.latency);
    pattern_events += from.pattern_events;
    matches += from.matches;
  }
  for (const auto& [series, count] : report.outputs) {
    outputs[Bounded(outputs, series, {kOther, kOther}, most)] += count;
  }
  for (const connectors::SinkReport& from : report.connectors.sinks) {
    Sink& sink = sinks[Bounded(sinks, from.name, kOther, most)];
    sink.delivered += from.delivered;
    sink.failed += from.failed;
    sink.rejected += from.rejected;
    for (size_t i = 0; i < std::size(sink.transitions); ++i)
      sink.transitions[i] += from.transitions[i];
  }
  for (const auto& [name, count] : report.connectors.dead)
    dead_letters[Bounded(dead_letters, name, kOther, most)] += count;
  for (size_t i = 0; i < rejected.size(); ++i) rejected[i] += report.rejected[i];
  peak_runs = std::max(peak_runs, report.peak_runs);
}

}  // namespace varpulis::host
