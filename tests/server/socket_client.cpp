#include "tests/server/socket_client.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace varpulis::server_test {
namespace {

constexpr char kMask[4] = {0x11, 0x22, 0x33, 0x44};

std::string LengthBytes(size_t size, bool is_masked) {
  const int mask = is_masked ? 0x80 : 0;
  std::string bytes;
  if (size < 126) {
    bytes += static_cast<char>(mask | static_cast<int>(size));
    return bytes;
  }
  const int width = size < 65'536 ? 2 : 8;
  bytes += static_cast<char>(mask | (width == 2 ? 126 : 127));
  for (int i = width - 1; i >= 0; --i) bytes += static_cast<char>(size >> (8 * i) & 0xff);
  return bytes;
}

uint64_t NumberOf(std::string_view bytes) {
  uint64_t number = 0;
  for (const char c : bytes) number = number << 8 | static_cast<uint8_t>(c);
  return number;
}

}  // namespace

int Frame::close_code() const {
  return opcode == kCloseFrame && payload.size() >= 2
             ? static_cast<int>(NumberOf(std::string_view(payload).substr(0, 2)))
             : 0;
}

SocketClient::SocketClient(uint16_t port, const std::string& query,
                           const std::vector<std::string>& headers)
    : client_(port) {
  std::vector<std::string> all = {"Connection: Upgrade", "Upgrade: websocket",
                                  "Sec-WebSocket-Version: 13",
                                  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="};
  all.insert(all.end(), headers.begin(), headers.end());
  client_.SendRequest("GET", "/ws" + query, "", all);
  answer_ = client_.ReadHead();
}

bool SocketClient::SendFrame(int opcode, std::string_view payload, bool is_masked, bool is_last) {
  std::string bytes;
  bytes += static_cast<char>((is_last ? 0x80 : 0) | opcode);
  bytes += LengthBytes(payload.size(), is_masked);
  if (is_masked) bytes.append(kMask, 4);
  for (size_t i = 0; i < payload.size(); ++i)
    bytes += static_cast<char>(is_masked ? payload[i] ^ kMask[i % 4] : payload[i]);
  return client_.Send(bytes);
}

Frame SocketClient::ReadFrame() {
  const std::string head = client_.ReadBytes(2);
  if (head.size() < 2) return {};
  uint64_t size = static_cast<uint8_t>(head[1]) & 0x7f;
  if (size >= 126) size = NumberOf(client_.ReadBytes(size == 126 ? 2 : 8));
  return {head[0] & 0x0f, client_.ReadBytes(size)};
}

nlohmann::ordered_json SocketClient::Read() {
  while (true) {
    const Frame frame = ReadFrame();
    if (frame.opcode == kPingFrame) {
      SendFrame(kPongFrame, frame.payload);
      continue;
    }
    if (frame.opcode != kTextFrame) return nlohmann::ordered_json::object();
    auto message = nlohmann::ordered_json::parse(frame.payload, nullptr, false);
    EXPECT_TRUE(message.is_object()) << frame.payload;
    return message;
  }
}

nlohmann::ordered_json SocketClient::ReadType(std::string_view type) {
  while (true) {
    nlohmann::ordered_json message = Read();
    if (message.empty() || message.value("type", "") == type) return message;
  }
}

}  // namespace varpulis::server_test
