#pragma once

// The text of a program with positions. Spans are byte offsets into the text; lines and columns
// are computed when somebody looks.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace varpulis::source {

// Half-open byte range [begin, end) in one SourceFile.
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

class SourceFile {
 public:
  SourceFile(std::string path, std::string text);

  const std::string& path() const { return path_; }
  std::string_view text() const { return text_; }
  std::string_view Text(SourceSpan span) const;

  LineColumn Locate(uint32_t offset) const;
  uint32_t line_count() const { return static_cast<uint32_t>(line_starts_.size()); }
  // Text of a 1-based line without its line break.
  std::string_view Line(uint32_t line) const;
  // Byte offset of the first byte of a 1-based line.
  uint32_t LineStart(uint32_t line) const { return line_starts_[line - 1]; }

 private:
  std::string path_;
  std::string text_;
  std::vector<uint32_t> line_starts_;
};

// Code points in UTF-8 text (continuation bytes are not counted).
uint32_t CountCodePoints(std::string_view text);

}  // namespace varpulis::source
