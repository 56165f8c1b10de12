#pragma once

// Bytes to and from one client, whether encrypted or not. Only this header's implementations know which
// (sessions are not templates of a stream: that is what makes Beast slow to compile).

#include <chrono>
#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "base/status.h"

namespace boost::asio::ssl {
class context;
}

namespace varpulis::http {

namespace asio = boost::asio;

// Used by one coroutine at a time, on the executor of the socket.
class Connection {
 public:
  virtual ~Connection() = default;
  // Before the first byte; false: it failed.
  virtual asio::awaitable<bool> Open() = 0;
  // The number of bytes; 0: the client has gone, or Close was called.
  virtual asio::awaitable<size_t> Read(asio::mutable_buffer buffer) = 0;
  // False: the client has gone.
  virtual asio::awaitable<bool> Write(asio::const_buffer buffer) = 0;
  // Nothing will be written any more; the client may still be read.
  virtual asio::awaitable<void> FinishWriting() = 0;
  // Ends whatever is under way.
  virtual void Close() = 0;
};

std::unique_ptr<Connection> MakePlainConnection(asio::ip::tcp::socket socket);
// `context` must outlive it.
std::unique_ptr<Connection> MakeTlsConnection(asio::ip::tcp::socket socket,
                                              asio::ssl::context& context);

// Certificate and key from PEM files. TLS 1.2 and later.
Result<std::shared_ptr<asio::ssl::context>> LoadTls(const std::string& certificate,
                                                    const std::string& key);

}  // namespace varpulis::http
