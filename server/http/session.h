#pragma once

// One connection: requests one after the other, pipelined or not, each with its deadline.

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "server/http/connection.h"
#include "server/http/service.h"

namespace varpulis::http {

class RequestParser;
class WebSocket;

// Lives in its own coroutine; everything but Stop happens on its executor, a strand.
class Session : public std::enable_shared_from_this<Session> {
 public:
  // `service` outlives the session.
  Session(std::unique_ptr<Connection> connection, asio::any_io_executor executor,
          std::string remote, const Service& service);
  ~Session();

  asio::awaitable<void> Run();
  // On any thread: finishes the request that is under way, if there is one, and ends.
  void Stop();

 private:
  using Seconds = std::chrono::seconds;

  // The next request's head; false: the connection ends, with an answer or without.
  asio::awaitable<bool> ReadHead(RequestParser& parser);
  asio::awaitable<bool> ReadBody(RequestParser& parser, Request& request, const Route& route);
  // False: the connection ends.
  asio::awaitable<bool> HandleOne();
  asio::awaitable<Response> Ask(const Request& request, const Route& route);
  asio::awaitable<bool> Write(const Request& request, const Route* route, Response response,
                              bool keep_alive);
  asio::awaitable<void> Converse(const RequestParser& parser, const Request& request,
                                 const Route* route, Response response);
  asio::awaitable<bool> WriteStream(BodyStream& stream, bool chunked);
  asio::awaitable<bool> WriteChunk(std::string_view bytes, bool chunked);
  asio::awaitable<bool> Refuse(const Request& request, const Route* route, int status,
                               std::string_view code, std::string_view message);
  // Reads a little of what the client is still sending, so that it gets to see the answer.
  asio::awaitable<void> Linger();
  asio::awaitable<bool> Fill();
  void SetDeadline(Seconds after);

  std::shared_ptr<Connection> connection_;
  asio::any_io_executor executor_;
  const std::string remote_;
  const Service& service_;
  asio::steady_timer deadline_;
  asio::steady_timer event_;           // cancelled when there is an answer, or something to stream
  std::string buffer_;                 // received, not yet parsed
  std::shared_ptr<WebSocket> socket_;  // once the connection has become one
  std::chrono::steady_clock::time_point begin_;  // of the request
  bool is_idle_ = true;
  bool is_streaming_ = false;
  bool is_woken_ = false;
  bool is_stopping_ = false;
};

}  // namespace varpulis::http
