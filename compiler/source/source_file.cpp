#include "compiler/source/source_file.h"

#include <algorithm>
#include <utility>

namespace varpulis::source {

SourceFile::SourceFile(std::string path, std::string text, uint32_t base)
    : path_(std::move(path)), text_(std::move(text)), base_(base) {
  line_starts_.push_back(0);
  for (uint32_t i = 0; i < text_.size(); ++i) {
    if (text_[i] == '\n') line_starts_.push_back(i + 1);
  }
}

std::string_view SourceFile::Text(SourceSpan span) const {
  const uint32_t begin = std::clamp(span.begin, base_, end());
  const uint32_t last = std::clamp(span.end, begin, end());
  return std::string_view(text_).substr(begin - base_, last - begin);
}

LineColumn SourceFile::Locate(uint32_t offset) const {
  offset = std::clamp(offset, base_, end()) - base_;
  auto after = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  auto line = static_cast<uint32_t>(after - line_starts_.begin());
  uint32_t start = line_starts_[line - 1];
  return {line, CountCodePoints(std::string_view(text_).substr(start, offset - start)) + 1};
}

std::string_view SourceFile::Line(uint32_t line) const {
  uint32_t begin = line_starts_[line - 1];
  uint32_t end =
      line < line_starts_.size() ? line_starts_[line] : static_cast<uint32_t>(text_.size());
  std::string_view text = std::string_view(text_).substr(begin, end - begin);
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

uint32_t CountCodePoints(std::string_view text) {
  return static_cast<uint32_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace varpulis::source
