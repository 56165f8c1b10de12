#include <utility>

#include "server/api/answers.h"
#include "server/api/resources.h"

namespace varpulis::api {
namespace {

void Metrics(Context& context, const http::Request& request, const http::Reply& reply) {
  const auto pipeline = FindPipeline(context, request, reply);
  if (!pipeline) return;
  const host::PipelineReport report = pipeline->report();
  const host::LatencyHistogram latency = report.latency();
  Json streams = Json::array();
  for (const host::StreamReport& stream : report.streams) {
    streams.push_back({{"name", stream.name},
                       {"events_processed", stream.events_processed},
                       {"output_events", stream.output_events}});
  }
  Json sinks = Json::array();
  for (const connectors::SinkReport& sink : report.connectors.sinks) {
    sinks.push_back({{"name", sink.name},
                     {"circuit", connectors::kCircuitNames[static_cast<size_t>(sink.circuit)]},
                     {"failures_total", sink.failed},
                     {"successes_total", sink.delivered},
                     {"rejections_total", sink.rejected}});
  }
  uint64_t dead = 0;
  for (const auto& [name, count] : report.connectors.dead) dead += count;
  reply(Answer(200, {{"pipeline_id", pipeline->identity().id},
                     {"events_processed", report.events_processed},
                     {"output_events_emitted", report.output_events},
                     {"events_rejected", report.total_rejected()},
                     {"active_runs", report.active_runs()},
                     {"queue_size", report.queue_size},
                     {"latency_ms",
                      {{"p50", latency.Quantile(0.5) * 1000},
                       {"p95", latency.Quantile(0.95) * 1000},
                       {"p99", latency.Quantile(0.99) * 1000}}},
                     {"streams", std::move(streams)},
                     {"sinks", std::move(sinks)},
                     {"dlq_events", dead}}));
}

}  // namespace

void AddPipelineMetrics(http::Router& router, Context& context) {
  router.Add(MakeRoute(context, "GET", "/api/v1/pipelines/{id}/metrics", Metrics,
                       "What a pipeline has counted"));
}

}  // namespace varpulis::api
