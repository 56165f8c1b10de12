// No broker of Kafka is packaged: the cluster is the one that librdkafka brings for tests, in this process.

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include "tests/live/connector_bench.h"

namespace varpulis::testing {
namespace {

constexpr int kBrokers = 1;

class Kafka final : public ConnectorBench {
 public:
  Kafka() {
    char why[512];
    client_ = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), why, sizeof why);
    cluster_ = rd_kafka_mock_cluster_new(client_, kBrokers);
    rd_kafka_mock_topic_create(cluster_, "alerts", 1, 1);
  }
  ~Kafka() override {
    rd_kafka_mock_cluster_destroy(cluster_);
    rd_kafka_destroy(client_);
  }
  void Start() override { rd_kafka_mock_broker_set_up(cluster_, 1); }
  void Stop() override { rd_kafka_mock_broker_set_down(cluster_, 1); }
  bool can_stop() const override { return true; }
  connectors::Link MakeLink() override {
    connectors::Link link;
    link.connector = "C";
    link.kind = "kafka";
    link.pipeline = "test";
    link.pipeline_id = "0123456789abcdef";
    link.parameters = {Text("brokers", rd_kafka_mock_cluster_bootstraps(cluster_)),
                       Text("auto_offset_reset", "earliest"), Number("message_timeout_ms", 6'000),
                       Text("session_timeout_ms", "6000")};
    return link;
  }
  bool redelivers() const override { return true; }
  std::vector<std::vector<ir::ConfigItem>> Nonsense() override {
    return {{Text("brokers", "")},
            {Text("brokers", "h:9092"), Text("no.such.property", "1")},
            {Text("brokers", "h:9092"), Text("compression_type", "loud")}};
  }

 private:
  rd_kafka_t* client_ = nullptr;
  rd_kafka_mock_cluster_t* cluster_ = nullptr;
};

}  // namespace

std::unique_ptr<ConnectorBench> KafkaBench() { return std::make_unique<Kafka>(); }

}  // namespace varpulis::testing
