#pragma once

// The body of a loop that is repeated as text (language.md 2.11): a template whose holes are the
// loop's variable. Copies remember nothing of their own, so that thousands of them cost their text.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/source/source_file.h"

namespace varpulis::source {

class LoopBody {
 public:
  explicit LoopBody(std::string variable) : variable_(std::move(variable)) {}

  // The body is put together from front to back; what is not added is in no copy. `at` is where the
  // piece stands in the text that has the loop.
  void AddText(uint32_t at, std::string_view text);
  void AddVariable(SourceSpan placeholder);

  const std::string& variable() const { return variable_; }
  size_t CopySize(size_t value_size) const { return text_.size() + holes_ * value_size; }
  std::string Copy(std::string_view value) const;
  // Where bytes [begin, end) of a copy come from; a piece of a value comes from its placeholder.
  SourceSpan OriginOf(uint32_t begin, uint32_t end, size_t value_size) const;

 private:
  struct Piece {
    SourceSpan origin;
    uint32_t text_before = 0;  // bytes of text_ in front of this piece
    uint32_t holes_before = 0;
    bool is_hole = false;
  };
  const Piece& PieceAt(uint32_t offset, size_t value_size) const;

  std::string variable_;
  std::string text_;  // of all pieces that are no hole
  std::vector<Piece> pieces_;
  uint32_t holes_ = 0;
};

}  // namespace varpulis::source
