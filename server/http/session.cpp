#include "server/http/session.h"

#include <exception>
#include <utility>

#include <fmt/format.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/limits.h"
#include "server/http/request_parser.h"
#include "server/http/response_text.h"
#include "server/http/web_socket.h"

namespace varpulis::http {
namespace {

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

// How long a client may take. The head counts from its first byte.
constexpr std::chrono::seconds kIdle{75};
constexpr std::chrono::seconds kHead{10};
constexpr std::chrono::seconds kBody{60};
constexpr std::chrono::seconds kTakeAnswer{60};
constexpr std::chrono::seconds kLinger{2};
// Longer than any answer may take (decision E10: 30 s); what is still missing then is our mistake.
constexpr std::chrono::hours kAnswer{1};
constexpr std::chrono::seconds kKeepAlive{15};

}  // namespace

Session::Session(std::unique_ptr<Connection> connection, asio::any_io_executor executor,
                 std::string remote, const Service& service)
    : connection_(std::move(connection)),
      executor_(std::move(executor)),
      remote_(std::move(remote)),
      service_(service),
      deadline_(executor_),
      event_(executor_) {}

Session::~Session() = default;

void Session::SetDeadline(Seconds after) {
  deadline_.expires_after(after);
  deadline_.async_wait([self = shared_from_this()](boost::system::error_code error) {
    // It may have been set anew while this call was on its way.
    if (!error && self->deadline_.expiry() <= std::chrono::steady_clock::now())
      self->connection_->Close();
  });
}

void Session::Stop() {
  asio::post(executor_, [self = shared_from_this()] {
    self->is_stopping_ = true;
    if (self->is_idle_) self->connection_->Close();
    if (self->is_streaming_) self->event_.cancel();
    if (self->socket_) self->socket_->Stop();
  });
}

asio::awaitable<void> Session::Run() {
  SetDeadline(kHead);
  if (co_await connection_->Open()) {
    while (co_await HandleOne()) {
    }
  }
  deadline_.cancel();
  connection_->Close();
}

asio::awaitable<bool> Session::Fill() {
  const size_t held = buffer_.size();
  buffer_.resize(held + (16 << 10));
  const size_t count =
      co_await connection_->Read(asio::buffer(buffer_.data() + held, buffer_.size() - held));
  buffer_.resize(held + count);
  co_return count > 0;
}

asio::awaitable<bool> Session::ReadHead(RequestParser& parser) {
  SetDeadline(kIdle);
  is_idle_ = buffer_.empty();
  ParseError error;
  if (is_idle_ && (is_stopping_ || !co_await Fill())) co_return false;
  is_idle_ = false;
  begin_ = std::chrono::steady_clock::now();
  SetDeadline(kHead);
  while (!parser.TakeHead(buffer_, error)) {
    if (!co_await Fill()) co_return false;
  }
  if (error.status == 0) co_return true;
  Request request;
  request.remote = remote_;
  (void)co_await Refuse(request, nullptr, error.status, error.code, error.message);
  co_return false;
}

asio::awaitable<bool> Session::HandleOne() {
  RequestParser parser;
  if (!co_await ReadHead(parser)) co_return false;
  Request request;
  request.remote = remote_;
  if (const ParseError error = parser.MakeRequest(request); error.status != 0) {
    (void)co_await Refuse(request, nullptr, error.status, error.code, error.message);
    co_return false;
  }
  Verdict verdict = service_.begin(request);
  const bool keep_alive = parser.keep_alive();
  if (verdict.refused) {
    const bool goes_on = keep_alive && !request.has_body;
    const bool written =
        co_await Write(request, verdict.route, std::move(*verdict.refused), goes_on);
    if (written && !goes_on) co_await Linger();
    co_return written&& goes_on;
  }
  if (!co_await ReadBody(parser, request, *verdict.route)) co_return false;
  Response response = co_await Ask(request, *verdict.route);
  if (response.stream && request.method != "HEAD") {
    std::unique_ptr<BodyStream> stream = std::move(response.stream);
    const bool chunked = !parser.is_http_1_0();
    service_.finish(request, verdict.route, 0, response);
    SetDeadline(kTakeAnswer);
    const std::string head = StreamHead(response, chunked);
    if (!co_await connection_->Write(asio::buffer(head))) co_return false;
    co_return co_await WriteStream(*stream, chunked) && keep_alive && chunked && !is_stopping_;
  }
  if (response.conversation) {
    co_await Converse(parser, request, verdict.route, std::move(response));
    co_return false;
  }
  co_return co_await Write(request, verdict.route, std::move(response),
                           keep_alive && !is_stopping_);
}

asio::awaitable<bool> Session::ReadBody(RequestParser& parser, Request& request,
                                        const Route& route) {
  if (parser.announced_bytes() > route.body_limit) {
    co_return co_await Refuse(request, &route, 413, "payload_too_large",
                              fmt::format("the body is larger than {} bytes", route.body_limit));
  }
  if (request.has_body && !IsJson(request.header("content-type"))) {
    co_return co_await Refuse(request, &route, 415, "unsupported_media_type",
                              "send Content-Type: application/json");
  }
  if (parser.is_done()) co_return true;
  parser.set_body_limit(route.body_limit);
  SetDeadline(kBody);
  if (parser.expects_continue() && buffer_.empty()) {
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    if (!co_await connection_->Write(asio::buffer(kContinue))) co_return false;
  }
  ParseError error;
  while (!parser.TakeBody(buffer_, error)) {
    if (!co_await Fill()) co_return false;
  }
  if (error.status != 0)
    co_return co_await Refuse(request, &route, error.status, error.code, error.message);
  request.body = parser.take_body();
  co_return true;
}

asio::awaitable<Response> Session::Ask(const Request& request, const Route& route) {
  deadline_.cancel();
  auto answer = std::make_shared<std::optional<Response>>();
  const Reply reply([self = shared_from_this(), answer](Response response) {
    // A function object must be copyable, an answer need not.
    auto carried = std::make_shared<Response>(std::move(response));
    asio::post(self->executor_, [self, answer, carried] {
      if (!*answer) *answer = std::move(*carried);
      self->event_.cancel();
    });
  });
  // A mistake of ours in a handler, or of a library in it, must not take the other clients with it.
  try {
    route.handle(request, reply);
  } catch (const std::exception& error) {
    co_return service_.error(500, "internal", error.what());
  }
  const auto patience = reply.seconds() > 0 ? std::chrono::seconds(reply.seconds()) : kAnswer;
  event_.expires_after(patience);
  while (!*answer) {
    const auto [error] = co_await event_.async_wait(kAwait);
    if (*answer) break;
    // Woken for another reason, which is none to stop waiting.
    if (error) continue;
    if (reply.instead()) co_return reply.instead()();
    co_return service_.error(500, "internal", "the request was not answered");
  }
  co_return std::move(**answer);
}

asio::awaitable<bool> Session::Write(const Request& request, const Route* route, Response response,
                                     bool keep_alive) {
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin_;
  service_.finish(request, route, took.count(), response);
  const std::string text = ResponseText(response, keep_alive, request.method == "HEAD");
  SetDeadline(kTakeAnswer);
  const bool written = co_await connection_->Write(asio::buffer(text));
  if (written && !keep_alive) {
    SetDeadline(kLinger);
    co_await connection_->FinishWriting();
  }
  co_return written&& keep_alive;
}

// Always false: what follows in the connection is the rest of a body, or nobody knows what.
asio::awaitable<bool> Session::Refuse(const Request& request, const Route* route, int status,
                                      std::string_view code, std::string_view message) {
  (void)co_await Write(request, route, service_.error(status, code, message), false);
  co_await Linger();
  co_return false;
}

asio::awaitable<void> Session::Linger() {
  SetDeadline(kLinger);
  for (size_t drained = 0; drained < limits::kMaxDrainedBytes;) {
    buffer_.clear();
    if (!co_await Fill()) co_return;
    drained += buffer_.size();
  }
}

asio::awaitable<bool> Session::WriteChunk(std::string_view bytes, bool chunked) {
  std::string text = chunked ? fmt::format("{:x}\r\n", bytes.size()) : std::string();
  text += bytes;
  if (chunked) text += "\r\n";
  SetDeadline(kTakeAnswer);
  const bool written = co_await connection_->Write(asio::buffer(text));
  deadline_.cancel();
  co_return written;
}

asio::awaitable<void> Session::Converse(const RequestParser& parser, const Request& request,
                                        const Route* route, Response response) {
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin_;
  response.status = 101;
  service_.finish(request, route, took.count(), response);
  deadline_.cancel();
  socket_ = WebSocket::Make(connection_, executor_, std::exchange(buffer_, {}));
  if (is_stopping_) socket_->Stop();
  co_await socket_->Run(parser, std::move(response.headers), *response.conversation);
  socket_ = nullptr;
}

asio::awaitable<bool> Session::WriteStream(BodyStream& stream, bool chunked) {
  is_streaming_ = true;
  stream.Start([self = shared_from_this()] {
    asio::post(self->executor_, [self] {
      self->is_woken_ = true;
      self->event_.cancel();
    });
  });
  bool alive = true;
  while (alive && !is_stopping_) {
    is_woken_ = false;
    const std::optional<std::string> part = stream.Take();
    if (!part) break;
    if (!part->empty()) {
      alive = co_await WriteChunk(*part, chunked);
      continue;
    }
    if (is_woken_) continue;
    event_.expires_after(kKeepAlive);
    const auto [error] = co_await event_.async_wait(kAwait);
    if (!error) alive = co_await WriteChunk(stream.KeepAlive(), chunked);
  }
  stream.Stop();
  is_streaming_ = false;
  if (alive && is_stopping_) alive = co_await WriteChunk(stream.Goodbye(), chunked);
  if (!alive || !chunked) co_return false;
  static constexpr std::string_view kEnd = "0\r\n\r\n";
  SetDeadline(kTakeAnswer);
  co_return co_await connection_->Write(asio::buffer(kEnd));
}

}  // namespace varpulis::http
