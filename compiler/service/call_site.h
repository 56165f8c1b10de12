#pragma once

// Where in a statement a place is, told by its tokens alone: works while a statement is half written.
// Private to compiler/service.

#include <string>
#include <vector>

#include "compiler/reference/reference.h"
#include "compiler/source/source_file.h"
#include "compiler/syntax/read_tokens.h"

namespace varpulis::service {

struct CallSite {
  source::SourceSpan span;  // of the token at the place; empty if there is none
  bool is_operator_name = false;
  bool is_source_name = false;    // `merge`, `join`, ...
  bool is_argument_name = false;  // `name:` of an operator or a source
  bool is_value = false;          // names, numbers, texts, constants, closing brackets
  // The operator or source whose arguments the place is among; null if it is among none.
  const reference::Entry* entry = nullptr;
};
CallSite CallSiteAt(const source::SourceFile& source, uint32_t offset);

// The operator or source that the innermost open call before the token `at` is of; null if none.
const reference::Entry* EnclosingCall(const source::SourceFile& source,
                                      const std::vector<syntax::PlacedToken>& tokens, size_t at);

}  // namespace varpulis::service
