#pragma once

// A small HTTP/1.1 server on a free port of 127.0.0.1, in this process, that remembers what it was asked.
// Connections are kept open. Everything ends with the object.

#include <condition_variable>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace varpulis::testing {

struct HttpExchange {
  std::string method;
  std::string target;  // path and query
  std::string head;    // the header lines
  std::string body;
};
struct HttpReply {
  int status = 200;
  std::string body;
  int delay_ms = 0;
};

class HttpServer {
 public:
  // Called on the thread of a connection.
  using Handler = std::function<HttpReply(const HttpExchange&)>;
  explicit HttpServer(Handler handler);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::string Url(const std::string& path = "/") const;
  std::vector<HttpExchange> seen() const;
  // The most requests that were being answered at one time, and connections that were made.
  size_t most_at_once() const;
  size_t connections() const;

 private:
  void Accept();
  void Serve(int connection);
  bool Exchange(int connection, std::string& buffer);
  HttpReply Handle(const HttpExchange& exchange);

  const Handler handler_;
  int listener_ = -1;
  int port_ = 0;
  mutable std::mutex mutex_;
  std::condition_variable end_;
  bool ends_ = false;
  std::vector<HttpExchange> seen_;
  size_t at_once_ = 0;
  size_t most_at_once_ = 0;
  std::set<int> open_;
  std::vector<std::thread> threads_;
  std::thread accepting_;
};

// A port of 127.0.0.1 that nobody listens on.
int FreePort();

}  // namespace varpulis::testing
