#include "cli/services.h"

#include <algorithm>
#include <utility>

#include "cli/output.h"

namespace varpulis::cli {

Services::Services(const ir::Plan& plan, bool offline) : plan_(plan), offline_(offline) {
  if (plan.lookups.empty()) return;
  if (offline) {
    provider_ = std::make_unique<enrich::Refusal>("offline");
    return;
  }
  auto live = std::make_unique<connectors::LiveProvider>(plan);
  problems_ = live->problems();
  provider_ = std::move(live);
}

void Services::Serve(exec::JsonSink& sink) {
  if (!offline_) {
    alerts_ =
        std::make_unique<connectors::AlertSender>([](std::string_view line) { Say("{}\n", line); });
  }
  sink.set_alert([this](uint32_t alert, std::string_view body) {
    if (alerts_ != nullptr) return alerts_->Send(plan_.alerts[alert].webhook, body);
    if (!std::exchange(has_suppressed_, true)) Say("offline: alerts are not posted\n");
  });
}

void Services::Announce() const {
  for (const std::string& problem : problems_) Say("{}\n", problem);
  if (offline_) return;
  for (const ir::Lookup& lookup : plan_.lookups) {
    Say("{}: .enrich({}) asks {}\n", lookup.binding.stream, lookup.binding.connector,
        lookup.binding.kind);
  }
  for (const ir::Alert& alert : plan_.alerts) {
    if (!alert.webhook.empty())
      Say("{}: .alert posts to {}\n", alert.stream, connectors::ShownWebhook(alert.webhook));
  }
}

void Services::Finish() {
  if (alerts_ == nullptr) return;
  alerts_->Finish();
  const connectors::AlertCounters counters = alerts_->counters();
  if (counters.sent + counters.failed + counters.dropped == 0) return;
  Say("{} alerts sent, {} failed, {} dropped\n", counters.sent, counters.failed, counters.dropped);
}

void ReportLookups(const exec::StreamStatistics& stream) {
  const enrich::LookupCounters& lookups = stream.lookups;
  if (lookups.errors + lookups.timeouts == 0) return;
  Say("{:>9} lookups of {} failed: {} errors, {} timeouts; {} events dropped\n",
      lookups.errors + lookups.timeouts, stream.name, lookups.errors, lookups.timeouts,
      lookups.dropped);
}

}  // namespace varpulis::cli
