#pragma once

// A logical line as pieces: its tokens with what stands in front of each, and where lines may break.

#include <string_view>
#include <vector>

#include "compiler/syntax/format/gap.h"
#include "compiler/syntax/token.h"
#include "compiler/syntax/token_role.h"

namespace varpulis::format {

// How strongly a place invites a line break when a line is too long.
enum class Invitation : uint8_t { None, Opener, And, Or, Comma };

struct Piece {
  syntax::Token token;
  syntax::TokenRole role;
  std::string_view text;
  const Gap* gap = nullptr;
  uint32_t depth = 0;       // open brackets around it; those of an opener and its closer are equal
  uint32_t width = 0;       // of its first line, in code points
  uint32_t last_width = 0;  // of its last line; differs for text with line breaks
  bool space = false;       // a blank before it when it shares a line with the piece before
  bool breaks = false;      // a line break before it
  bool must_break = false;  // ... which has to stay: a comment or the end of a statement
  bool starts_statement = false;  // ... in the block of a lambda
  bool is_link = false;           // starts a link of a chain: `-> X`, `.where(..)`, `within 5m`
  Invitation invitation = Invitation::None;
};

struct LogicalLine {
  std::vector<Piece> pieces;
  bool has_links = false;
  bool opens_block = false;
};

// The tokens [begin, end) of a statement, which are one logical line.
struct LineTokens {
  const source::SourceFile& source;
  const std::vector<syntax::Token>& tokens;
  const std::vector<syntax::TokenRole>& roles;
  const std::vector<bool>& spaces;
  const Gap* gaps;  // of the first token
  size_t begin;
  size_t end;
};
// With the author's line breaks, less those that the house style never has.
LogicalLine MakeLine(const LineTokens& line);

}  // namespace varpulis::format
