#include "server/host/pipeline_connectors.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "connectors/contract/flat_event.h"
#include "connectors/contract/parameters.h"
#include "connectors/registry/registry.h"
#include "server/host/payload_intake.h"
#include "server/host/pipeline.h"

namespace varpulis::host {
namespace {

namespace fs = std::filesystem;

using connectors::ConnectorReport;
using connectors::Link;
using connectors::SinkBinding;

const log::Target kLog("varpulis_runtime::connector");

// Takes the place of a driver that is not there, so that nothing is lost without a trace.
class NoSink final : public connectors::Sink {
 public:
  explicit NoSink(std::string reason) : reason_(std::move(reason)) {}
  connectors::Delivery Deliver(std::span<const connectors::OutgoingEvent>,
                               const connectors::Deadline&) override {
    return {0, reason_};
  }

 private:
  const std::string reason_;
};

// Those with equal parameters share a link; links of one connector are numbered.
template <typename T>
T& LinkOf(std::vector<T>& groups, const ir::Binding& binding) {
  unsigned number = 0;
  for (T& group : groups) {
    if (group.link.connector != binding.connector) continue;
    if (ir::Print(group.link.parameters) == ir::Print(binding.parameters)) return group;
    ++number;
  }
  T group;
  group.link.connector = binding.connector;
  group.link.kind = binding.kind;
  group.link.parameters = binding.parameters;
  group.link.number = number;
  groups.push_back(std::move(group));
  return groups.back();
}

void Place(Link& link, const ConnectorOwner& owner, const ConnectorSettings& settings) {
  link.pipeline = owner.pipeline_name;
  link.pipeline_id = owner.pipeline_id;
  link.folder = owner.is_default_tenant ? settings.folder : settings.folder / owner.tenant_id;
  link.console = settings.console;
  link.confined = !owner.is_default_tenant;
}

bool IsMissingDriver(const Status& status) { return status.code() == StatusCode::Unavailable; }

struct SinkGroup {
  Link link;
  std::vector<SinkBinding> bindings;
};
struct SourceGroup {
  Link link;
  std::vector<io::PayloadRules> rules;
};

// The name in dead letters: with the topic if the program says it.
std::string NameOf(const ir::Egress& egress) {
  const ir::Binding& binding = egress.binding;
  const bool is_named = !binding.topic.empty() && binding.topic != binding.connector + "-output";
  return is_named ? binding.connector + "::" + binding.topic : binding.connector;
}

int64_t TimeUnitOf(const ir::Binding& binding) {
  const std::string unit = connectors::TextOf(binding.parameters, "time_unit");
  if (unit == "s") return kNsPerSecond;
  if (unit == "us") return kNsPerUs;
  return unit == "ns" ? 1 : kNsPerMs;
}

bool HasIngress(const ir::Plan& plan) {
  return std::any_of(plan.streams.begin(), plan.streams.end(),
                     [](const ir::StreamPlan& stream) { return stream.ingress.has_value(); });
}

}  // namespace

// --- making --------------------------------------------------------------------------------------

bool UsesConnectors(const ir::Plan& plan) { return !plan.egresses.empty() || HasIngress(plan); }

Result<std::shared_ptr<PipelineConnectors>> PipelineConnectors::Make(
    const ir::Plan& plan, const ConnectorOwner& owner, const ConnectorSettings& settings) {
  const bool has_ingress = settings.sources && HasIngress(plan);
  if (plan.egresses.empty() && !has_ingress) return std::shared_ptr<PipelineConnectors>();
  std::shared_ptr<PipelineConnectors> made(new PipelineConnectors(owner, settings));
  if (Status status = made->MakeSinks(plan); !status.ok()) return status;
  if (has_ingress) {
    if (Status status = made->MakeSources(plan); !status.ok()) return status;
  }
  return made;
}

PipelineConnectors::PipelineConnectors(const ConnectorOwner& owner,
                                       const ConnectorSettings& settings)
    : owner_(owner), settings_(settings) {}

PipelineConnectors::~PipelineConnectors() = default;

connectors::BreakerSettings PipelineConnectors::BreakerOf(const ir::Binding& binding) const {
  connectors::BreakerSettings breaker = settings_.breaker;
  breaker.failure_threshold = static_cast<uint32_t>(
      connectors::IntOf(binding.parameters, "failure_threshold", breaker.failure_threshold));
  breaker.reset_timeout =
      connectors::DurationOf(binding.parameters, "reset_timeout", breaker.reset_timeout);
  return breaker;
}

connectors::WorkerIdentity PipelineConnectors::IdentityOf(const Link& link) const {
  return {link.connector, link.kind, owner_.pipeline_id, owner_.tenant_id};
}

void PipelineConnectors::TellMissingDriver(const Link& link, const Status& status) const {
  VPL_LOG(kLog, Warn, "Connector without driver", {"connector", link.connector},
          {"connector_type", link.kind}, {"pipeline_id", owner_.pipeline_id},
          {"error", status.message()});
}

Status PipelineConnectors::MakeSinks(const ir::Plan& plan) {
  std::vector<SinkGroup> groups;
  for (const ir::Egress& egress : plan.egresses) {
    SinkGroup& group = LinkOf(groups, egress.binding);
    const auto link = static_cast<uint32_t>(&group - groups.data());
    egresses_.push_back({link, static_cast<uint32_t>(group.bindings.size()), {}});
    group.link.topics.push_back(egress.binding.topic);
    group.bindings.push_back({NameOf(egress), egress.binding.stream, BreakerOf(egress.binding)});
  }
  for (SinkGroup& group : groups) {
    Place(group.link, owner_, settings_);
    auto sink = connectors::MakeSink(group.link);
    if (!sink.ok() && IsMissingDriver(sink.status())) {
      TellMissingDriver(group.link, sink.status());
      sink = std::unique_ptr<connectors::Sink>(std::make_unique<NoSink>(sink.status().message()));
    }
    if (!sink.ok()) return sink.status();
    sinks_.push_back(std::make_unique<connectors::SinkWorker>(
        std::move(*sink), IdentityOf(group.link), std::move(group.bindings), settings_.dead_letters,
        settings_.queue));
  }
  return {};
}

Status PipelineConnectors::MakeSources(const ir::Plan& plan) {
  std::vector<SourceGroup> groups;
  for (const ir::StreamPlan& stream : plan.streams) {
    if (!stream.ingress) continue;
    const ir::Binding& binding = stream.ingress->binding;
    SourceGroup& group = LinkOf(groups, binding);
    group.link.topics.push_back(binding.topic);
    group.rules.push_back({stream.ingress->event_type, TimeUnitOf(binding)});
  }
  std::vector<std::string> types;
  for (const ir::Table& table : plan.tables) types.push_back(table.event_type);
  for (SourceGroup& group : groups) {
    Place(group.link, owner_, settings_);
    auto source = connectors::MakeSource(group.link);
    if (!source.ok() && IsMissingDriver(source.status())) {
      TellMissingDriver(group.link, source.status());
      connectors::ConnectorReport report;
      report.name = group.link.connector;
      report.kind = group.link.kind;
      report.last_error = source.status().message();
      missing_.push_back(std::move(report));
      continue;
    }
    if (!source.ok()) return source.status();
    const connectors::WorkerIdentity identity = IdentityOf(group.link);
    sources_.push_back({std::make_unique<PayloadIntake>(identity, std::move(group.rules), types,
                                                        settings_.dead_letters),
                        std::make_unique<connectors::SourceWorker>(std::move(*source), identity,
                                                                   settings_.backoff)});
  }
  return {};
}

// --- the pipeline's side -------------------------------------------------------------------------

void PipelineConnectors::Deliver(uint32_t egress, std::string_view topic, std::string_view event) {
  Egress& at = egresses_[egress];
  if (at.staged.empty()) staged_in_.push_back(egress);
  at.staged.push_back({next_number_++, std::string(topic),
                       connectors::SplitFlatEvent(event).event_type, std::string(event)});
}

void PipelineConnectors::Publish() {
  for (const uint32_t egress : staged_in_) {
    Egress& at = egresses_[egress];
    sinks_[at.link]->Push(at.binding, std::exchange(at.staged, {}));
  }
  staged_in_.clear();
}

bool PipelineConnectors::HasRoom() const {
  return is_ending_ || std::all_of(sinks_.begin(), sinks_.end(),
                                   [](const auto& sink) { return sink->HasRoom(); });
}

void PipelineConnectors::WaitForRoom() {
  for (const auto& sink : sinks_) sink->WaitForRoom();
}

// --- life ----------------------------------------------------------------------------------------

void PipelineConnectors::Start(const std::shared_ptr<Pipeline>& pipeline) {
  pipeline_ = pipeline;
  for (const auto& sink : sinks_) {
    sink->set_on_room([weak = std::weak_ptr(pipeline)] {
      if (const auto woken = weak.lock()) woken->WakeUp();
    });
  }
  for (SourceLink& source : sources_) {
    source.intake->set_pipeline(pipeline);
    source.worker->Start(*source.intake);
  }
}

void PipelineConnectors::StopSources() {
  is_ending_ = true;
  if (const auto pipeline = pipeline_.lock()) pipeline->WakeUp();
  for (SourceLink& source : sources_) source.worker->Stop();
}

void PipelineConnectors::Finish(DurationNs patience) {
  StopSources();
  const auto end = connectors::Deadline::Clock::now() + std::chrono::nanoseconds(patience);
  for (const auto& sink : sinks_) {
    const auto left = end - connectors::Deadline::Clock::now();
    sink->Finish(std::max<DurationNs>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(left).count(), 0));
  }
}

