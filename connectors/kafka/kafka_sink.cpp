#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "connectors/contract/flat_event.h"
#include "connectors/contract/parameters.h"
#include "connectors/kafka/kafka_client.h"
#include "connectors/kafka/kafka_driver.h"

namespace varpulis::connectors {
namespace {

// What became of each message of a batch, by its place in it.
struct Reports {
  enum class State : uint8_t { Open, Delivered, Failed };
  std::vector<State> states;
  size_t open = 0;
  std::string error;  // the first one
};

void OnReport(rd_kafka_t*, const rd_kafka_message_t* message, void*) {
  auto* place = static_cast<std::pair<Reports*, size_t>*>(message->_private);
  auto& [reports, index] = *place;
  const bool failed = message->err != RD_KAFKA_RESP_ERR_NO_ERROR;
  reports->states[index] = failed ? Reports::State::Failed : Reports::State::Delivered;
  --reports->open;
  if (failed && reports->error.empty()) reports->error = rd_kafka_err2str(message->err);
}

class KafkaSink final : public Sink {
 public:
  KafkaSink(KafkaClient client, std::string default_topic, std::string key_field, int partition)
      : client_(std::move(client)),
        default_topic_(std::move(default_topic)),
        key_field_(std::move(key_field)),
        partition_(partition) {}
  ~KafkaSink() override {
    // Nothing waits: Deliver returns when all messages are reported.
    rd_kafka_purge(client_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  }

  Delivery Deliver(std::span<const OutgoingEvent> events, const Deadline& deadline) override {
    Reports reports;
    reports.states.resize(events.size(), Reports::State::Open);
    std::vector<std::pair<Reports*, size_t>> places;
    for (size_t i = 0; i < events.size(); ++i) places.emplace_back(&reports, i);
    for (size_t i = 0; i < events.size() && reports.error.empty(); ++i)
      Produce(events[i], places[i], reports);
    bool purged = false;
    while (reports.open > 0) {
      rd_kafka_poll(client_.get(), 50);
      // The reports of what is purged come still, and before this returns.
      if (!deadline.is_over() || purged) continue;
      rd_kafka_purge(client_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
      purged = true;
    }
    Delivery delivery;
    while (delivery.delivered < events.size() &&
           reports.states[delivery.delivered] == Reports::State::Delivered)
      ++delivery.delivered;
    if (delivery.delivered < events.size())
      delivery.error = reports.error.empty() ? "not delivered" : reports.error;
    return delivery;
  }

  void Idle() override { rd_kafka_poll(client_.get(), 0); }

 private:
  void Produce(const OutgoingEvent& event, std::pair<Reports*, size_t>& place, Reports& reports) {
    const std::string& topic = event.topic.empty() ? default_topic_ : event.topic;
    const std::string key = key_field_.empty()
                                ? event.event_type
                                : MemberText(event.event, key_field_).value_or(event.event_type);
    const std::string number = fmt::format("{}", event.number);
// How the library checks the arguments of its macros.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wgnu-statement-expression-from-macro-expansion"
    const rd_kafka_resp_err_t code = rd_kafka_producev(
        client_.get(), RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_PARTITION(partition_),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY(key.data(), key.size()),
        RD_KAFKA_V_VALUE(const_cast<char*>(event.event.data()), event.event.size()),
        RD_KAFKA_V_HEADER("X-Varpulis-Sequence", number.data(),
                          static_cast<ssize_t>(number.size())),
        RD_KAFKA_V_OPAQUE(&place), RD_KAFKA_V_END);
#pragma clang diagnostic pop
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
      ++reports.open;
    } else {
      reports.error = rd_kafka_err2str(code);
    }
  }

  const KafkaClient client_;
  const std::string default_topic_;
  const std::string key_field_;
  const int partition_;
};

std::string AcksOf(const Link& link) {
  const std::string text = TextOf(link.parameters, "acks");
  if (!text.empty()) return text;
  const int64_t number = IntOf(link.parameters, "acks", -1);
  return number < 0 ? "all" : fmt::format("{}", number);
}

}  // namespace

Result<std::unique_ptr<Sink>> MakeKafkaSink(const Link& link) {
  const auto& items = link.parameters;
  if (BoolOf(items, "exactly_once", false) || !TextOf(items, "transactional_id").empty())
    return Status(StatusCode::InvalidArgument, "exactly_once: transactions are not built yet");
  const auto number = [&](const char* name, int64_t otherwise) {
    return fmt::format("{}", IntOf(items, name, otherwise));
  };
  const std::string compression = TextOf(items, "compression_type");
  auto conf = MakeKafkaConf(link, {{"batch.size", number("batch_size", 65'536)},
                                   {"linger.ms", number("linger_ms", 5)},
                                   {"compression.type", compression.empty() ? "lz4" : compression},
                                   {"message.timeout.ms", number("message_timeout_ms", 30'000)},
                                   {"acks", AcksOf(link)}});
  if (!conf.ok()) return conf.status();
  rd_kafka_conf_set_dr_msg_cb(conf->get(), OnReport);
  auto client = MakeKafkaClient(RD_KAFKA_PRODUCER, std::move(*conf));
  if (!client.ok()) return client.status();
  return std::unique_ptr<Sink>(std::make_unique<KafkaSink>(
      std::move(*client), link.connector + "-output", TextOf(items, "key"),
      static_cast<int>(IntOf(items, "partition", RD_KAFKA_PARTITION_UA))));
}

}  // namespace varpulis::connectors
