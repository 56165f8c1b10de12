#pragma once

// A client that can also say what no honest one would: bytes over a socket, answers taken apart.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace varpulis::server_test {

struct Answer {
  int status = 0;  // 0: the connection ended before there was one
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;

  std::string header(std::string_view name) const;
  // Fails the test if the body is no JSON.
  nlohmann::ordered_json json() const;
  std::string code() const;
};

// One connection. Reading waits for up to ten seconds.
class Client {
 public:
  explicit Client(uint16_t port);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // With Host, Content-Length, and Content-Type: application/json unless `headers` has one.
  void SendRequest(const std::string& method, const std::string& path, const std::string& body = {},
                   const std::vector<std::string>& headers = {});
  // False: the server has closed the connection.
  bool Send(std::string_view bytes);
  Answer ReadAnswer();
  // Only up to the end of the headers.
  Answer ReadHead();
  // More of a body that has no end, until it contains the text; what came so far.
  std::string ReadUntil(std::string_view text);
  // So many bytes, or fewer if the connection ends.
  std::string ReadBytes(size_t count);
  // Whether the server ends the connection, without further bytes.
  bool IsClosed();

 private:
  bool Receive();

  int socket_ = -1;
  std::string received_;
};

}  // namespace varpulis::server_test