bool PipelineConnectors::Redeliver(const connectors::DeadLetter& letter,
                                   std::function<void(std::string)> done) {
  if (letter.event.empty()) return false;
  for (const auto& sink : sinks_) {
    const std::vector<SinkBinding>& bindings = sink->bindings();
    for (uint32_t i = 0; i < bindings.size(); ++i) {
      if (bindings[i].name != letter.connector) continue;
      if (!letter.stream.empty() && bindings[i].stream != letter.stream) continue;
      sink->Redeliver(i, {0, letter.topic, letter.event_type, letter.event}, std::move(done));
      return true;
    }
  }
  return false;
}

ConnectorsReport PipelineConnectors::report() const {
  ConnectorsReport report;
  report.connectors = missing_;
  for (const auto& sink : sinks_) {
    for (connectors::SinkReport& each : sink->reports()) {
      if (each.dead > 0) report.dead[each.name] += each.dead;
      report.sinks.push_back(std::move(each));
    }
    report.connectors.push_back(sink->connector());
  }
  for (const SourceLink& source : sources_) {
    report.connectors.push_back(source.worker->connector());
    const uint64_t dead = source.intake->dead();
    if (dead > 0) report.dead[report.connectors.back().name] += dead;
  }
  return report;
}

}  // namespace varpulis::host
