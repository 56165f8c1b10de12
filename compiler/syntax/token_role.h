#pragma once

// What each token is in its place: whether `where` is the keyword or a field of that name, whether `-`
// subtracts or negates, whether `(` calls. Spacing and colouring depend on it; the parser decides for
// itself, and agrees on whatever it accepts.

#include <cstdint>
#include <vector>

#include "compiler/syntax/token.h"

namespace varpulis::syntax {

enum class TokenRole : uint8_t {
  Keyword,
  Name,
  Number,  // durations and timestamps included
  Text,
  Constant,      // true, false, null
  WordOperator,  // and, or, xor, not, in, is
  Binary,        // also `=`, `:=`, `->` and `=>`
  Prefix,        // unary `-` and `~`
  Postfix,       // `+ * ?` of a step, `?` of a type
  Range,
  Dot,          // of a member
  OperatorDot,  // of an operator of a stream
  Opener,       // of a group, an array, a map or a block
  CallOpener,   // of arguments, an index or a slice: belongs to what stands before it
  TypeOpener,   // `{` of a map type, `<` of Stream<T>
  Closer,       // of an Opener or a CallOpener
  TypeCloser,   // of a TypeOpener
  Comma,
  Colon,
  SliceColon,
  Semicolon,
  Layout,  // NEWLINE, INDENT, DEDENT
};

// One role per token of a statement as the cutter leaves it.
std::vector<TokenRole> RolesOf(const std::vector<Token>& statement);

}  // namespace varpulis::syntax
