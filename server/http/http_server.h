#pragma once

// Listens and serves. The front door of this folder.

#include <cstdint>
#include <memory>
#include <string>

#include "base/status.h"
#include "server/http/service.h"

namespace varpulis::http {

struct ServerOptions {
  std::string bind = "127.0.0.1";  // an IP address; `::` takes IPv4 as well
  uint16_t port = 0;               // 0: the system chooses one
  unsigned threads = 1;
  std::string tls_certificate = {};  // PEM files, both or neither
  std::string tls_key = {};
};

class HttpServer {
 public:
  virtual ~HttpServer() = default;

  // InvalidArgument: the address or the certificate is none; IoError: the port cannot be taken. It listens
  // when this returns. `service` is called on the server's threads and lives as long as it does.
  static Result<std::unique_ptr<HttpServer>> Start(const ServerOptions& options, Service service);

  virtual uint16_t port() const = 0;
  // Takes no more connections, lets requests that are under way be answered for up to `seconds`, ends
  // streams, and returns when all connections are closed. False: some are not; their answers may still be
  // on the way, so that neither the server nor what it serves may be destroyed. Whoever was given a `Reply`
  // must have let go of it before the server is destroyed: it holds the connection.
  virtual bool Stop(int seconds) = 0;
};

}  // namespace varpulis::http
