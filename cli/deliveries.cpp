#include "cli/deliveries.h"

#include <unistd.h>

#include "base/limits.h"
#include "cli/commands.h"
#include "cli/output.h"

namespace varpulis::cli {
namespace {

// Events that wait in front of a queue, so that a lock is not taken for each.
constexpr size_t kMostStaged = 256;
constexpr DurationNs kDrainTime = 10 * kNsPerSecond;

}  // namespace

int Deliveries::Begin() {
  host::ConnectorSettings settings;
  settings.sources = false;
  settings.console = STDERR_FILENO;
  auto made =
      host::PipelineConnectors::Make(plan_, {"simulate", "simulate", "simulate", true}, settings);
  if (!made.ok()) {
    Say("{}\n", made.status().message());
    return kProgramError;
  }
  connectors_ = std::move(*made);
  return kSuccess;
}

void Deliveries::Announce() const {
  for (const ir::Egress& egress : plan_.egresses) {
    const ir::Binding& binding = egress.binding;
    Say("{}: .to({}) delivers to {}\n", binding.stream, binding.connector, binding.kind);
  }
}

void Deliveries::Deliver(uint32_t egress, std::string_view topic, std::string_view event) {
  connectors_->Deliver(egress, topic, event);
  if (++staged_ < kMostStaged) return;
  staged_ = 0;
  connectors_->Publish();
  connectors_->WaitForRoom();
}

void Deliveries::Finish() {
  if (connectors_ == nullptr) return;
  connectors_->Publish();
  connectors_->Finish(kDrainTime);
  const host::ConnectorsReport report = connectors_->report();
  for (const connectors::SinkReport& sink : report.sinks) {
    const uint64_t lost = sink.failed + sink.rejected;
    if (lost == 0) {
      Say("{} events were delivered to {}\n", sink.delivered, sink.name);
      continue;
    }
    std::string why;
    for (const connectors::ConnectorReport& connector : report.connectors) {
      if (sink.name == connector.name || sink.name.starts_with(connector.name + "::"))
        why = connector.last_error;
    }
    Say("{} events were delivered to {}, {} were not{}{}\n", sink.delivered, sink.name, lost,
        why.empty() ? "" : ": ", why);
  }
}

}  // namespace varpulis::cli
