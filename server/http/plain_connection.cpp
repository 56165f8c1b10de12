#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "server/http/connection.h"

namespace varpulis::http {
namespace {

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

class PlainConnection final : public Connection {
 public:
  explicit PlainConnection(asio::ip::tcp::socket socket) : socket_(std::move(socket)) {}

  asio::awaitable<bool> Open() override { co_return true; }

  asio::awaitable<size_t> Read(asio::mutable_buffer buffer) override {
    const auto [error, size] = co_await socket_.async_read_some(buffer, kAwait);
    co_return error ? 0 : size;
  }

  asio::awaitable<bool> Write(asio::const_buffer buffer) override {
    const auto [error, size] = co_await asio::async_write(socket_, buffer, kAwait);
    co_return !error;
  }

  asio::awaitable<void> FinishWriting() override {
    boost::system::error_code ignored;
    socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    co_return;
  }

  void Close() override {
    boost::system::error_code ignored;
    socket_.close(ignored);
  }

 private:
  asio::ip::tcp::socket socket_;
};

}  // namespace

std::unique_ptr<Connection> MakePlainConnection(asio::ip::tcp::socket socket) {
  return std::make_unique<PlainConnection>(std::move(socket));
}

}  // namespace varpulis::http
