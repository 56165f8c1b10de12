#pragma once

// The services that a replayed program asks and tells: lookups of .enrich, webhooks of .alert. Offline it
// does neither.

#include <memory>

#include "compiler/ir/plan.h"
#include "connectors/enrich/alert_sender.h"
#include "connectors/enrich/live_provider.h"
#include "runtime/exec/engine.h"
#include "runtime/exec/json_sink.h"

namespace varpulis::cli {

class Services {
 public:
  // `plan` outlives it.
  Services(const ir::Plan& plan, bool offline);

  // Answers lookups as long as this lives; null if the program has none.
  enrich::Provider* provider() { return provider_.get(); }
  // From now on the sink's alerts are posted, or left alone.
  void Serve(exec::JsonSink& sink);
  // Says who will be asked and told.
  void Announce() const;
  // Waits, for a bounded time, until all alerts are posted, and says what came of them.
  void Finish();

 private:
  const ir::Plan& plan_;
  const bool offline_;
  std::unique_ptr<enrich::Provider> provider_;
  std::vector<std::string> problems_;
  std::unique_ptr<connectors::AlertSender> alerts_;
  bool has_suppressed_ = false;
};

// How many lookups of the stream failed, if any did.
void ReportLookups(const exec::StreamStatistics& stream);

}  // namespace varpulis::cli
