#include "cli/lsp/line_map.h"

#include <algorithm>

namespace varpulis::lsp {
namespace {

// Bytes of the UTF-8 character that starts with `lead`, and its units in UTF-16.
uint32_t BytesOf(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  return byte < 0x80 ? 1 : byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
}
uint32_t UnitsOf(char lead) { return BytesOf(lead) == 4 ? 2 : 1; }

}  // namespace

LineMap::LineMap(std::string_view text) {
  starts_.push_back(0);
  for (size_t at = text.find_first_of("\r\n"); at != std::string_view::npos;
       at = text.find_first_of("\r\n", at)) {
    at += text.substr(at, 2) == "\r\n" ? 2 : 1;
    starts_.push_back(static_cast<uint32_t>(at));
  }
}

Position LineMap::PositionOf(std::string_view text, uint32_t offset) const {
  offset = std::min(offset, static_cast<uint32_t>(text.size()));
  const auto after = std::upper_bound(starts_.begin(), starts_.end(), offset);
  const auto line = static_cast<uint32_t>(after - starts_.begin()) - 1;
  Position position{line, 0};
  for (uint32_t at = starts_[line]; at < offset;) {
    const uint32_t bytes = BytesOf(text[at]);
    if (at + bytes > offset) break;
    position.character += UnitsOf(text[at]);
    at += bytes;
  }
  return position;
}

uint32_t LineMap::OffsetOf(std::string_view text, Position position) const {
  const auto size = static_cast<uint32_t>(text.size());
  if (position.line >= starts_.size()) return size;
  uint32_t end = position.line + 1 < starts_.size() ? starts_[position.line + 1] : size;
  uint32_t at = starts_[position.line];
  while (end > at && (text[end - 1] == '\n' || text[end - 1] == '\r')) --end;
  for (uint32_t left = position.character; at < end;) {
    const uint32_t units = UnitsOf(text[at]);
    if (left < units) break;
    left -= units;
    at = std::min(at + BytesOf(text[at]), end);
  }
  return at;
}

}  // namespace varpulis::lsp
