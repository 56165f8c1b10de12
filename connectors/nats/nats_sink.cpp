#include <random>

#include <fmt/format.h>

#include "connectors/contract/retrying.h"
#include "connectors/nats/nats_connection.h"
#include "connectors/nats/nats_driver.h"

namespace varpulis::connectors {
namespace {

constexpr int64_t kConnectMs = 3'000;
constexpr int64_t kFlushMs = 10'000;

class NatsSink final : public Sink {
 public:
  NatsSink(NatsSettings settings, std::string default_subject)
      : connection_(std::move(settings)),
        default_subject_(std::move(default_subject)),
        incarnation_(std::random_device()()) {}

  Delivery Deliver(std::span<const OutgoingEvent> events, const Deadline& deadline) override {
    return retrying_.Deliver(events, deadline,
                             [this](std::span<const OutgoingEvent> left) { return Attempt(left); });
  }

 private:
  Delivery Attempt(std::span<const OutgoingEvent> events) {
    if (Status status = connection_.Connect(kConnectMs); !status.ok()) return {0, status.message()};
    Delivery delivery =
        connection_.settings().jetstream ? PublishStored(events) : PublishCore(events);
    if (!delivery.ok() && !connection_.connected()) connection_.Drop();
    return delivery;
  }

  const std::string& SubjectOf(const OutgoingEvent& event) const {
    return event.topic.empty() ? default_subject_ : event.topic;
  }

  // The server has answered a ping behind all of them.
  Delivery PublishCore(std::span<const OutgoingEvent> events) {
    for (const OutgoingEvent& event : events) {
      const natsStatus status =
          natsConnection_Publish(connection_.get(), SubjectOf(event).c_str(), event.event.data(),
                                 static_cast<int>(event.event.size()));
      if (status != NATS_OK) return {0, NatsFailure(SubjectOf(event), status).message()};
    }
    const natsStatus status = natsConnection_FlushTimeout(connection_.get(), kFlushMs);
    if (status == NATS_OK) return {events.size(), {}};
    return {0, NatsFailure("flush", status).message()};
  }

  Delivery PublishStored(std::span<const OutgoingEvent> events) {
    Delivery delivery;
    for (const OutgoingEvent& event : events) {
      // What a lost answer makes us send again the stream stores once.
      const std::string id = fmt::format("{:x}-{}", incarnation_, event.number);
      jsPubOptions options;
      jsPubOptions_Init(&options);
      if (event.number > 0) options.MsgId = id.c_str();
      jsErrCode code{};
      const natsStatus status =
          js_Publish(nullptr, connection_.jetstream(), SubjectOf(event).c_str(), event.event.data(),
                     static_cast<int>(event.event.size()), &options, &code);
      if (status != NATS_OK) {
        delivery.error = status == NATS_NO_RESPONDERS
                             ? fmt::format("no stream has the subject {}", SubjectOf(event))
                             : NatsFailure(SubjectOf(event), status).message();
        return delivery;
      }
      ++delivery.delivered;
    }
    return delivery;
  }

  NatsConnection connection_;
  const std::string default_subject_;
  const uint32_t incarnation_;
  Retrying retrying_;
};

}  // namespace

Result<std::unique_ptr<Sink>> MakeNatsSink(const Link& link) {
  auto settings = ReadNatsSettings(link);
  if (!settings.ok()) return settings.status();
  for (const std::string& subject : link.topics) {
    if (subject.find_first_of("*> \t") != std::string::npos) {
      return Status(StatusCode::InvalidArgument,
                    "nothing can be sent to the subject `" + subject + "`");
    }
  }
  return std::unique_ptr<Sink>(
      std::make_unique<NatsSink>(std::move(*settings), link.connector + "-output"));
}

}  // namespace varpulis::connectors
