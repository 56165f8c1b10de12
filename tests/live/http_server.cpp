#include "tests/live/http_server.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace varpulis::testing {
namespace {

// Listens on a free port, or is only bound to it.
int Bind(int& port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0) std::abort();
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) std::abort();
  port = ntohs(address.sin_port);
  return fd;
}

size_t BodySize(const std::string& head) {
  std::string lower = head;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const size_t at = lower.find("content-length:");
  return at == std::string::npos ? 0 : std::strtoul(lower.c_str() + at + 15, nullptr, 10);
}

bool ReadMore(int connection, std::string& buffer) {
  char bytes[4096];
  const ssize_t count = recv(connection, bytes, sizeof bytes, 0);
  if (count > 0) buffer.append(bytes, static_cast<size_t>(count));
  return count > 0;
}

}  // namespace

int FreePort() {
  int port = 0;
  close(Bind(port));
  return port;
}

HttpServer::HttpServer(Handler handler) : handler_(std::move(handler)) {
  listener_ = Bind(port_);
  if (listen(listener_, 128) != 0) std::abort();
  accepting_ = std::thread([this] { Accept(); });
}

HttpServer::~HttpServer() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
    for (const int connection : open_) shutdown(connection, SHUT_RDWR);
  }
  end_.notify_all();
  shutdown(listener_, SHUT_RDWR);
  accepting_.join();
  for (std::thread& thread : threads_) thread.join();
  close(listener_);
}

std::string HttpServer::Url(const std::string& path) const {
  return fmt::format("http://127.0.0.1:{}{}", port_, path);
}

std::vector<HttpExchange> HttpServer::seen() const {
  const std::lock_guard lock(mutex_);
  return seen_;
}
size_t HttpServer::most_at_once() const {
  const std::lock_guard lock(mutex_);
  return most_at_once_;
}
size_t HttpServer::connections() const {
  const std::lock_guard lock(mutex_);
  return threads_.size();
}

void HttpServer::Accept() {
  for (;;) {
    const int connection = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    const std::lock_guard lock(mutex_);
    if (ends_ || connection < 0) {
      if (connection >= 0) close(connection);
      return;
    }
    open_.insert(connection);
    threads_.emplace_back([this, connection] { Serve(connection); });
  }
}

void HttpServer::Serve(int connection) {
  std::string buffer;
  while (Exchange(connection, buffer)) {
  }
  const std::lock_guard lock(mutex_);
  open_.erase(connection);
  close(connection);
}

bool HttpServer::Exchange(int connection, std::string& buffer) {
  size_t head_end = std::string::npos;
  while ((head_end = buffer.find("\r\n\r\n")) == std::string::npos) {
    if (!ReadMore(connection, buffer)) return false;
  }
  HttpExchange exchange;
  const size_t line_end = buffer.find("\r\n");
  const std::string line = buffer.substr(0, line_end);
  exchange.head = buffer.substr(line_end + 2, head_end - line_end - 2);
  exchange.method = line.substr(0, line.find(' '));
  exchange.target = line.substr(line.find(' ') + 1);
  exchange.target.resize(exchange.target.rfind(' '));
  const size_t end = head_end + 4 + BodySize(exchange.head);
  while (buffer.size() < end) {
    if (!ReadMore(connection, buffer)) return false;
  }
  exchange.body = buffer.substr(head_end + 4, end - head_end - 4);
  buffer.erase(0, end);
  const HttpReply reply = Handle(exchange);
  const std::string text = fmt::format("HTTP/1.1 {} -\r\nContent-Length: {}\r\n\r\n{}",
                                       reply.status, reply.body.size(), reply.body);
  return send(connection, text.data(), text.size(), MSG_NOSIGNAL) ==
         static_cast<ssize_t>(text.size());
}

HttpReply HttpServer::Handle(const HttpExchange& exchange) {
  {
    const std::lock_guard lock(mutex_);
    seen_.push_back(exchange);
    most_at_once_ = std::max(most_at_once_, ++at_once_);
  }
  HttpReply reply = handler_(exchange);
  std::unique_lock lock(mutex_);
  end_.wait_for(lock, std::chrono::milliseconds(reply.delay_ms), [&] { return ends_; });
  --at_once_;
  return reply;
}

}  // namespace varpulis::testing
