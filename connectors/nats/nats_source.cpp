#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "connectors/contract/parameters.h"
#include "connectors/nats/nats_connection.h"
#include "connectors/nats/nats_driver.h"

namespace varpulis::connectors {
namespace {

constexpr int64_t kConnectMs = 3'000;
// Decision E4.
constexpr int64_t kMaxAckPending = 8'192;
constexpr int64_t kAckWait = 60 * kNsPerSecond;
// What the library holds of a core subscription while nothing is taken; what comes beyond it is lost, as core NATS
// promises no more.
constexpr int kMostPending = 65'536;

class NatsSource final : public Source {
 public:
  NatsSource(NatsSettings settings, std::vector<std::string> subjects, std::string queue_group,
             std::string durable)
      : connection_(std::move(settings)),
        subjects_(std::move(subjects)),
        queue_group_(std::move(queue_group)),
        durable_(std::move(durable)) {}

  // What was not processed is given back, or it would come again only when the server has waited for it.
  ~NatsSource() override {
    if (!connection_.connected()) return;
    for (const NatsMessage& message : unacknowledged_) (void)natsMsg_Nak(message.get(), nullptr);
    if (!unacknowledged_.empty()) (void)natsConnection_FlushTimeout(connection_.get(), 1'000);
  }

  Status Poll(std::vector<IncomingPayload>& payloads, const Deadline& deadline) override {
    if (Status status = Connect(); !status.ok()) return status;
    // With several subscriptions each is looked at for a moment.
    const int64_t most = subscriptions_.size() == 1 ? INT64_MAX : 10;
    do {
      for (uint32_t i = 0; i < subscriptions_.size(); ++i) {
        const int64_t wait = std::clamp<int64_t>(deadline.LeftMs(), 1, most);
        Status status = connection_.settings().jetstream ? Fetch(i, wait, payloads)
                                                         : Receive(i, wait, payloads);
        if (status.ok()) continue;
        Drop();
        return status;
      }
    } while (payloads.empty() && !deadline.is_over());
    return {};
  }

  Status Commit() override {
    // On a connection that was lost they come again.
    for (const NatsMessage& message : unacknowledged_) (void)natsMsg_Ack(message.get(), nullptr);
    unacknowledged_.clear();
    return {};
  }

  bool connected() const override { return connection_.connected(); }

 private:
  void Drop() {
    subscriptions_.clear();
    unacknowledged_.clear();
    connection_.Drop();
  }

  Status Connect() {
    if (connection_.connected() && subscriptions_.size() == subjects_.size()) return {};
    Drop();
    if (Status status = connection_.Connect(kConnectMs); !status.ok()) return status;
    for (uint32_t i = 0; i < subjects_.size(); ++i) {
      natsSubscription* made = nullptr;
      const natsStatus code =
          connection_.settings().jetstream ? SubscribeStored(i, &made) : SubscribeCore(i, &made);
      if (code != NATS_OK) {
        const Status status = NatsFailure(subjects_[i], code);
        Drop();
        return status;
      }
      subscriptions_.emplace_back(made);
    }
    return {};
  }

  natsStatus SubscribeCore(uint32_t i, natsSubscription** made) {
    const char* subject = subjects_[i].c_str();
    natsStatus status = queue_group_.empty()
                            ? natsConnection_SubscribeSync(made, connection_.get(), subject)
                            : natsConnection_QueueSubscribeSync(made, connection_.get(), subject,
                                                                queue_group_.c_str());
    if (status == NATS_OK) status = natsSubscription_SetPendingLimits(*made, kMostPending, -1);
    return status;
  }

  natsStatus SubscribeStored(uint32_t i, natsSubscription** made) {
    jsSubOptions options;
    jsSubOptions_Init(&options);
    if (!connection_.settings().stream.empty())
      options.Stream = connection_.settings().stream.c_str();
    options.Config.AckPolicy = js_AckExplicit;
    options.Config.AckWait = kAckWait;
    options.Config.MaxAckPending = kMaxAckPending;
    const std::string durable =
        subjects_.size() == 1 ? durable_ : fmt::format("{}-{}", durable_, i + 1);
    jsErrCode code{};
    return js_PullSubscribe(made, connection_.jetstream(), subjects_[i].c_str(), durable.c_str(),
                            nullptr, &options, &code);
  }

  static std::string Payload(const natsMsg* message) {
    return {natsMsg_GetData(message), static_cast<size_t>(natsMsg_GetDataLength(message))};
  }

  // The first one is waited for.
  Status Receive(uint32_t i, int64_t wait_ms, std::vector<IncomingPayload>& payloads) {
    size_t bytes = 0;
    for (size_t n = 0; n < kMaxPolledPayloads && bytes < kMaxPolledBytes; ++n) {
      natsMsg* message = nullptr;
      const natsStatus status =
          natsSubscription_NextMsg(&message, subscriptions_[i].get(), n == 0 ? wait_ms : 0);
      const NatsMessage owned(message);
      if (status == NATS_TIMEOUT) return {};
      // Some were lost in between, which core NATS may do.
      if (status == NATS_SLOW_CONSUMER) continue;
      if (status != NATS_OK) return NatsFailure(subjects_[i], status);
      payloads.push_back({i, Payload(message)});
      bytes += payloads.back().bytes.size();
    }
    return {};
  }

  Status Fetch(uint32_t i, int64_t wait_ms, std::vector<IncomingPayload>& payloads) {
    natsMsgList list{};
    jsErrCode code{};
    const natsStatus status = natsSubscription_Fetch(
        &list, subscriptions_[i].get(), static_cast<int>(kMaxPolledPayloads), wait_ms, &code);
    if (status == NATS_TIMEOUT) return {};
    if (status != NATS_OK) return NatsFailure(subjects_[i], status);
    for (int n = 0; n < list.Count; ++n) {
      payloads.push_back({i, Payload(list.Msgs[n])});
      unacknowledged_.emplace_back(list.Msgs[n]);
      list.Msgs[n] = nullptr;
    }
    natsMsgList_Destroy(&list);
    return {};
  }

  NatsConnection connection_;
  const std::vector<std::string> subjects_;
  const std::string queue_group_;
  const std::string durable_;
  std::vector<NatsSubscription> subscriptions_;
  std::vector<NatsMessage> unacknowledged_;
};

}  // namespace

Result<std::unique_ptr<Source>> MakeNatsSource(const Link& link) {
  auto settings = ReadNatsSettings(link);
  if (!settings.ok()) return settings.status();
  std::vector<std::string> subjects;
  for (const std::string& topic : link.topics) subjects.push_back(topic.empty() ? ">" : topic);
  std::string durable = TextOf(link.parameters, "durable");
  if (durable.empty()) durable = "varpulis-" + link.Name();
  return std::unique_ptr<Source>(
      std::make_unique<NatsSource>(std::move(*settings), std::move(subjects),
                                   TextOf(link.parameters, "queue_group"), std::move(durable)));
}

}  // namespace varpulis::connectors
