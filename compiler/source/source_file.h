#pragma once

// One text of a program with positions. Spans are byte offsets in the texts of one program
// (source_map.h); lines and columns are computed when somebody looks.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace varpulis::source {

// Half-open byte range [begin, end) in one text of a program.
struct SourceSpan {
  uint32_t begin = 0;
  uint32_t end = 0;

  bool operator==(const SourceSpan&) const = default;
  // The smallest span that covers both.
  SourceSpan To(SourceSpan other) const {
    return {begin < other.begin ? begin : other.begin, end > other.end ? end : other.end};
  }
};

// 1-based line, 1-based column in Unicode code points.
struct LineColumn {
  uint32_t line = 1;
  uint32_t column = 1;
};

// Offsets are those of the program: the first byte of the text has the offset `base`.
class SourceFile {
 public:
  SourceFile(std::string path, std::string text, uint32_t base = 0);

  const std::string& path() const { return path_; }
  std::string_view text() const { return text_; }
  uint32_t base() const { return base_; }
  // Behind the last byte.
  uint32_t end() const { return base_ + static_cast<uint32_t>(text_.size()); }
  std::string_view Text(SourceSpan span) const;

  LineColumn Locate(uint32_t offset) const;
  uint32_t line_count() const { return static_cast<uint32_t>(line_starts_.size()); }
  // Text of a 1-based line without its line break.
  std::string_view Line(uint32_t line) const;
  // Offset of the first byte of a 1-based line.
  uint32_t LineStart(uint32_t line) const { return base_ + line_starts_[line - 1]; }

 private:
  std::string path_;
  std::string text_;
  uint32_t base_;
  std::vector<uint32_t> line_starts_;  // in this text
};

// Code points in UTF-8 text (continuation bytes are not counted).
uint32_t CountCodePoints(std::string_view text);

}  // namespace varpulis::source
