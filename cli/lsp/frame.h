#pragma once

// Messages in a stream of bytes: a header with `Content-Length`, an empty line, the message.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace varpulis::lsp {

// What stands in the stream next.
struct Frame {
  std::string message;
  std::string problem;  // why there is no message here; reading goes on behind it
};

class FrameReader {
 public:
  explicit FrameReader(size_t max_message_bytes) : max_bytes_(max_message_bytes) {}

  // Bytes as they come, in pieces of any size.
  void Feed(std::string_view bytes);
  // The next frame, nothing until more bytes come. A message that is too long is skipped and reported
  // without being held.
  std::optional<Frame> Next();

 private:
  std::optional<Frame> ReadHeader();

  const size_t max_bytes_;
  std::string buffer_;
  size_t start_ = 0;                // of what is not read yet
  std::optional<size_t> expected_;  // bytes of the message behind the header that was read
  size_t skip_ = 0;                 // bytes of a message that is too long
};

// The message with its header.
std::string Framed(std::string_view message);

}  // namespace varpulis::lsp
