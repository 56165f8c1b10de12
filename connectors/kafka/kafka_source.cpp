#include <algorithm>
#include <atomic>
#include <map>
#include <vector>

#include <fmt/format.h>

#include "connectors/contract/parameters.h"
#include "connectors/kafka/kafka_client.h"
#include "connectors/kafka/kafka_driver.h"

namespace varpulis::connectors {
namespace {

constexpr const char* kDefaultTopic = "varpulis/events/#";

// Written by callbacks, on the thread that polls.
struct Trouble {
  bool is_away = false;
  std::string error;
};

void OnError(rd_kafka_t*, int code, const char* reason, void* opaque) {
  auto& trouble = *static_cast<Trouble*>(opaque);
  if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) trouble.is_away = true;
  trouble.error = reason;
}

class KafkaSource final : public Source {
 public:
  KafkaSource(KafkaClient client, std::unique_ptr<Trouble> trouble, std::vector<std::string> topics,
              int64_t partition)
      : trouble_(std::move(trouble)),
        client_(std::move(client)),
        topics_(std::move(topics)),
        partition_(partition) {}
  ~KafkaSource() override { rd_kafka_consumer_close(client_.get()); }

  Status Poll(std::vector<IncomingPayload>& payloads, const Deadline& deadline) override {
    if (Status status = Subscribe(); !status.ok()) return status;
    Pause(false);
    size_t bytes = 0;
    payloads = std::move(held_);
    held_.clear();
    Status status;
    while (payloads.size() < kMaxPolledPayloads && bytes < kMaxPolledBytes) {
      const int64_t wait = payloads.empty() ? std::max<int64_t>(deadline.LeftMs(), 1) : 0;
      const size_t before = payloads.size();
      status = Take(static_cast<int>(wait), payloads);
      if (payloads.size() == before) break;
      bytes += payloads.back().bytes.size();
    }
    if (payloads.empty() && trouble_->is_away)
      return {StatusCode::IoError, std::exchange(trouble_->error, "all brokers are down")};
    return payloads.empty() ? status : Status();
  }

  Status Commit() override {
    if (positions_.empty()) return {};
    const KafkaPartitions list(
        rd_kafka_topic_partition_list_new(static_cast<int>(positions_.size())));
    for (const auto& [at, offset] : positions_) {
      rd_kafka_topic_partition_list_add(list.get(), at.first.c_str(), at.second)->offset = offset;
    }
    const rd_kafka_resp_err_t code = rd_kafka_commit(client_.get(), list.get(), 0);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
      return {StatusCode::IoError, fmt::format("commit: {}", rd_kafka_err2str(code))};
    positions_.clear();
    return {};
  }

  // A consumer that does not poll is thrown out of its group.
  void Idle() override {
    Pause(true);
    (void)Take(0, held_);
  }

  bool connected() const override { return is_connected_ && !trouble_->is_away; }

 private:
  Status Subscribe() {
    if (is_subscribed_) return {};
    const KafkaPartitions list(rd_kafka_topic_partition_list_new(static_cast<int>(topics_.size())));
    for (const std::string& topic : topics_) {
      rd_kafka_topic_partition_list_add(
          list.get(), topic.c_str(),
          partition_ < 0 ? RD_KAFKA_PARTITION_UA : static_cast<int32_t>(partition_))
          ->offset = RD_KAFKA_OFFSET_STORED;
    }
    const rd_kafka_resp_err_t code = partition_ < 0 ? rd_kafka_subscribe(client_.get(), list.get())
                                                    : rd_kafka_assign(client_.get(), list.get());
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
      return {StatusCode::IoError, fmt::format("subscribe: {}", rd_kafka_err2str(code))};
    is_subscribed_ = true;
    return {};
  }

  void Pause(bool paused) {
    if (is_paused_ == paused) return;
    rd_kafka_topic_partition_list_t* assigned = nullptr;
    if (rd_kafka_assignment(client_.get(), &assigned) != RD_KAFKA_RESP_ERR_NO_ERROR) return;
    const KafkaPartitions owned(assigned);
    (void)(paused ? rd_kafka_pause_partitions(client_.get(), assigned)
                  : rd_kafka_resume_partitions(client_.get(), assigned));
    is_paused_ = paused;
  }

  Status Take(int wait_ms, std::vector<IncomingPayload>& payloads) {
    const KafkaMessage message(rd_kafka_consumer_poll(client_.get(), wait_ms));
    if (message == nullptr) return {};
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) return {};
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR)
      return {StatusCode::IoError, rd_kafka_message_errstr(message.get())};
    is_connected_ = true;
    trouble_->is_away = false;
    const std::string topic = rd_kafka_topic_name(message->rkt);
    const auto at = std::find(topics_.begin(), topics_.end(), topic);
    const auto binding = at == topics_.end() ? 0 : at - topics_.begin();
    payloads.push_back({static_cast<uint32_t>(binding),
                        std::string(static_cast<const char*>(message->payload), message->len)});
    positions_[{topic, message->partition}] = message->offset + 1;
    return {};
  }

  const std::unique_ptr<Trouble> trouble_;
  const KafkaClient client_;
  const std::vector<std::string> topics_;
  const int64_t partition_;
  std::vector<IncomingPayload> held_;  // came while nothing was to come
  std::map<std::pair<std::string, int32_t>, int64_t> positions_;
  bool is_subscribed_ = false;
  bool is_paused_ = false;
  bool is_connected_ = false;
};

}  // namespace

Result<std::unique_ptr<Source>> MakeKafkaSource(const Link& link) {
  const auto& items = link.parameters;
  std::string group = TextOf(items, "group_id");
  if (group.empty()) group = "varpulis-" + link.connector;
  const std::string reset = TextOf(items, "auto_offset_reset");
  auto conf = MakeKafkaConf(link, {{"group.id", group},
                                   {"enable.auto.commit", "false"},
                                   {"enable.auto.offset.store", "false"},
                                   {"auto.offset.reset", reset.empty() ? "latest" : reset}});
  if (!conf.ok()) return conf.status();
  auto trouble = std::make_unique<Trouble>();
  rd_kafka_conf_set_opaque(conf->get(), trouble.get());
  rd_kafka_conf_set_error_cb(conf->get(), OnError);
  auto client = MakeKafkaClient(RD_KAFKA_CONSUMER, std::move(*conf));
  if (!client.ok()) return client.status();
  rd_kafka_poll_set_consumer(client->get());
  std::vector<std::string> topics;
  for (const std::string& topic : link.topics)
    topics.push_back(topic.empty() ? kDefaultTopic : topic);
  return std::unique_ptr<Source>(std::make_unique<KafkaSource>(
      std::move(*client), std::move(trouble), std::move(topics), IntOf(items, "partition", -1)));
}

}  // namespace varpulis::connectors
