#pragma once

// A connection that has become a web socket, until it ends (RFC 6455, operations.md 4.6).

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "server/http/connection.h"
#include "server/http/message.h"
#include "server/http/request_parser.h"

namespace varpulis::http {

inline constexpr size_t kMaxSocketMessageBytes = size_t{1} << 20;

// Everything happens on the executor, a strand. A message may have kMaxSocketMessageBytes, else the
// connection is closed with 1009; a client that is silent for a minute and does not answer a ping, or that
// does not take what it is sent, is disconnected.
class WebSocket : public std::enable_shared_from_this<WebSocket> {
 public:
  // `received` has been read from the connection behind the request.
  static std::shared_ptr<WebSocket> Make(std::shared_ptr<Connection> connection,
                                         asio::any_io_executor executor, std::string received);
  virtual ~WebSocket() = default;

  // Answers the request and serves the conversation until one side ends it.
  virtual asio::awaitable<void> Run(const RequestParser& request, std::vector<Header> headers,
                                    Conversation& conversation) = 0;
  // The server stops: says goodbye (1001).
  virtual void Stop() = 0;
};

}  // namespace varpulis::http
