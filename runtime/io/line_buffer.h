#pragma once

// A window over a ByteSource that always holds whole lines. Its size does not depend on the file's:
// bytes that were consumed are overwritten.

#include <cstdint>
#include <memory>

#include "base/status.h"
#include "runtime/io/byte_source.h"

namespace varpulis::io {

class LineBuffer {
 public:
  explicit LineBuffer(ByteSource source);

  enum class State : uint8_t {
    Line,     // line() is the first byte of a line that ends with '\n' before window_end()
    Empty,    // everything read so far has been consumed: call Fill
    TooLong,  // a line longer than limits::kMaxEventLineBytes was passed over
    End,
  };
  State state() const { return at_ < complete_ ? State::Line : State::Empty; }
  // Reads on. Moves the window: earlier line pointers are dead.
  Result<State> Fill();

  // Every line ends with '\n' (added to the last one where it lacks); kPadding bytes follow.
  const char* line() const { return at_; }
  const char* window_end() const { return complete_; }
  // `end` is behind the '\n' of the last line that was consumed.
  void ConsumeTo(const char* end) { at_ = end; }
  // The end of the current line, behind its '\n'.
  const char* FindLineEnd() const;

  // Bytes read from the source, the added last line end not counted.
  uint64_t bytes_read() const { return bytes_read_; }
  bool source_is_complete() const { return source_.is_complete(); }

 private:
  // Moves the bytes that were not consumed to just before the read area.
  void MoveRestToFront();
  Result<State> SkipLongLine();

  // | room for the rest of a line | read area, page-aligned | '\n' and padding |
  //        [at_ ... the unfinished line][bytes that read() wrote ... end_)
  // Copies out of the page cache are twice as fast to aligned addresses.
  ByteSource source_;
  std::unique_ptr<char[]> buffer_;
  size_t front_ = 0;                // bytes before the read area
  char* area_ = nullptr;            // the read area
  const char* at_ = nullptr;        // first byte not consumed
  const char* complete_ = nullptr;  // behind the last '\n'
  char* end_ = nullptr;             // behind the last byte read
  uint64_t bytes_read_ = 0;
  bool at_end_ = false;
};

}  // namespace varpulis::io
