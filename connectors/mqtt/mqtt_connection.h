#pragma once

// A connection to a broker of MQTT 3.1.1, driven by the thread that owns it. Private to connectors/mqtt.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/status.h"
#include "connectors/contract/deadline.h"
#include "connectors/contract/link.h"

struct mosquitto;

namespace varpulis::connectors {

struct MqttSettings {
  std::string host;
  int port = 1883;
  std::string client_id;
  std::string username;
  std::string password;
  bool tls = false;
  std::string ca_file;
  std::string cert_file;
  std::string key_file;
  int keep_alive_s = 60;
  int qos = 0;
  bool clean_session = true;
};
// InvalidArgument if they make no sense. `suffix` makes the default id that of a sink.
Result<MqttSettings> ReadMqttSettings(const Link& link, const char* suffix);

class MqttConnection {
 public:
  using OnMessage = std::function<void(std::string_view topic, std::string payload, int qos)>;

  explicit MqttConnection(MqttSettings settings);
  ~MqttConnection();
  MqttConnection(const MqttConnection&) = delete;
  MqttConnection& operator=(const MqttConnection&) = delete;

  void set_on_message(OnMessage on_message) { on_message_ = std::move(on_message); }
  bool connected() const { return is_connected_; }
  const MqttSettings& settings() const { return settings_; }

  // If it is not connected: until the broker has accepted this client.
  Status Connect(const Deadline& deadline);
  // Until the broker has granted it.
  Status Subscribe(const std::string& filter, const Deadline& deadline);
  // Nothing is acknowledged before a Step; returns the number under which acknowledged() will have it.
  Result<int> Publish(const std::string& topic, std::string_view payload);
  bool acknowledged(int number) const;
  void ForgetAcknowledged();

  // What has come, or may go, within `wait_ms`. Nothing is written while `may_write` is false, so that no
  // message is acknowledged. A failure is that of the connection.
  Status Step(int64_t wait_ms, bool may_write);
  // Gives the connection up.
  void Drop();

  static bool Matches(const std::string& filter, const std::string& topic);

 private:
  struct Callbacks;
  struct State;

  Status Make();
  Status Failure(int code);

  const MqttSettings settings_;
  OnMessage on_message_;
  std::unique_ptr<State> state_;
  bool is_connected_ = false;
};

}  // namespace varpulis::connectors
