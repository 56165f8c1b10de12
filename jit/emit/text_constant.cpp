#include "jit/emit/text_constant.h"

#include <charconv>

namespace varpulis::jit {

std::optional<std::string> ShortText(Builder& b, const Val<Cell>& cell) {
  auto is_text = b.Equal(cell.tag, static_cast<uint8_t>(abi::Tag::Str));
  if (b.Constant(is_text) != true) return std::nullopt;
  return b.ShortConstant(cell.head, cell.tail);
}

std::optional<int64_t> CanonicalInt(std::string_view text) {
  int64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || std::to_string(value) != text) return std::nullopt;
  return value;
}

}  // namespace varpulis::jit
