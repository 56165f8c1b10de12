#include "connectors/nats/nats_connection.h"

#include <fmt/format.h>

#include "connectors/contract/parameters.h"

namespace varpulis::connectors {
namespace {

std::vector<std::string> Split(const std::string& list) {
  std::vector<std::string> parts;
  for (size_t at = 0; at <= list.size();) {
    const size_t end = std::min(list.find(',', at), list.size());
    std::string part = list.substr(at, end - at);
    while (part.starts_with(' ')) part.erase(0, 1);
    while (part.ends_with(' ')) part.pop_back();
    if (!part.empty()) parts.push_back(std::move(part));
    at = end + 1;
  }
  return parts;
}

// Without what stands in front of the host, which may be a password.
std::string Shown(const std::string& server) {
  const size_t at = server.rfind('@');
  return at == std::string::npos ? server : server.substr(at + 1);
}

}  // namespace

Status NatsFailure(const std::string& what, natsStatus status) {
  return {StatusCode::IoError, fmt::format("{}: {}", what, natsStatus_GetText(status))};
}

Result<NatsSettings> ReadNatsSettings(const Link& link) {
  const auto& items = link.parameters;
  NatsSettings settings;
  settings.servers = Split(AddressesOf(items));
  if (settings.servers.empty()) return Status(StatusCode::InvalidArgument, "servers is empty");
  for (const std::string& server : settings.servers) {
    const size_t scheme = server.find("://");
    const std::string name = scheme == std::string::npos ? "nats" : server.substr(0, scheme);
    if (name != "nats" && name != "tls")
      return Status(StatusCode::InvalidArgument,
                    fmt::format("`{}` is no server of NATS", Shown(server)));
  }
  settings.name = link.Name();
  settings.username = TextOf(items, "username");
  settings.password = TextOf(items, "password");
  settings.token = TextOf(items, "token");
  settings.creds_file = TextOf(items, "creds_file");
  settings.tls = BoolOf(items, "tls", false);
  settings.jetstream = BoolOf(items, "jetstream", false);
  settings.stream = TextOf(items, "stream");
  return settings;
}

Status NatsConnection::Connect(int64_t wait_ms) {
  if (connected()) return {};
  Drop();
  natsOptions* made = nullptr;
  if (natsStatus status = natsOptions_Create(&made); status != NATS_OK)
    return NatsFailure("options", status);
  const std::unique_ptr<natsOptions, NatsDelete<natsOptions, natsOptions_Destroy>> options(made);
  std::vector<const char*> servers;
  for (const std::string& server : settings_.servers) servers.push_back(server.c_str());
  natsStatus status =
      natsOptions_SetServers(made, servers.data(), static_cast<int>(servers.size()));
  const auto set = [&status](natsStatus result) {
    if (status == NATS_OK) status = result;
  };
  set(natsOptions_SetTimeout(made, wait_ms));
  set(natsOptions_SetName(made, settings_.name.c_str()));
  set(natsOptions_SetAllowReconnect(made, false));
  set(natsOptions_SetPingInterval(made, 20'000));
  if (!settings_.username.empty()) {
    set(natsOptions_SetUserInfo(made, settings_.username.c_str(), settings_.password.c_str()));
  }
  if (!settings_.token.empty()) set(natsOptions_SetToken(made, settings_.token.c_str()));
  if (!settings_.creds_file.empty()) {
    set(natsOptions_SetUserCredentialsFromFiles(made, settings_.creds_file.c_str(), nullptr));
  }
  if (settings_.tls) set(natsOptions_SetSecure(made, true));
  natsConnection* connection = nullptr;
  set(status == NATS_OK ? natsConnection_Connect(&connection, made) : status);
  if (status != NATS_OK) return NatsFailure(Shown(settings_.servers.front()), status);
  connection_.reset(connection);
  if (!settings_.jetstream) return {};
  jsCtx* context = nullptr;
  jsOptions js;
  jsOptions_Init(&js);
  js.Wait = 5'000;
  status = natsConnection_JetStream(&context, connection, &js);
  if (status != NATS_OK) return NatsFailure("JetStream", status);
  jetstream_.reset(context);
  return {};
}

void NatsConnection::Drop() {
  jetstream_.reset();
  connection_.reset();
}

bool NatsConnection::connected() const {
  return connection_ != nullptr &&
         natsConnection_Status(connection_.get()) == NATS_CONN_STATUS_CONNECTED;
}

}  // namespace varpulis::connectors
