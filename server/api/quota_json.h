#pragma once

// Quotas and usage of tenants as members of answers.

#include "server/api/answers.h"
#include "server/auth/tenant.h"

namespace varpulis::api {

inline Json QuotaJson(const auth::Quota& quota) {
  return {{"max_pipelines", quota.max_pipelines},
          {"max_events_per_second", quota.max_events_per_second},
          {"max_streams_per_pipeline", quota.max_streams_per_pipeline}};
}

inline Json UsageJson(const auth::Usage& usage) {
  return {{"events_processed", usage.events_processed},
          {"output_events_emitted", usage.output_events_emitted},
          {"active_pipelines", usage.pipelines}};
}

}  // namespace varpulis::api
