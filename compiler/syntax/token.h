#pragma once

// A token by its place in the text. ANTLR's own tokens are an order of magnitude larger and live
// only while one statement is parsed.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/source/source_file.h"

namespace varpulis::syntax {

struct Token {
  uint32_t type;  // grammar::VplLexer
  source::SourceSpan span;
};

// All tokens in order, line breaks included, comments not. Lexical errors are reported; their tokens
// stay in the list (IsBad). Text that is not UTF-8 is reported and gives no tokens.
std::vector<Token> Lex(const source::SourceFile& source,
                       diagnostics::DiagnosticEmitter& diagnostics);

// A token that cannot be part of a statement.
bool IsBad(size_t type);
// Names: NAME and the words that are names unless something else is meant.
bool IsName(size_t type);
// "NAME", "INDENT", "ARROW".
std::string TokenName(size_t type);
// As it is written, e.g. `->`; empty for tokens with more than one spelling.
std::string TokenText(size_t type);

}  // namespace varpulis::syntax
