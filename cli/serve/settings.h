#pragma once

// What `varpulis server` was told: command line, then environment, then configuration file, then default
// (operations.md 2.1, 2.3).

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/log.h"
#include "base/status.h"
#include "base/time.h"
#include "cli/config/config_file.h"
#include "connectors/contract/appending_file.h"
#include "connectors/delivery/circuit_breaker.h"

namespace varpulis::cli {

struct ServerSettings {
  uint16_t port = 9000;
  std::string bind = "127.0.0.1";
  bool metrics = false;
  uint16_t metrics_port = 9090;
  std::string api_key;  // empty: open mode
  uint64_t rate_limit = 0;
  std::string workdir;  // empty: the current folder
  std::string tls_cert;
  std::string tls_key;
  std::vector<std::string> cors_origins;
  uint64_t max_queue_depth = limits::kMaxQueuedEvents;
  int jit_opt = 2;
  DurationNs idle_grace = 60 * kNsPerSecond;  // decision E12
  unsigned workers = 0;                       // 0: as many as there are cores
  std::string query_file;
  std::string state_dir;  // empty: nothing is kept
  double checkpoint_interval_s = 30;
  size_t kept_checkpoints = limits::kKeptCheckpoints;
  uint64_t max_journal_mb = 4096;
  connectors::BreakerSettings breaker;
  connectors::AppendingFileOptions dlq;  // empty path: `varpulis-dlq.jsonl` in the work directory
};

// How to log, from the file and RUST_LOG (or VARPULIS_LOG). What is wrong with a filter is told on standard
// error, what is wrong with the file is InvalidArgument.
Result<log::Options> LogOptions(const config::ConfigFile& file, const std::string& format);

// What the file asks for that this build cannot do; empty: nothing. Asking for it silently would be worse
// than not starting.
std::string NotBuiltYet(const config::ConfigFile& file);
// Blocks of the file that have no effect in this build.
std::vector<std::string> WithoutEffect(const config::ConfigFile& file);

}  // namespace varpulis::cli
