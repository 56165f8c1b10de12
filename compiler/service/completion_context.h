#pragma once

// What may be written at a place, told by the tokens before it: the statement is half written, so that
// there is no tree. Private to compiler/service.

#include <string>
#include <vector>

#include "compiler/reference/reference.h"
#include "compiler/source/source_file.h"

namespace varpulis::service {

enum class Want {
  Nothing,
  Statement,  // the start of one
  Operators,  // behind a dot: stream operators
  Members,    // behind a dot: fields of `object`, or methods
  Sources,    // behind `=` of a stream
  Steps,      // behind `->`, `all`: events and streams
  Events,
  Types,
  Connectors,
  Contexts,
  Arguments,  // of `call`: names, then as Expression
  Expression,
  Words,  // behind a value: `and`, `where`, `as` and so on
  Times,  // behind `@`
};

struct CompletionContext {
  Want want = Want::Nothing;
  source::SourceSpan word;  // the word at the place, as far as it is written
  std::string object;       // of Members: the name before the dot; empty if it is no plain name
  const reference::Entry* call = nullptr;  // the operator or source around the place
  bool in_stream = false;                  // of Words: a stream or pattern outside of brackets
  std::string closers;                     // what closes the brackets that are open at the place
};

CompletionContext ContextAt(const source::SourceFile& source, uint32_t offset);

}  // namespace varpulis::service
