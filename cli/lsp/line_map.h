#pragma once

// Places as the protocol counts them: lines from 0, and in a line UTF-16 code units from 0. A character
// beyond U+FFFF has two of them, and four bytes.

#include <cstdint>
#include <string_view>
#include <vector>

namespace varpulis::lsp {

struct Position {
  uint32_t line = 0;
  uint32_t character = 0;

  bool operator==(const Position&) const = default;
};

// Lines end with LF, CR LF or CR. Keeps no text.
class LineMap {
 public:
  explicit LineMap(std::string_view text);

  // Of a byte; within a character, the character's. Offsets beyond the text are its end.
  Position PositionOf(std::string_view text, uint32_t offset) const;
  // Of a position; beyond the end of a line the end of the line, beyond the last line the end of the
  // text, between two units of a character its start.
  uint32_t OffsetOf(std::string_view text, Position position) const;

 private:
  std::vector<uint32_t> starts_;
};

}  // namespace varpulis::lsp
