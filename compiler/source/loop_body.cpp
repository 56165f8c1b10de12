#include "compiler/source/loop_body.h"

#include <algorithm>

namespace varpulis::source {

void LoopBody::AddText(uint32_t at, std::string_view text) {
  if (text.empty()) return;
  const auto size = static_cast<uint32_t>(text.size());
  const bool goes_on =
      !pieces_.empty() && !pieces_.back().is_hole && pieces_.back().origin.end == at;
  if (goes_on) {
    pieces_.back().origin.end += size;
  } else {
    pieces_.push_back({{at, at + size}, static_cast<uint32_t>(text_.size()), holes_, false});
  }
  text_ += text;
}

void LoopBody::AddVariable(SourceSpan placeholder) {
  pieces_.push_back({placeholder, static_cast<uint32_t>(text_.size()), holes_, true});
  ++holes_;
}

std::string LoopBody::Copy(std::string_view value) const {
  std::string copy;
  copy.reserve(CopySize(value.size()));
  for (const Piece& piece : pieces_) {
    if (piece.is_hole) {
      copy += value;
    } else {
      copy.append(text_, piece.text_before, piece.origin.end - piece.origin.begin);
    }
  }
  return copy;
}

const LoopBody::Piece& LoopBody::PieceAt(uint32_t offset, size_t value_size) const {
  const auto after = std::upper_bound(
      pieces_.begin(), pieces_.end(), offset, [&](uint32_t wanted, const Piece& piece) {
        return wanted < piece.text_before + piece.holes_before * value_size;
      });
  return after == pieces_.begin() ? *after : *std::prev(after);
}

SourceSpan LoopBody::OriginOf(uint32_t begin, uint32_t end, size_t value_size) const {
  if (pieces_.empty()) return {};
  const auto origin = [&](uint32_t offset) -> SourceSpan {
    const Piece& piece = PieceAt(offset, value_size);
    if (piece.is_hole) return piece.origin;
    const auto start = static_cast<uint32_t>(piece.text_before + piece.holes_before * value_size);
    const uint32_t at = std::min(piece.origin.begin + (offset - start), piece.origin.end);
    return {at, std::min(at + 1, piece.origin.end)};
  };
  const uint32_t first = origin(begin).begin;
  if (end <= begin) return {first, first};
  return {first, std::max(origin(end - 1).end, first)};
}

}  // namespace varpulis::source
