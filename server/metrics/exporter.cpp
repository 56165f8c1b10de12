#include "server/metrics/exporter.h"

#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include "server/metrics/process_metrics.h"

namespace varpulis::metrics {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<ClientMetric::Label>;

// Families in the order in which they are added; one without a series is left out.
class Families {
 public:
  void Begin(std::string name, std::string help, MetricType type) {
    families_.push_back({std::move(name), std::move(help), type, {}});
  }
  void Add(Labels labels, double value) {
    ClientMetric metric;
    metric.label = std::move(labels);
    if (families_.back().type == MetricType::Counter) metric.counter.value = value;
    if (families_.back().type == MetricType::Gauge) metric.gauge.value = value;
    families_.back().metric.push_back(std::move(metric));
  }
  void Add(Labels labels, uint64_t value) { Add(std::move(labels), static_cast<double>(value)); }
  template <typename Bounds, typename Counts>
  void AddHistogram(Labels labels, const Bounds& bounds, const Counts& counts, double sum) {
    ClientMetric metric;
    metric.label = std::move(labels);
    ClientMetric::Histogram& histogram = metric.histogram;
    histogram.sample_sum = sum;
    for (size_t i = 0; i < bounds.size(); ++i) {
      histogram.sample_count += counts[i];
      histogram.bucket.push_back({histogram.sample_count, bounds[i]});
    }
    histogram.sample_count += counts[bounds.size()];
    families_.back().metric.push_back(std::move(metric));
  }
  std::string Text() const {
    std::vector<MetricFamily> shown;
    for (const MetricFamily& family : families_) {
      if (!family.metric.empty()) shown.push_back(family);
    }
    return prometheus::TextSerializer().Serialize(shown);
  }

