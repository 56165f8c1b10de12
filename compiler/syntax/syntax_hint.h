#pragma once

// Common slips (language.md 11.2) and what to write instead.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "antlr4-runtime.h"
#include "compiler/source/source_file.h"

namespace varpulis::syntax {

// Where in its statement a syntax error was found. Tokens are counted from the start of the
// statement; beyond both ends types are EOF and texts empty.
struct SyntaxErrorPlace {
  SyntaxErrorPlace(const source::SourceFile& source,
                   const std::vector<const antlr4::Token*>& statement, const antlr4::Token& found);

  size_t Type(size_t i) const;
  std::string_view Text(size_t i) const;
  // Of the token `n` before or after the one that was found.
  size_t Near(int n) const { return Type(at + static_cast<size_t>(n)); }
  std::string_view NearText(int n) const { return Text(at + static_cast<size_t>(n)); }
  // No white space between the token that was found and the one before it.
  bool IsGlued() const;
  bool OpensDeclaration() const;
  // The innermost bracket that is open at the error, or the number of tokens if there is none.
  size_t Opener() const;
  // In a call or a list, where `,` may follow an item.
  bool IsInList() const;

  const source::SourceFile& source;
  const std::vector<const antlr4::Token*>& statement;
  size_t at;
};

// What to write instead of the first word, if that is what is wrong.
std::optional<std::string> FirstWordSlip(const SyntaxErrorPlace& place);
// What to do; empty if nothing better than the message is known.
std::string SyntaxHint(const SyntaxErrorPlace& place);

}  // namespace varpulis::syntax
