#include "cli/config/config_file.h"

namespace varpulis::config {

const std::vector<Key>& Keys() {
  using enum KeyType;
  static const std::vector<Key> kKeys = {
      {"query_file", Text},
      {"server.port", Int},
      {"server.bind", Text},
      {"server.metrics_enabled", Bool},
      {"server.metrics_port", Int},
      {"server.workdir", Text},
      {"server.state_dir", Text},
      {"server.rate_limit", Int},
      {"server.cors_origins", Texts},
      {"server.max_queue_depth", Int},
      {"simulation.immediate", Bool},
      {"simulation.preload", Bool},
      {"simulation.verbose", Bool},
      {"simulation.events_file", Text},
      {"simulation.streaming", Bool},
      {"simulation.timed", Bool},
      {"kafka.bootstrap_servers", Text},
      {"kafka.consumer_group", Text},
      {"kafka.input_topic", Text},
      {"kafka.output_topic", Text},
      {"kafka.auto_commit", Bool},
      {"kafka.auto_offset_reset", Text},
      {"nats.servers", Text},
      {"nats.queue_group", Text},
      {"http_webhook.enabled", Bool},
      {"http_webhook.port", Int},
      {"http_webhook.bind", Text},
      {"http_webhook.api_key", Text},
      {"http_webhook.rate_limit", Int},
      {"http_webhook.max_batch_size", Int},
      {"logging.level", Text},
      {"logging.format", Text},
      {"logging.timestamps", Bool},
      {"logging.file", Text},
      {"logging.rotate_mb", Int},
      {"logging.keep", Int},
      {"processing.workers", Int},
      {"processing.partition_by", Text},
      {"processing.idle_grace", Int},
      {"tls.cert_file", Text},
      {"tls.key_file", Text},
      {"tls.ca_file", Text},
      {"auth.api_key", Text},
      {"cluster.coordinator", Text},
      {"cluster.worker_id", Text},
      {"cluster.advertise_address", Text},
      {"cluster.heartbeat_interval", Int},
      {"cluster.heartbeat_timeout", Int},
      {"cluster.placement", Text},
      {"cluster.raft.node_id", Int},
      {"cluster.raft.peers", Texts},
      {"cluster.raft.data_dir", Text},
      {"cluster.scaling.min", Int},
      {"cluster.scaling.max", Int},
      {"cluster.scaling.up", Float},
      {"cluster.scaling.down", Float},
      {"cluster.scaling.webhook_url", Text},
      {"cluster.scaling.cooldown", Int},
      {"circuit_breaker.failure_threshold", Int},
      {"circuit_breaker.reset_timeout_secs", Int},
      {"dlq.path", Text},
      {"dlq.max_mb", Int},
      {"dlq.keep", Int},
      {"checkpoint.interval_secs", Int},
      {"checkpoint.retain", Int},
      {"journal.max_mb", Int},
  };
  return kKeys;
}

std::string ExampleYaml() {
  return R"(# Configuration of Varpulis. Flags and environment variables win over this file.
query_file: "queries/queries.vpl"   # deployed when the server starts

server:
  port: 9000
  bind: "0.0.0.0"
  metrics_enabled: true
  metrics_port: 9090
  workdir: "."

simulation:
  immediate: false
  preload: false
  verbose: false
  # events_file: "events.jsonl"

kafka:
  bootstrap_servers: "kafka:9092"
  consumer_group: "varpulis-consumer"
  input_topic: "events"
  output_topic: "alerts"
  auto_commit: true
  auto_offset_reset: "latest"

http_webhook:
  enabled: true
  port: 8080
  bind: "0.0.0.0"
  api_key: "change-me"
  rate_limit: 1000
  max_batch_size: 100

logging:
  level: "info"        # trace, debug, info, warn, error; RUST_LOG wins
  format: "json"       # text or json
  timestamps: true

processing:
  workers: 4
  partition_by: "source_id"

# tls:
#   cert_file: "server.pem"
#   key_file: "server.key"

auth:
  api_key: "change-me"   # or "${VARPULIS_KEY}"
)";
}

std::string ExampleToml() {
  return R"(# Configuration of Varpulis. Flags and environment variables win over this file.
query_file = "queries/queries.vpl"   # deployed when the server starts

[server]
port = 9000
bind = "0.0.0.0"
metrics_enabled = true
metrics_port = 9090
workdir = "."

[simulation]
immediate = false
preload = false
verbose = false
# events_file = "events.jsonl"

[kafka]
bootstrap_servers = "kafka:9092"
consumer_group = "varpulis-consumer"
input_topic = "events"
output_topic = "alerts"
auto_commit = true
auto_offset_reset = "latest"

[http_webhook]
enabled = true
port = 8080
bind = "0.0.0.0"
api_key = "change-me"
rate_limit = 1000
max_batch_size = 100

[logging]
level = "info"        # trace, debug, info, warn, error; RUST_LOG wins
format = "json"       # text or json
timestamps = true

[processing]
workers = 4
partition_by = "source_id"

# [tls]
# cert_file = "server.pem"
# key_file = "server.key"

[auth]
api_key = "change-me"   # or "${VARPULIS_KEY}"
)";
}

}  // namespace varpulis::config
