#include <algorithm>
#include <vector>

#include "connectors/contract/retrying.h"
#include "connectors/mqtt/mqtt_connection.h"
#include "connectors/mqtt/mqtt_driver.h"

namespace varpulis::connectors {
namespace {

constexpr DurationNs kConnectTime = 5 * kNsPerSecond;
constexpr DurationNs kAcknowledgeTime = 10 * kNsPerSecond;

class MqttSink final : public Sink {
 public:
  MqttSink(MqttSettings settings, std::string default_topic)
      : connection_(std::move(settings)), default_topic_(std::move(default_topic)) {}

  Delivery Deliver(std::span<const OutgoingEvent> events, const Deadline& deadline) override {
    return retrying_.Deliver(events, deadline, [&](std::span<const OutgoingEvent> left) {
      return Attempt(left, deadline);
    });
  }
  void Idle() override {
    if (connection_.connected()) (void)connection_.Step(0, true);
  }

 private:
  Delivery Attempt(std::span<const OutgoingEvent> events, const Deadline& deadline) {
    if (Status status = connection_.Connect(deadline.Within(kConnectTime)); !status.ok())
      return {0, status.message()};
    connection_.ForgetAcknowledged();
    std::vector<int> numbers;
    for (const OutgoingEvent& event : events) {
      const std::string& topic = event.topic.empty() ? default_topic_ : event.topic;
      Result<int> number = connection_.Publish(topic, event.event);
      if (!number.ok()) return {0, number.status().message()};
      numbers.push_back(*number);
    }
    const Deadline acknowledged = deadline.Within(kAcknowledgeTime);
    size_t delivered = 0;
    while (true) {
      while (delivered < numbers.size() && connection_.acknowledged(numbers[delivered]))
        ++delivered;
      if (delivered == numbers.size()) return {delivered, {}};
      if (acknowledged.is_over()) {
        connection_.Drop();
        return {delivered, "the broker does not acknowledge"};
      }
      if (Status status = connection_.Step(std::min<int64_t>(acknowledged.LeftMs(), 100), true);
          !status.ok())
        return {delivered, status.message()};
    }
  }

  MqttConnection connection_;
  const std::string default_topic_;
  Retrying retrying_;
};

}  // namespace

Result<std::unique_ptr<Sink>> MakeMqttSink(const Link& link) {
  auto settings = ReadMqttSettings(link, "-sink");
  if (!settings.ok()) return settings.status();
  settings->clean_session = true;
  for (const std::string& topic : link.topics) {
    if (topic.find_first_of("+#") != std::string::npos) {
      return Status(StatusCode::InvalidArgument,
                    "`" + topic + "` has wildcards, nothing can be sent to it");
    }
  }
  return std::unique_ptr<Sink>(
      std::make_unique<MqttSink>(std::move(*settings), link.connector + "-output"));
}

}  // namespace varpulis::connectors
