#include <utility>

#include <fmt/format.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "server/http/connection.h"

namespace varpulis::http {
namespace {

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

class TlsConnection final : public Connection {
 public:
  TlsConnection(asio::ip::tcp::socket socket, asio::ssl::context& context)
      : stream_(std::move(socket), context) {}

  asio::awaitable<bool> Open() override {
    const auto [error] = co_await stream_.async_handshake(asio::ssl::stream_base::server, kAwait);
    co_return !error;
  }

  asio::awaitable<size_t> Read(asio::mutable_buffer buffer) override {
    const auto [error, size] = co_await stream_.async_read_some(buffer, kAwait);
    co_return error ? 0 : size;
  }

  asio::awaitable<bool> Write(asio::const_buffer buffer) override {
    const auto [error, size] = co_await asio::async_write(stream_, buffer, kAwait);
    co_return !error;
  }

  // Also waits for the client's goodbye, which its deadline bounds.
  asio::awaitable<void> FinishWriting() override { (void)co_await stream_.async_shutdown(kAwait); }

  void Close() override {
    boost::system::error_code ignored;
    stream_.lowest_layer().close(ignored);
  }

 private:
  asio::ssl::stream<asio::ip::tcp::socket> stream_;
};

}  // namespace

std::unique_ptr<Connection> MakeTlsConnection(asio::ip::tcp::socket socket,
                                              asio::ssl::context& context) {
  return std::make_unique<TlsConnection>(std::move(socket), context);
}

Result<std::shared_ptr<asio::ssl::context>> LoadTls(const std::string& certificate,
                                                    const std::string& key) {
  auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
  boost::system::error_code error;
  context->set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 |
                           asio::ssl::context::no_tlsv1_1,
                       error);
  if (!error) context->use_certificate_chain_file(certificate, error);
  if (error) {
    return Status(StatusCode::InvalidArgument,
                  fmt::format("{} is no certificate: {}", certificate, error.message()));
  }
  context->use_private_key_file(key, asio::ssl::context::pem, error);
  if (error) {
    return Status(StatusCode::InvalidArgument,
                  fmt::format("{} is no key of it: {}", key, error.message()));
  }
  return context;
}

}  // namespace varpulis::http
