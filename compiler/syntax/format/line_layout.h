#pragma once

// One logical line as text: where it breaks and how far its parts are indented.

#include <cstdint>
#include <string>

#include "compiler/syntax/format/piece.h"

namespace varpulis::format {

inline constexpr uint32_t kIndent = 4;
inline constexpr uint32_t kMaxColumns = 100;
// Of a line that goes on: deep nesting must not push everything against the right margin, nor make the
// text many times as long.
inline constexpr uint32_t kMaxIndent = 60;

struct Output {
  std::string text;
  std::string_view line_break = "\n";
};

// Appends the line, indented to column `indent` (from 0), without a line break at its end. A chain that
// is broken somewhere or too long has each of its links on a line of its own; what is still too long
// breaks behind commas, in front of `and` and `or`, or behind an opening bracket. Lines that the author
// broke stay broken.
void LayOut(const source::SourceFile& source, LogicalLine line, uint32_t indent, Output& out);

// The text of a comment as it is written, the last blanks of each of its lines removed.
void AppendComment(const source::SourceFile& source, const syntax::Comment& comment, Output& out);

}  // namespace varpulis::format
