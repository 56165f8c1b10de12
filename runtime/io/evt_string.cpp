#include "runtime/io/evt_string.h"

#include <charconv>

#include "runtime/io/json_text.h"

namespace varpulis::io {
namespace {

// The code point of `\u{...}` at the start of the text and the escape's size; 0 if it is none.
size_t ReadUnicodeEscape(std::string_view text, uint32_t& code_point) {
  if (!text.starts_with("\\u{")) return 0;
  size_t close = text.find('}');
  if (close == std::string_view::npos || close == 3) return 0;
  const char* end = text.data() + close;
  auto [stop, error] = std::from_chars(text.data() + 3, end, code_point, 16);
  bool valid = error == std::errc() && stop == end && code_point <= 0x10FFFF &&
               (code_point < 0xD800 || code_point > 0xDFFF);
  return valid ? close + 1 : 0;
}

// What a simple escape stands for; -1 if the letter is none.
int SimpleEscape(char letter) {
  switch (letter) {
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case 'r':
      return '\r';
    case '0':
      return '\0';
    case '\\':
    case '"':
    case '\'':
      return letter;
    default:
      return -1;
  }
}

}  // namespace

const char* ScanEvtString(const char* at, bool& escaped, uint32_t& high) {
  char quote = *at++;
  while (true) {
    at = FindStringStop(at, quote, high);
    if (*at == quote) return at + 1;
    if (*at == '\t') {
      ++at;
    } else if (*at == '\\' && at[1] != '\n') {
      escaped = true;
      at += 2;
      // The second byte may begin a character beyond ASCII; the line is checked as a whole.
      high |= static_cast<uint8_t>(at[-1]) & 0x80;
    } else {
      return nullptr;
    }
  }
}

size_t UnescapeEvt(std::string_view text, char* out) {
  char* start = out;
  for (size_t at = 0; at < text.size();) {
    if (text[at] != '\\' || at + 1 == text.size()) {
      *out++ = text[at++];
      continue;
    }
    uint32_t code_point = 0;
    int simple = SimpleEscape(text[at + 1]);
    if (simple >= 0) {
      *out++ = static_cast<char>(simple);
      at += 2;
    } else if (size_t size = ReadUnicodeEscape(text.substr(at), code_point); size > 0) {
      out += PutUtf8(code_point, out);
      at += size;
    } else {
      *out++ = text[at++];
    }
  }
  return static_cast<size_t>(out - start);
}

}  // namespace varpulis::io
