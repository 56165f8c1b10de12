#pragma once

// The client's side of a web socket, frame by frame, so that it can also send what no honest one would.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/server/http_client.h"

namespace varpulis::server_test {

struct Frame {
  int opcode = -1;  // -1: the connection has ended
  std::string payload;

  // Of a close frame; 0: it has none.
  int close_code() const;
};

inline constexpr int kTextFrame = 1;
inline constexpr int kCloseFrame = 8;
inline constexpr int kPingFrame = 9;
inline constexpr int kPongFrame = 10;

class SocketClient {
 public:
  // Asks for `/ws` with the query, and what `headers` add.
  explicit SocketClient(uint16_t port, const std::string& query = {},
                        const std::vector<std::string>& headers = {});

  const Answer& answer() const { return answer_; }
  bool Send(std::string_view message) { return SendFrame(kTextFrame, message); }
  // Not masked, or not the last one of its message, if so asked.
  bool SendFrame(int opcode, std::string_view payload, bool is_masked = true, bool is_last = true);
  bool SendBytes(std::string_view bytes) { return client_.Send(bytes); }
  Frame ReadFrame();
  // The next text message, pings answered; an empty object: the connection has ended.
  nlohmann::ordered_json Read();
  // The next one of that type; others in front of it are dropped.
  nlohmann::ordered_json ReadType(std::string_view type);
  nlohmann::ordered_json Ask(const nlohmann::ordered_json& message) {
    Send(message.dump());
    return Read();
  }

 private:
  Client client_;
  Answer answer_;
};

}  // namespace varpulis::server_test
