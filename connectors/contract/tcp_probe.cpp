#include "connectors/contract/tcp_probe.h"

#include <cerrno>
#include <cstring>
#include <memory>

#include <fmt/format.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace varpulis::connectors {
namespace {

// 0, or errno.
int Connect(const addrinfo& address, const Deadline& deadline) {
  const int file = socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (file < 0) return errno;
  int error = connect(file, address.ai_addr, address.ai_addrlen) == 0 ? 0 : errno;
  if (error == EINPROGRESS) {
    socklen_t size = sizeof error;
    if (!WaitFor(file, POLLOUT, deadline)) {
      error = ETIMEDOUT;
    } else if (getsockopt(file, SOL_SOCKET, SO_ERROR, &error, &size) != 0) {
      error = errno;
    }
  }
  close(file);
  return error;
}

}  // namespace

Status ProbeTcp(const std::string& host, int port, const Deadline& deadline) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int code = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &found);
  if (code != 0) return {StatusCode::IoError, fmt::format("{}: {}", host, gai_strerror(code))};
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> all(found, freeaddrinfo);
  int error = ECONNREFUSED;
  for (const addrinfo* at = found; at != nullptr && error != 0; at = at->ai_next)
    error = Connect(*at, deadline);
  if (error == 0) return {};
  return {StatusCode::IoError, fmt::format("{}:{}: {}", host, port, std::strerror(error))};
}

}  // namespace varpulis::connectors
