#include "tests/server/http_client.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace varpulis::server_test {

std::string Answer::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return "";
}

nlohmann::ordered_json Answer::json() const {
  auto json = nlohmann::ordered_json::parse(body, nullptr, false);
  EXPECT_FALSE(json.is_discarded()) << status << " " << body;
  return json;
}

std::string Answer::code() const { return json().value("code", ""); }

Client::Client(uint16_t port) {
  socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval patience{10, 0};
  setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0) << port;
}

Client::~Client() { close(socket_); }

bool Client::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  return true;
}

void Client::SendRequest(const std::string& method, const std::string& path,
                         const std::string& body, const std::vector<std::string>& headers) {
  std::string text = fmt::format("{} {} HTTP/1.1\r\nHost: x\r\n", method, path);
  bool has_type = false;
  for (const std::string& header : headers) {
    text += header + "\r\n";
    has_type |= header.starts_with("Content-Type:");
  }
  if (!body.empty() && !has_type) text += "Content-Type: application/json\r\n";
  if (!body.empty() || method == "POST") text += fmt::format("Content-Length: {}\r\n", body.size());
  (void)Send(text + "\r\n" + body);
}

bool Client::Receive() {
  char bytes[16 << 10];
  const ssize_t count = recv(socket_, bytes, sizeof bytes, 0);
  if (count <= 0) return false;
  received_.append(bytes, static_cast<size_t>(count));
  return true;
}

Answer Client::ReadHead() {
  Answer answer;
  size_t end = 0;
  while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
    if (!Receive()) return answer;
  }
  const std::string head = received_.substr(0, end + 2);
  received_.erase(0, end + 4);
  answer.status = std::atoi(head.c_str() + head.find(' ') + 1);
  for (size_t at = head.find("\r\n") + 2; at < head.size();) {
    const size_t line_end = head.find("\r\n", at);
    const std::string line = head.substr(at, line_end - at);
    const size_t colon = line.find(':');
    std::string name = line.substr(0, colon);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return static_cast<char>(std::tolower(c)); });
    answer.headers.emplace_back(name, line.substr(line.find_first_not_of(' ', colon + 1)));
    at = line_end + 2;
  }
  if (answer.status == 100) return ReadHead();
  return answer;
}

Answer Client::ReadAnswer() {
  Answer answer = ReadHead();
  const auto length = static_cast<size_t>(std::atoll(answer.header("content-length").c_str()));
  while (received_.size() < length && Receive()) {
  }
  answer.body = received_.substr(0, length);
  received_.erase(0, answer.body.size());
  return answer;
}

std::string Client::ReadUntil(std::string_view text) {
  while (received_.find(text) == std::string::npos) {
    if (!Receive()) break;
  }
  return received_;
}

std::string Client::ReadBytes(size_t count) {
  while (received_.size() < count && Receive()) {
  }
  std::string bytes = received_.substr(0, count);
  received_.erase(0, bytes.size());
  return bytes;
}

bool Client::IsClosed() {
  if (!received_.empty()) return false;
  char byte = 0;
  return recv(socket_, &byte, 1, 0) == 0;
}

}  // namespace varpulis::server_test
