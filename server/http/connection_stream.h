#pragma once

// A connection as the stream that Beast's web sockets are made over. There is one kind of it, encrypted or not.

#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/error.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/role.hpp>

#include "server/http/connection.h"

namespace varpulis::http {

// One read and one write at a time, on `executor`, which is that of the connection. What is under way holds
// the connection, but not this object.
class ConnectionStream {
 public:
  using executor_type = asio::any_io_executor;

  // `received` has been read from the connection already.
  ConnectionStream(std::shared_ptr<Connection> connection, asio::any_io_executor executor,
                   std::string received)
      : connection_(std::move(connection)),
        executor_(std::move(executor)),
        received_(std::move(received)) {}

  executor_type get_executor() const { return executor_; }
  void Close() { connection_->Close(); }

  template <typename Buffers, typename Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    const size_t held = asio::buffer_copy(buffers, asio::buffer(received_));
    received_.erase(0, held);
    return Run(held > 0 ? Nothing(held) : Read(connection_, FirstOf(buffers)),
               std::forward<Token>(token));
  }
  // Takes all of the buffers, as one piece.
  template <typename Buffers, typename Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    std::string bytes = boost::beast::buffers_to_string(buffers);
    return Run(bytes.empty() ? Nothing(0) : Write(connection_, std::move(bytes)),
               std::forward<Token>(token));
  }

 private:
  using Signature = void(boost::system::error_code, size_t);
  static constexpr size_t kFailed = SIZE_MAX;

  template <typename Buffers>
  static asio::mutable_buffer FirstOf(const Buffers& buffers) {
    for (auto at = asio::buffer_sequence_begin(buffers); at != asio::buffer_sequence_end(buffers);
         ++at) {
      const asio::mutable_buffer buffer(*at);
      if (buffer.size() > 0) return buffer;
    }
    return {};
  }

  // The number of bytes, or kFailed: the connection has ended.
  static asio::awaitable<size_t> Nothing(size_t count) { co_return count; }
  static asio::awaitable<size_t> Read(std::shared_ptr<Connection> connection,
                                      asio::mutable_buffer buffer) {
    if (buffer.size() == 0) co_return 0;
    const size_t count = co_await connection->Read(buffer);
    co_return count > 0 ? count : kFailed;
  }
  static asio::awaitable<size_t> Write(std::shared_ptr<Connection> connection, std::string bytes) {
    const bool written = co_await connection->Write(asio::buffer(bytes));
    co_return written ? bytes.size() : kFailed;
  }

  template <typename Token>
  auto Run(asio::awaitable<size_t> operation, Token&& token) {
    return asio::async_initiate<Token, Signature>(
        [executor = executor_](auto handler, asio::awaitable<size_t> started) {
          const asio::any_io_executor wanted = asio::get_associated_executor(handler, executor);
          asio::co_spawn(executor, std::move(started),
                         [wanted, handler = std::move(handler)](const std::exception_ptr& thrown,
                                                                size_t count) mutable {
                           const bool failed = thrown != nullptr || count == kFailed;
                           boost::system::error_code error;
                           if (failed) error = asio::error::eof;
                           asio::dispatch(wanted, [handler = std::move(handler), error,
                                                   count = failed ? 0 : count]() mutable {
                             std::move(handler)(error, count);
                           });
                         });
        },
        token, std::move(operation));
  }

  std::shared_ptr<Connection> connection_;
  asio::any_io_executor executor_;
  std::string received_;
};

// What Beast asks of its streams when they end. The session says goodbye.
inline void beast_close_socket(ConnectionStream& stream) { stream.Close(); }
template <typename Handler>
void async_teardown(boost::beast::role_type, ConnectionStream& stream, Handler&& handler) {
  stream.Close();
  asio::dispatch(stream.get_executor(), [handler = std::forward<Handler>(handler)]() mutable {
    std::move(handler)(boost::system::error_code());
  });
}

}  // namespace varpulis::http
