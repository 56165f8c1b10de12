#include "connectors/kafka/kafka_client.h"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/ir/connector_kind.h"
#include "connectors/contract/parameters.h"

namespace varpulis::connectors {
namespace {

// Empty if it is a list or block.
std::string TextOfValue(const ir::ConfigValue& value) {
  if (const auto* text = std::get_if<std::string>(&value.value)) return *text;
  if (const auto* flag = std::get_if<bool>(&value.value)) return *flag ? "true" : "false";
  if (const auto* number = std::get_if<int64_t>(&value.value)) return fmt::format("{}", *number);
  if (const auto* number = std::get_if<double>(&value.value)) return fmt::format("{}", *number);
  return {};
}

}  // namespace

Result<KafkaConf> MakeKafkaConf(const Link& link, const KafkaProperties& properties) {
  KafkaConf conf(rd_kafka_conf_new());
  KafkaProperties all = {{"bootstrap.servers", AddressesOf(link.parameters)},
                         {"client.id", "varpulis-" + link.Name()},
                         // Its own messages go nowhere: what matters comes back as an error.
                         {"log_level", "0"}};
  all.insert(all.end(), properties.begin(), properties.end());
  const ir::ConnectorKind& kind = *ir::FindConnectorKind("kafka");
  for (const ir::ConfigItem& item : link.parameters) {
    if (ir::FindParameter(kind, item.name) != nullptr) continue;
    std::string name = item.name;
    std::replace(name.begin(), name.end(), '_', '.');
    all.emplace_back(std::move(name), TextOfValue(item.value));
  }
  if (all.front().second.empty()) return Status(StatusCode::InvalidArgument, "brokers is empty");
  for (const auto& [name, value] : all) {
    char why[512] = {};
    if (rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), why, sizeof why) !=
        RD_KAFKA_CONF_OK)
      return Status(StatusCode::InvalidArgument, why);
  }
  return conf;
}

Result<KafkaClient> MakeKafkaClient(rd_kafka_type_t type, KafkaConf conf) {
  char why[512] = {};
  rd_kafka_t* client = rd_kafka_new(type, conf.get(), why, sizeof why);
  if (client == nullptr) return Status(StatusCode::InvalidArgument, why);
  (void)conf.release();
  return KafkaClient(client);
}

}  // namespace varpulis::connectors
