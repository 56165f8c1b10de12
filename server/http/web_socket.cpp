#include "server/http/web_socket.h"

#include <chrono>
#include <exception>
#include <optional>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>

#include "base/check.h"
#include "server/http/connection_stream.h"

namespace varpulis::http {
namespace {

namespace websocket = boost::beast::websocket;
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

constexpr std::chrono::seconds kHandshake{10};
// A ping is sent when half of it has passed.
constexpr std::chrono::seconds kIdle{60};
constexpr std::chrono::seconds kTick{5};

class BeastWebSocket final : public WebSocket {
 public:
  BeastWebSocket(std::shared_ptr<Connection> connection, const asio::any_io_executor& executor,
                 std::string received)
      : stream_(ConnectionStream(std::move(connection), executor, std::move(received))),
        executor_(executor),
        event_(executor),
        answered_(executor),
        farewell_(executor) {}

  asio::awaitable<void> Run(const RequestParser& request, std::vector<Header> headers,
                            Conversation& conversation) override;
  void Stop() override;

 private:
  void SetOptions(std::vector<Header> headers);
  asio::awaitable<void> ReadAll(Conversation& conversation);
  asio::awaitable<void> WriteAll(Conversation& conversation);
  asio::awaitable<bool> Write(const std::string& message);
  Conversation::Answer AnswerLater();
  void Wake() {
    is_woken_ = true;
    event_.cancel();
  }

  // Without compression, which would let a client make us decompress, and cost each connection much memory.
  websocket::stream<ConnectionStream, false> stream_;
  asio::any_io_executor executor_;
  asio::steady_timer event_;           // cancelled when there is something to do for the writer
  asio::steady_timer answered_;        // cancelled when the reader may go on
  asio::steady_timer farewell_;        // of a client that does not say goodbye
  std::optional<std::string> answer_;  // to the last message, until it is written
  bool is_answering_ = false;  // a message has been received, its answer has not been written
  bool is_woken_ = false;
  websocket::close_code goodbye_ = websocket::close_code::going_away;
  bool is_stopping_ = false;
  bool is_closing_ = false;  // nothing is received any more
  bool has_ended_ = false;   // nothing can be read any more
};

void BeastWebSocket::Stop() {
  is_stopping_ = true;
  event_.cancel();
  farewell_.expires_after(kHandshake);
  farewell_.async_wait([self = shared_from_this(), this](boost::system::error_code error) {
    if (!error) stream_.next_layer().Close();
  });
}

void BeastWebSocket::SetOptions(std::vector<Header> headers) {
  stream_.read_message_max(kMaxSocketMessageBytes);
  stream_.set_option(websocket::stream_base::timeout{kHandshake, kIdle, true});
  stream_.set_option(websocket::stream_base::decorator(
      [headers = std::move(headers)](websocket::response_type& response) {
        for (const auto& [name, value] : headers) response.insert(name, value);
      }));
}

asio::awaitable<void> BeastWebSocket::Run(const RequestParser& request, std::vector<Header> headers,
                                          Conversation& conversation) {
  SetOptions(std::move(headers));
  const auto [error] = co_await stream_.async_accept(request.parsed(), kAwait);
  if (error) co_return;
  conversation.Start(
      [self = shared_from_this(), this] { asio::post(executor_, [self, this] { Wake(); }); });
  asio::co_spawn(executor_, ReadAll(conversation),
                 [self = shared_from_this(), this](const std::exception_ptr& thrown) {
                   VPL_CHECK(!thrown, "reading throws nothing");
                   has_ended_ = true;
                   Wake();
                 });
  co_await WriteAll(conversation);
  conversation.Stop();
}

asio::awaitable<void> BeastWebSocket::ReadAll(Conversation& conversation) {
  boost::beast::flat_buffer buffer;
  while (true) {
    const auto [error, size] = co_await stream_.async_read(buffer, kAwait);
    if (error) co_return;
    // Behind a goodbye only the client's own is of interest, and it may have sent more before.
    if (is_closing_) {
      buffer.consume(size);
      continue;
    }
    is_answering_ = true;
    // A mistake of ours, or of a library, must not take the other clients with it.
    try {
      conversation.Receive({static_cast<const char*>(buffer.data().data()), size}, AnswerLater());
    } catch (const std::exception&) {
      goodbye_ = websocket::close_code::internal_error;
      is_stopping_ = true;
      Wake();
    }
    buffer.consume(size);
    while (is_answering_ && !is_closing_) {
      answered_.expires_at(std::chrono::steady_clock::time_point::max());
      (void)co_await answered_.async_wait(kAwait);
    }
  }
}

Conversation::Answer BeastWebSocket::AnswerLater() {
  return [self = shared_from_this(), this](std::string message) {
    // A function object must be copyable, a message need not be copied.
    auto carried = std::make_shared<std::string>(std::move(message));
    asio::post(executor_, [self, this, carried] {
      if (!is_answering_ || is_closing_ || answer_) return;
      answer_ = std::move(*carried);
      Wake();
    });
  };
}

asio::awaitable<bool> BeastWebSocket::Write(const std::string& message) {
  stream_.text(true);
  const auto [error, size] = co_await stream_.async_write(asio::buffer(message), kAwait);
  co_return !error;
}

asio::awaitable<void> BeastWebSocket::WriteAll(Conversation& conversation) {
  bool alive = true;
  while (alive && !has_ended_ && !is_stopping_) {
    is_woken_ = false;
    if (answer_) {
      alive = co_await Write(*std::exchange(answer_, std::nullopt));
      is_answering_ = false;
      answered_.cancel();
      continue;
    }
    if (const std::optional<std::string> pushed = conversation.Take()) {
      alive = co_await Write(*pushed);
      continue;
    }
    if (is_woken_) continue;
    event_.expires_after(kTick);
    const auto [error] = co_await event_.async_wait(kAwait);
    if (!error) conversation.Tick();
  }
  is_closing_ = true;
  answered_.cancel();
  if (alive && !has_ended_) (void)co_await stream_.async_close(goodbye_, kAwait);
  farewell_.cancel();
  stream_.next_layer().Close();
  // The reader uses the conversation and this object's stream until its last read has failed.
  while (!has_ended_) {
    event_.expires_after(kTick);
    (void)co_await event_.async_wait(kAwait);
  }
}

}  // namespace

std::shared_ptr<WebSocket> WebSocket::Make(std::shared_ptr<Connection> connection,
                                           asio::any_io_executor executor, std::string received) {
  return std::make_shared<BeastWebSocket>(std::move(connection), executor, std::move(received));
}

}  // namespace varpulis::http
