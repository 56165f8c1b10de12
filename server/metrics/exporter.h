#pragma once

// Everything that Prometheus may know of this process, as text (operations.md 7.1, 7.2). The front door of
// this folder.

#include <string>

#include "server/host/pipeline_host.h"
#include "server/metrics/http_metrics.h"

namespace varpulis::metrics {

inline constexpr const char* kContentType = "text/plain; version=0.0.4; charset=utf-8";

// Format 0.0.4. Reads what pipelines have published: no pipeline waits for it.
std::string Export(const host::PipelineHost& host, const HttpMetrics& http,
                   const std::string& version);

}  // namespace varpulis::metrics
