#include "runtime/io/json_object.h"

#include <algorithm>

namespace varpulis::io {
namespace {

// Nobody asks for single fields, so no key needs to be known.
KeyTable NoKeys() {
  ir::Plan plan;
  return KeyTable(plan, {});
}

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

}  // namespace

JsonObjectReader::JsonObjectReader() : keys_(NoKeys()), scanner_(keys_) {}

std::optional<abi::Cell> JsonObjectReader::Read(std::string_view text, base::Arena& arena) {
  // The scanner reads lines: breaks between tokens are blanks.
  text_.assign(text);
  std::replace(text_.begin(), text_.end(), '\n', ' ');
  text_ += '\n';
  const size_t size = text_.size();
  text_.append(kPadding, '\0');
  const char* begin = text_.data();
  while (begin < text_.data() + size - 1 && IsBlank(*begin)) ++begin;
  if (*begin != '{') {
    error_ = "no JSON object";
    return std::nullopt;
  }
  const char* end = scanner_.Scan(begin, arena);
  if (end == nullptr) {
    error_ = scanner_.error(begin);
    return std::nullopt;
  }
  const char* const text_end = text_.data() + size;
  if (!std::all_of(end, text_end, IsBlank)) {
    error_ = "text behind the JSON object";
    return std::nullopt;
  }
  Field field{};
  field.kind = FieldKind::Object;
  field.text = begin;
  field.text_size = static_cast<uint32_t>(end - begin);
  return builder_.Container(arena, field);
}

}  // namespace varpulis::io
