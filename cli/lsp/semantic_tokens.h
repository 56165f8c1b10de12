#pragma once

// Colours as the protocol packs them.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/service/language_service.h"

namespace varpulis::lsp {

// The legend: what the numbers of a token mean.
const std::vector<std::string>& SemanticTokenTypes();
const std::vector<std::string>& SemanticTokenModifiers();

// Five numbers per token: lines and UTF-16 units from the start of the token before, length, type,
// modifiers. What has several lines is a token on each of them. Linear in the text.
std::vector<uint32_t> EncodeSemanticTokens(std::string_view text,
                                           const std::vector<service::Highlight>& highlights);

}  // namespace varpulis::lsp
