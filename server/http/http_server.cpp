#include "server/http/http_server.h"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/limits.h"
#include "base/log.h"
#include "server/http/session.h"

namespace varpulis::http {
namespace {

using asio::ip::tcp;
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
const log::Target kLog("varpulis::http");

class ListeningServer final : public HttpServer {
 public:
  ListeningServer(Service service, std::shared_ptr<asio::ssl::context> tls)
      : service_(std::move(service)),
        tls_(std::move(tls)),
        acceptor_(asio::make_strand(context_)),
        room_(acceptor_.get_executor()) {}
  ~ListeningServer() override { (void)Stop(0); }

  Status Listen(const asio::ip::address& address, uint16_t port);
  void Start(unsigned threads);
  uint16_t port() const override { return port_; }
  bool Stop(int seconds) override;

 private:
  asio::awaitable<void> Accept();
  void Serve(tcp::socket socket);
  void Remove(uint64_t number);

  const Service service_;
  const std::shared_ptr<asio::ssl::context> tls_;
  asio::io_context context_;
  tcp::acceptor acceptor_;
  asio::steady_timer room_;  // cancelled when a connection has ended
  uint16_t port_ = 0;
  std::vector<std::thread> threads_;

  std::mutex mutex_;
  std::condition_variable ended_;
  std::map<uint64_t, std::shared_ptr<Session>> sessions_;  // guarded by mutex_
  uint64_t next_session_ = 0;
  bool stopping_ = false;
};

Status ListeningServer::Listen(const asio::ip::address& address, uint16_t port) {
  boost::system::error_code error;
  const tcp::endpoint endpoint(address, port);
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error && address.is_v6() && address.is_unspecified())
    acceptor_.set_option(asio::ip::v6_only(false), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    return {StatusCode::IoError, fmt::format("cannot listen on {} port {}: {}", address.to_string(),
                                             port, error.message())};
  }
  port_ = acceptor_.local_endpoint().port();
  return {};
}

void ListeningServer::Start(unsigned threads) {
  asio::co_spawn(acceptor_.get_executor(), Accept(), asio::detached);
  for (unsigned i = 0; i < std::max(threads, 1u); ++i) {
    threads_.emplace_back([this] { context_.run(); });
  }
}

asio::awaitable<void> ListeningServer::Accept() {
  while (acceptor_.is_open()) {
    bool is_full = false;
    {
      std::lock_guard lock(mutex_);
      is_full = sessions_.size() >= limits::kMaxConnections;
    }
    if (is_full) {
      room_.expires_after(std::chrono::seconds(1));
      (void)co_await room_.async_wait(kAwait);
      continue;
    }
    // Every connection has a strand of its own.
    auto [error, socket] = co_await acceptor_.async_accept(asio::make_strand(context_), kAwait);
    if (!error) {
      Serve(std::move(socket));
      continue;
    }
    if (!acceptor_.is_open()) co_return;
    // Out of descriptors, most likely: connections that end give some back.
    VPL_LOG(kLog, Warn, "Cannot accept", {"error", error.message()});
    room_.expires_after(std::chrono::milliseconds(100));
    (void)co_await room_.async_wait(kAwait);
  }
}

void ListeningServer::Serve(tcp::socket socket) {
  boost::system::error_code error;
  const tcp::endpoint remote = socket.remote_endpoint(error);
  if (error) return;
  socket.set_option(tcp::no_delay(true), error);
  const asio::any_io_executor executor = socket.get_executor();
  asio::ip::address address = remote.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  auto connection =
      tls_ ? MakeTlsConnection(std::move(socket), *tls_) : MakePlainConnection(std::move(socket));
  auto session =
      std::make_shared<Session>(std::move(connection), executor, address.to_string(), service_);
  uint64_t number = 0;
  {
    std::lock_guard lock(mutex_);
    if (stopping_) return;
    number = next_session_++;
    sessions_.emplace(number, session);
  }
  asio::co_spawn(executor, session->Run(),
                 [this, session, number](const std::exception_ptr& failure) {
                   VPL_CHECK(!failure, "a session throws nothing");
                   Remove(number);
                 });
}

void ListeningServer::Remove(uint64_t number) {
  asio::post(acceptor_.get_executor(), [this] { room_.cancel(); });
  std::lock_guard lock(mutex_);
  sessions_.erase(number);
  if (sessions_.empty()) ended_.notify_all();
}

bool ListeningServer::Stop(int seconds) {
  if (threads_.empty()) return true;
  asio::post(acceptor_.get_executor(), [this] {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    room_.cancel();
  });
  bool all_ended = false;
  {
    std::unique_lock lock(mutex_);
    stopping_ = true;
    for (const auto& [number, session] : sessions_) session->Stop();
    all_ended =
        ended_.wait_for(lock, std::chrono::seconds(seconds), [this] { return sessions_.empty(); });
  }
  context_.stop();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  return all_ended;
}

}  // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::Start(const ServerOptions& options,
                                                      Service service) {
  boost::system::error_code error;
  const asio::ip::address address = asio::ip::make_address(options.bind, error);
  if (error)
    return Status(StatusCode::InvalidArgument, fmt::format("`{}` is no IP address", options.bind));
  std::shared_ptr<asio::ssl::context> tls;
  if (!options.tls_certificate.empty()) {
    auto loaded = LoadTls(options.tls_certificate, options.tls_key);
    if (!loaded.ok()) return loaded.status();
    tls = std::move(*loaded);
  }
  auto server = std::make_unique<ListeningServer>(std::move(service), std::move(tls));
  if (Status listening = server->Listen(address, options.port); !listening.ok()) return listening;
  server->Start(options.threads);
  return std::unique_ptr<HttpServer>(std::move(server));
}

}  // namespace varpulis::http
