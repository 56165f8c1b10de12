#include "connectors/mqtt/mqtt_connection.h"

#include <cerrno>
#include <cstring>
#include <mutex>
#include <unordered_set>

#include <fmt/format.h>
#include <mosquitto.h>
#include <poll.h>
#include <unistd.h>

#include "connectors/contract/parameters.h"
#include "connectors/contract/tcp_probe.h"

namespace varpulis::connectors {
namespace {

void InitialiseOnce() {
  static std::once_flag once;
  std::call_once(once, [] { mosquitto_lib_init(); });
}

std::string HostName() {
  char name[256] = {};
  return gethostname(name, sizeof name - 1) == 0 ? name : "host";
}

Status Malformed(const std::string& reason) { return {StatusCode::InvalidArgument, reason}; }

}  // namespace

// What callbacks of the library leave behind; they come on the owner's thread, inside of Step.
struct MqttConnection::State {
  mosquitto* client = nullptr;
  MqttConnection* owner = nullptr;
  int connack = -1;  // -1: none yet
  int granted = -1;  // of the last SUBACK
  std::unordered_set<int> acknowledged;

  ~State() {
    if (client != nullptr) mosquitto_destroy(client);
  }
};

struct MqttConnection::Callbacks {
  static void Connected(mosquitto*, void* state, int code) {
    static_cast<State*>(state)->connack = code;
  }
  static void Subscribed(mosquitto*, void* state, int, int count, const int* granted) {
    static_cast<State*>(state)->granted = count > 0 ? granted[0] : 128;
  }
  static void Published(mosquitto*, void* state, int number) {
    static_cast<State*>(state)->acknowledged.insert(number);
  }
  static void Message(mosquitto*, void* state, const mosquitto_message* message) {
    const MqttConnection& owner = *static_cast<State*>(state)->owner;
    if (!owner.on_message_) return;
    owner.on_message_(message->topic,
                      std::string(static_cast<const char*>(message->payload),
                                  static_cast<size_t>(message->payloadlen)),
                      message->qos);
  }
};

Result<MqttSettings> ReadMqttSettings(const Link& link, const char* suffix) {
  const auto& items = link.parameters;
  MqttSettings settings;
  std::string address = AddressOf(items);
  for (const char* scheme : {"mqtt://", "tcp://", "mqtts://", "ssl://"}) {
    if (!address.starts_with(scheme)) continue;
    address.erase(0, std::strlen(scheme));
    settings.tls = scheme[4] == 's' || scheme[0] == 's';
  }
  while (address.ends_with('/')) address.pop_back();
  const size_t colon = address.rfind(':');
  if (colon != std::string::npos && address.find(':') == colon) {
    const std::string port = address.substr(colon + 1);
    if (port.empty() || port.size() > 5 ||
        port.find_first_not_of("0123456789") != std::string::npos)
      return Malformed(fmt::format("`{}` is no host with a port", address));
    settings.port = std::stoi(port);
    address.resize(colon);
  }
  settings.tls = BoolOf(items, "tls", settings.tls);
  if (settings.tls && colon == std::string::npos) settings.port = 8883;
  settings.port = static_cast<int>(IntOf(items, "port", settings.port));
  settings.host = address;
  if (settings.host.empty()) return Malformed("host is empty");
  settings.client_id = TextOf(items, "client_id");
  if (settings.client_id.empty()) {
    settings.client_id =
        fmt::format("{}-{}-{}{}", link.Name(), HostName(), link.pipeline_id.substr(0, 8), suffix);
  }
  if (TextOf(items, "client_id_mode") == "append_pipeline")
    settings.client_id += "-" + link.pipeline;
  settings.username = TextOf(items, "username");
  settings.password = TextOf(items, "password");
  settings.ca_file = TextOf(items, "ca_file");
  settings.cert_file = TextOf(items, "cert_file");
  settings.key_file = TextOf(items, "key_file");
  settings.qos = static_cast<int>(IntOf(items, "qos", 0));
  settings.keep_alive_s = static_cast<int>(
      std::clamp<int64_t>(DurationOf(items, "keep_alive", kNsPerMinute) / kNsPerSecond, 5, 65'535));
  // Only a session that lasts has what was not acknowledged when this process ended.
  settings.clean_session = BoolOf(items, "clean_start", settings.qos == 0);
  return settings;
}

MqttConnection::MqttConnection(MqttSettings settings) : settings_(std::move(settings)) {}

MqttConnection::~MqttConnection() {
  if (!is_connected_) return;
  mosquitto_disconnect(state_->client);
  mosquitto_loop_write(state_->client, 1);
}

Status MqttConnection::Failure(int code) {
  const std::string reason =
      code == MOSQ_ERR_ERRNO ? std::strerror(errno) : mosquitto_strerror(code);
  Drop();
  return {StatusCode::IoError, fmt::format("{}:{}: {}", settings_.host, settings_.port, reason)};
}

void MqttConnection::Drop() {
  is_connected_ = false;
  state_.reset();
}

Status MqttConnection::Make() {
  InitialiseOnce();
  state_ = std::make_unique<State>();
  state_->owner = this;
  mosquitto* client =
      mosquitto_new(settings_.client_id.c_str(), settings_.clean_session, state_.get());
  if (client == nullptr) return Failure(errno == EINVAL ? MOSQ_ERR_INVAL : MOSQ_ERR_NOMEM);
  state_->client = client;
  // Otherwise the library writes acknowledgements by itself, while it reads.
  mosquitto_threaded_set(client, true);
  mosquitto_connect_callback_set(client, Callbacks::Connected);
  mosquitto_subscribe_callback_set(client, Callbacks::Subscribed);
  mosquitto_publish_callback_set(client, Callbacks::Published);
  mosquitto_message_callback_set(client, Callbacks::Message);
  if (!settings_.username.empty()) {
    mosquitto_username_pw_set(client, settings_.username.c_str(),
                              settings_.password.empty() ? nullptr : settings_.password.c_str());
  }
  if (!settings_.tls) return {};
  const auto file = [](const std::string& name) { return name.empty() ? nullptr : name.c_str(); };
  const int code = mosquitto_tls_set(client, file(settings_.ca_file),
                                     settings_.ca_file.empty() ? "/etc/ssl/certs" : nullptr,
                                     file(settings_.cert_file), file(settings_.key_file), nullptr);
  return code == MOSQ_ERR_SUCCESS ? Status() : Failure(code);
}

Status MqttConnection::Connect(const Deadline& deadline) {
  if (is_connected_) return {};
  if (Status status = ProbeTcp(settings_.host, settings_.port, deadline); !status.ok())
    return status;
  if (Status status = Make(); !status.ok()) return status;
  const int code = mosquitto_connect(state_->client, settings_.host.c_str(), settings_.port,
                                     settings_.keep_alive_s);
  if (code != MOSQ_ERR_SUCCESS) return Failure(code);
  while (state_->connack < 0) {
    if (deadline.is_over()) return Failure(MOSQ_ERR_CONN_PENDING);
    // A broker that refuses closes at once; what it said has been read then.
    Status status = Step(50, true);
    if (!status.ok()) return status;
  }
  if (state_->connack != 0) {
    const std::string reason = mosquitto_connack_string(state_->connack);
    Drop();
    return {StatusCode::IoError, reason};
  }
  is_connected_ = true;
  return {};
}

Status MqttConnection::Subscribe(const std::string& filter, const Deadline& deadline) {
  state_->granted = -1;
  const int code = mosquitto_subscribe(state_->client, nullptr, filter.c_str(), settings_.qos);
  if (code != MOSQ_ERR_SUCCESS) return Failure(code);
  while (state_->granted < 0) {
    if (deadline.is_over()) return Failure(MOSQ_ERR_CONN_PENDING);
    if (Status status = Step(50, true); !status.ok()) return status;
  }
  if (state_->granted < 128) return {};
  Drop();
  return {StatusCode::IoError, fmt::format("the broker refuses a subscription of `{}`", filter)};
}

Result<int> MqttConnection::Publish(const std::string& topic, std::string_view payload) {
  int number = 0;
  const int code =
      mosquitto_publish(state_->client, &number, topic.c_str(), static_cast<int>(payload.size()),
                        payload.data(), settings_.qos, false);
  if (code == MOSQ_ERR_SUCCESS) return number;
  return Failure(code);
}

bool MqttConnection::acknowledged(int number) const {
  return state_ != nullptr && state_->acknowledged.contains(number);
}

void MqttConnection::ForgetAcknowledged() {
  if (state_ != nullptr) state_->acknowledged.clear();
}

Status MqttConnection::Step(int64_t wait_ms, bool may_write) {
  mosquitto* client = state_->client;
  int code = may_write && mosquitto_want_write(client) ? mosquitto_loop_write(client, 1)
                                                       : MOSQ_ERR_SUCCESS;
  if (code != MOSQ_ERR_SUCCESS) return Failure(code);
  const int socket = mosquitto_socket(client);
  if (socket < 0) return Failure(MOSQ_ERR_CONN_LOST);
  const bool writes = may_write && mosquitto_want_write(client);
  pollfd wanted{socket, static_cast<short>(POLLIN | (writes ? POLLOUT : 0)), 0};
  const int ready = poll(&wanted, 1, static_cast<int>(wait_ms));
  if (ready > 0 && (wanted.revents & (POLLIN | POLLHUP | POLLERR)) != 0)
    code = mosquitto_loop_read(client, 1);
  // What a broker says before it hangs up counts.
  if (code != MOSQ_ERR_SUCCESS && state_->connack <= 0) return Failure(code);
  if (code != MOSQ_ERR_SUCCESS) return {};
  if (may_write) code = mosquitto_loop_misc(client);
  return code == MOSQ_ERR_SUCCESS ? Status() : Failure(code);
}

bool MqttConnection::Matches(const std::string& filter, const std::string& topic) {
  bool matches = false;
  return mosquitto_topic_matches_sub(filter.c_str(), topic.c_str(), &matches) == MOSQ_ERR_SUCCESS &&
         matches;
}

}  // namespace varpulis::connectors
