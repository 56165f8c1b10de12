#pragma once

// Settings of librdkafka from those of a connector. Private to connectors/kafka.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <librdkafka/rdkafka.h>

#include "base/status.h"
#include "connectors/contract/link.h"

namespace varpulis::connectors {

struct KafkaDelete {
  void operator()(rd_kafka_conf_t* conf) const { rd_kafka_conf_destroy(conf); }
  void operator()(rd_kafka_t* client) const { rd_kafka_destroy(client); }
  void operator()(rd_kafka_message_t* message) const { rd_kafka_message_destroy(message); }
  void operator()(rd_kafka_topic_partition_list_t* list) const {
    rd_kafka_topic_partition_list_destroy(list);
  }
};
using KafkaConf = std::unique_ptr<rd_kafka_conf_t, KafkaDelete>;
using KafkaClient = std::unique_ptr<rd_kafka_t, KafkaDelete>;
using KafkaMessage = std::unique_ptr<rd_kafka_message_t, KafkaDelete>;
using KafkaPartitions = std::unique_ptr<rd_kafka_topic_partition_list_t, KafkaDelete>;

using KafkaProperties = std::vector<std::pair<std::string, std::string>>;

// The brokers, what this side of a connector asks for, then what the program names itself and is no parameter of the
// kind: properties of the library, with underscores for their dots. InvalidArgument is what the library says about them.
Result<KafkaConf> MakeKafkaConf(const Link& link, const KafkaProperties& properties);
// A client that owns the settings.
Result<KafkaClient> MakeKafkaClient(rd_kafka_type_t type, KafkaConf conf);

}  // namespace varpulis::connectors
