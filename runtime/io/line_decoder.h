#pragma once

// Files of entries, one a line: JSON objects and text events mixed, with directives, comments and
// blank lines (language.md 10.1).

#include <optional>
#include <string>
#include <vector>

#include "runtime/io/decoding.h"
#include "runtime/io/evt_text.h"
#include "runtime/io/json_lines.h"
#include "runtime/io/line_buffer.h"

namespace varpulis::io {

// When an entry arrives, after the start.
struct Arrival {
  bool in_force = false;  // a directive says so; then it is also the time of a JSON line
  DurationNs offset = 0;
};

// What stands in front of the event of a line.
struct LinePrefix {
  enum class Kind : uint8_t { Event, Nothing, Batch, Bad };
  Kind kind = Kind::Nothing;
  const char* event = nullptr;  // Kind::Event: its first byte
  Arrival arrival{};            // Kind::Event, Kind::Batch
  const char* reason = "";      // Kind::Bad
};
// Blank lines and comments are Nothing. `batch` is what the last BATCH said.
LinePrefix ReadPrefix(const char* line, const Arrival& batch);

class LineDecoder final : public FileDecoder {
 public:
  // `decoding` must outlive it.
  LineDecoder(Decoding& decoding, ByteSource source);

  Progress Append(row::Batch& batch) override;
  uint64_t bytes_read() const override { return buffer_.bytes_read(); }

 private:
  // A line of a file whose entries do not arrive in the order in which they are written.
  struct HeldLine {
    Arrival arrival;
    size_t begin;  // in held_text_
    uint64_t number;
    bool too_long;  // its text was not kept
  };
  enum class Window : uint8_t { Lines, TooLong, Done, Failed };

  // Makes the buffer hold lines.
  Window NextWindow();
  // Decodes the line and returns its end; null if it is malformed (reason_).
  const char* DecodeLine(const char* line, const LinePrefix& prefix, row::Batch& batch);
  const char* DecodeEvent(const LinePrefix& prefix, row::Batch& batch);
  // Reads the rest of the file into memory and sorts its lines by arrival; false on failure.
  bool HoldRest();
  void Hold(const char* line);
  // Whether an event with that arrival belongs into the batch; the first one says when the batch arrives.
  bool ArrivesWith(row::Batch& batch, const Arrival& arrival) const;
  Progress AppendHeld(row::Batch& batch);

  Decoding* decoding_;
  LineBuffer buffer_;
  JsonLineDecoder json_;
  TextEventDecoder text_;
  uint64_t line_number_ = 0;
  Arrival batch_;
  std::string reason_;

  bool is_held_ = false;
  std::string held_text_;
  std::vector<HeldLine> held_;
  size_t next_held_ = 0;
};

}  // namespace varpulis::io
