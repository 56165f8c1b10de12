#pragma once

// The bytes of one input, front to back: a file, standard input or text in memory.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"

namespace varpulis::io {

class ByteSource {
 public:
  // `-` is standard input. NotFound or IoError with the path in the message. Reading an input that is not
  // complete ends with Unavailable once `stop_fd` has something to read; -1: never.
  static Result<ByteSource> OpenFile(const std::string& path, int stop_fd = -1);
  static ByteSource OverText(std::string text);

  ByteSource(ByteSource&& other) noexcept;
  ByteSource& operator=(ByteSource&& other) noexcept;
  ~ByteSource();

  // Up to `size` bytes, as many as there are at once; 0 at the end.
  Result<size_t> Read(char* into, size_t size);
  // The first byte that is not blank or part of a byte order mark, which is passed over; 0 if there
  // is none. Call it before the first Read.
  Result<char> PeekFirst();

  // After PeekFirst: `gzip` or `zstd` if the bytes begin like one of them, else empty.
  std::string_view compression() const;

  // Bytes in all, 0 if unknown.
  uint64_t total_bytes() const { return total_bytes_; }
  // False for pipes and terminals, where more may come later than now.
  bool is_complete() const { return is_complete_; }

 private:
  ByteSource() = default;
  Result<size_t> ReadSystem(char* into, size_t size);
  bool WaitForInput() const;
  void Close();

  int fd_ = -1;
  int stop_fd_ = -1;
  std::string path_;
  std::string ahead_;  // read before, or the text in memory
  size_t ahead_at_ = 0;
  uint64_t total_bytes_ = 0;
  bool is_complete_ = true;
};

}  // namespace varpulis::io
