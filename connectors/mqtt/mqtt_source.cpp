#include <algorithm>
#include <string>
#include <vector>

#include "connectors/mqtt/mqtt_connection.h"
#include "connectors/mqtt/mqtt_driver.h"

namespace varpulis::connectors {
namespace {

constexpr DurationNs kConnectTime = 5 * kNsPerSecond;
constexpr const char* kDefaultTopic = "varpulis/events/#";

class MqttSource final : public Source {
 public:
  MqttSource(MqttSettings settings, std::vector<std::string> filters)
      : connection_(std::move(settings)), filters_(std::move(filters)) {
    connection_.set_on_message([this](std::string_view topic, std::string payload, int qos) {
      Receive(topic, std::move(payload), qos);
    });
  }

  // An orderly end would write what is queued, acknowledgements included.
  ~MqttSource() override {
    if (is_unacknowledged_) connection_.Drop();
  }

  Status Poll(std::vector<IncomingPayload>& payloads, const Deadline& deadline) override {
    if (Status status = Connect(deadline.Afresh(kConnectTime)); !status.ok()) return status;
    // What came while it connected.
    size_t bytes = 0;
    while (received_.empty() && !deadline.is_over()) {
      const int64_t wait = std::min<int64_t>(deadline.LeftMs(), 100);
      if (Status status = connection_.Step(wait, true); !status.ok()) return status;
    }
    while (!received_.empty() && received_.size() < kMaxPolledPayloads && bytes < kMaxPolledBytes) {
      const size_t before = received_.size();
      if (Status status = connection_.Step(0, !is_unacknowledged_); !status.ok()) break;
      if (received_.size() == before) break;
      bytes += received_.back().bytes.size();
    }
    payloads.insert(payloads.end(), std::make_move_iterator(received_.begin()),
                    std::make_move_iterator(received_.end()));
    received_.clear();
    return {};
  }

  Status Commit() override {
    if (!std::exchange(is_unacknowledged_, false)) return {};
    // On a connection that was lost meanwhile there is nothing to acknowledge: they come again.
    return connection_.connected() ? connection_.Step(0, true) : Status();
  }

  // Nothing is read, so the broker keeps what it has; after 1.5 times keep_alive it will hang up.
  void Idle() override {}
  bool connected() const override { return connection_.connected(); }

 private:
  Status Connect(const Deadline& deadline) {
    if (connection_.connected()) return {};
    is_unacknowledged_ = false;
    if (Status status = connection_.Connect(deadline); !status.ok()) return status;
    for (const std::string& filter : filters_) {
      if (Status status = connection_.Subscribe(filter, deadline); !status.ok()) return status;
    }
    return {};
  }

  void Receive(std::string_view topic, std::string payload, int qos) {
    const std::string name(topic);
    uint32_t binding = 0;
    while (binding + 1 < filters_.size() && !MqttConnection::Matches(filters_[binding], name))
      ++binding;
    is_unacknowledged_ |= qos > 0;
    received_.push_back({binding, std::move(payload)});
  }

  MqttConnection connection_;
  const std::vector<std::string> filters_;
  std::vector<IncomingPayload> received_;
  bool is_unacknowledged_ = false;
};

}  // namespace

Result<std::unique_ptr<Source>> MakeMqttSource(const Link& link) {
  auto settings = ReadMqttSettings(link, "");
  if (!settings.ok()) return settings.status();
  std::vector<std::string> filters;
  for (const std::string& topic : link.topics)
    filters.push_back(topic.empty() ? kDefaultTopic : topic);
  return std::unique_ptr<Source>(
      std::make_unique<MqttSource>(std::move(*settings), std::move(filters)));
}

}  // namespace varpulis::connectors
