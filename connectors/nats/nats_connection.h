#pragma once

// A connection to a server of NATS, with or without JetStream. Private to connectors/nats.

#include <memory>
#include <string>
#include <vector>

#include <nats/nats.h>

#include "base/status.h"
#include "connectors/contract/link.h"

namespace varpulis::connectors {

template <typename T, void (*kDestroy)(T*)>
struct NatsDelete {
  void operator()(T* object) const { kDestroy(object); }
};
using NatsMessage = std::unique_ptr<natsMsg, NatsDelete<natsMsg, natsMsg_Destroy>>;
using NatsSubscription =
    std::unique_ptr<natsSubscription, NatsDelete<natsSubscription, natsSubscription_Destroy>>;

struct NatsSettings {
  std::vector<std::string> servers;
  std::string name;
  std::string username;
  std::string password;
  std::string token;
  std::string creds_file;
  bool tls = false;
  bool jetstream = false;
  std::string stream;
};
Result<NatsSettings> ReadNatsSettings(const Link& link);

class NatsConnection {
 public:
  explicit NatsConnection(NatsSettings settings) : settings_(std::move(settings)) {}

  // If it is not connected. It does not connect again by itself.
  Status Connect(int64_t wait_ms);
  void Drop();
  bool connected() const;

  const NatsSettings& settings() const { return settings_; }
  natsConnection* get() const { return connection_.get(); }
  jsCtx* jetstream() const { return jetstream_.get(); }

 private:
  const NatsSettings settings_;
  std::unique_ptr<natsConnection, NatsDelete<natsConnection, natsConnection_Destroy>> connection_;
  std::unique_ptr<jsCtx, NatsDelete<jsCtx, jsCtx_Destroy>> jetstream_;
};

// What the library says about a failure, with what it was about.
Status NatsFailure(const std::string& what, natsStatus status);

}  // namespace varpulis::connectors