 private:
  std::vector<MetricFamily> families_;
};

void AddEvents(Families& out, const host::MetricTotals& totals) {
  out.Begin("varpulis_events_total", "Events that came into an engine.", MetricType::Counter);
  for (const auto& [type, count] : totals.events_by_type) out.Add({{"event_type", type}}, count);
  out.Begin("varpulis_events_processed", "Events of the types that a stream reads.",
            MetricType::Counter);
  for (const auto& [name, stream] : totals.streams)
    out.Add({{"stream", name}}, stream.events_processed);
  out.Begin("varpulis_output_events_total", "Events that streams have put out.",
            MetricType::Counter);
  for (const auto& [series, count] : totals.outputs)
    out.Add({{"stream", series.first}, {"event_type", series.second}}, count);
  out.Begin("varpulis_events_rejected_total", "Events that were refused.", MetricType::Counter);
  for (size_t i = 0; i < totals.rejected.size(); ++i)
    out.Add({{"reason", host::kRejectReasons[i]}}, totals.rejected[i]);
}

void AddStreams(Families& out, const host::MetricTotals& totals) {
  out.Begin("varpulis_processing_latency_seconds",
            "From the admission of an event to the end of the step that processed it.",
            MetricType::Histogram);
  for (const auto& [name, stream] : totals.streams) {
    out.AddHistogram({{"stream", name}}, host::LatencyHistogram::kBounds, stream.latency.counts,
                     stream.latency.sum);
  }
  out.Begin("varpulis_stream_queue_size", "Events that wait for the pipelines of a stream.",
            MetricType::Gauge);
  for (const auto& [name, stream] : totals.streams) {
    if (stream.active) out.Add({{"stream", name}}, stream.queue_size);
  }
  out.Begin("varpulis_active_streams", "Streams of all deployed pipelines.", MetricType::Gauge);
  out.Add({}, totals.active_streams);
  out.Begin("varpulis_backlog_events", "Events that were accepted and are not processed yet.",
            MetricType::Gauge);
  out.Add({}, totals.backlog);
}

void AddPatterns(Families& out, const host::MetricTotals& totals) {
  out.Begin("varpulis_sase_events_total", "Events that concerned a pattern.", MetricType::Counter);
  out.Add({}, totals.pattern_events);
  out.Begin("varpulis_sase_matches_total", "Runs of patterns that have completed.",
            MetricType::Counter);
  out.Add({}, totals.matches);
  out.Begin("varpulis_sase_active_runs", "Open runs of a pattern.", MetricType::Gauge);
  for (const auto& [name, stream] : totals.streams) {
    if (stream.active && stream.is_pattern) out.Add({{"stream", name}}, stream.active_runs);
  }
  out.Begin("varpulis_sase_peak_active_runs", "Most open runs of one pipeline so far.",
            MetricType::Gauge);
  out.Add({}, totals.peak_runs);
}

void AddDurability(Families& out, const host::PipelineHost& host) {
  const auto histogram = [&out](Labels labels, const host::LatencyHistogram& seconds) {
    out.AddHistogram(std::move(labels), host::LatencyHistogram::kBounds, seconds.counts,
                     seconds.sum);
  };
  out.Begin("varpulis_reload_pause_seconds", "How long a pipeline stood still for a reload.",
            MetricType::Histogram);
  histogram({}, host.reload_pauses());
  const std::map<std::string, host::CheckpointFigures> figures = host.checkpoint_figures();
  out.Begin("varpulis_checkpoint_duration_seconds", "Writing a checkpoint.", MetricType::Histogram);
  for (const auto& [id, pipeline] : figures) histogram({{"pipeline", id}}, pipeline.written);
  out.Begin("varpulis_restore_duration_seconds", "Restoring a checkpoint.", MetricType::Histogram);
  for (const auto& [id, pipeline] : figures) histogram({{"pipeline", id}}, pipeline.restored);
  out.Begin("varpulis_checkpoint_bytes", "The newest checkpoint of a pipeline.", MetricType::Gauge);
  for (const auto& [id, pipeline] : figures) {
    if (pipeline.last_number > 0) out.Add({{"pipeline", id}}, pipeline.bytes);
  }
  out.Begin("varpulis_journal_bytes", "Journal that is kept for recovery.", MetricType::Gauge);
  out.Add({}, host.journal_bytes());
}

void AddConnectors(Families& out, const host::MetricTotals& totals) {
  out.Begin("varpulis_sink_events_total", "Events that were to be delivered.", MetricType::Counter);
  for (const auto& [name, sink] : totals.sinks) {
    out.Add({{"connector", name}, {"result", "ok"}}, sink.delivered);
    out.Add({{"connector", name}, {"result", "failed"}}, sink.failed);
    out.Add({{"connector", name}, {"result", "rejected"}}, sink.rejected);
  }
  // As numbers: closed, half-open, open.
  out.Begin("varpulis_circuit_breaker_state", "0 closed, 1 half-open, 2 open.", MetricType::Gauge);
  for (const auto& [name, sink] : totals.sinks) {
    if (sink.active) out.Add({{"connector", name}}, static_cast<double>(sink.circuit));
  }
  out.Begin("varpulis_circuit_breaker_transitions_total", "How often a circuit became so.",
            MetricType::Counter);
  for (const auto& [name, sink] : totals.sinks) {
    for (size_t i = 0; i < std::size(sink.transitions); ++i)
      out.Add({{"connector", name}, {"to", connectors::kCircuitNames[i]}}, sink.transitions[i]);
  }
  out.Begin("varpulis_dlq_events_total", "Events that became dead letters.", MetricType::Counter);
  for (const auto& [name, count] : totals.dead_letters) out.Add({{"connector", name}}, count);
  out.Begin("varpulis_connector_healthy", "1 if the service is reached.", MetricType::Gauge);
  for (const auto& [key, healthy] : totals.connectors)
    out.Add({{"connector", key.first}, {"connector_type", key.second}}, healthy ? 1.0 : 0.0);
}

void AddHttp(Families& out, const HttpMetrics& http) {
  const auto all = http.All();
  const auto labels = [](const HttpMetrics::Key& key) {
    const auto& [method, route, status] = key;
    return Labels{{"method", method}, {"route", route}, {"status", fmt::format("{}", status)}};
  };
  out.Begin("varpulis_http_requests_total", "Requests that were answered.", MetricType::Counter);
  for (const auto& [key, series] : all) out.Add(labels(key), series.count);
  out.Begin("varpulis_http_request_duration_seconds", "From the head of a request to its answer.",
            MetricType::Histogram);
  for (const auto& [key, series] : all)
    out.AddHistogram(labels(key), HttpMetrics::kBounds, series.buckets, series.sum);
}

void AddProcess(Families& out, const std::string& version) {
  const ProcessMetrics process = ReadProcessMetrics();
  out.Begin("process_resident_memory_bytes", "Resident memory.", MetricType::Gauge);
  out.Add({}, process.resident_bytes);
  out.Begin("process_cpu_seconds_total", "User and system time.", MetricType::Counter);
  out.Add({}, process.cpu_seconds);
  out.Begin("process_open_fds", "Open file descriptors.", MetricType::Gauge);
  out.Add({}, process.open_descriptors);
  out.Begin("process_start_time_seconds", "When the process started, since 1970.",
            MetricType::Gauge);
  out.Add({}, process.start_seconds);
  out.Begin("varpulis_build_info", "1, with what this build is as labels.", MetricType::Gauge);
  out.Add({{"version", version}, {"llvm", VPL_LLVM_VERSION}}, 1.0);
}

}  // namespace

std::string Export(const host::PipelineHost& host, const HttpMetrics& http,
                   const std::string& version) {
  const host::MetricTotals totals = host.metrics();
  Families out;
  AddEvents(out, totals);
  AddStreams(out, totals);
  AddPatterns(out, totals);
  AddConnectors(out, totals);
  out.Begin("varpulis_dlq_write_errors_total", "Dead letters that could not be written.",
            MetricType::Counter);
  out.Add({}, host.dead_letter_write_errors());
  out.Begin("varpulis_jit_compile_seconds", "Compiling a pipeline to native code.",
            MetricType::Histogram);
  const host::LatencyHistogram compile = host.compile_seconds();
  out.AddHistogram({{"stage", "native"}}, host::LatencyHistogram::kBounds, compile.counts,
                   compile.sum);
  AddDurability(out, host);
  AddHttp(out, http);
  AddProcess(out, version);
  return out.Text();
}

}  // namespace varpulis::metrics
