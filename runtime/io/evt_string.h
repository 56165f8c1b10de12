#pragma once

// Quoted texts of text events (language.md 1.4): escapes \n \t \r \0 \\ \" \' \u{hex}; others stay
// as they are written.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace varpulis::io {

// Goes behind the closing quote of the text whose opening quote is at `at`; null if it does not end
// before the line does, or holds a control character other than a tab.
const char* ScanEvtString(const char* at, bool& escaped, uint32_t& high);

// Decodes into `out`, which has room for text.size() bytes, and returns the number of bytes.
size_t UnescapeEvt(std::string_view text, char* out);

}  // namespace varpulis::io
