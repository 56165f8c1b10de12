#pragma once

// Logical lines to top-level statements: NEWLINE, INDENT and DEDENT where blocks begin and end.

#include <vector>

#include "compiler/syntax/logical_line.h"

namespace varpulis::syntax {

// One top-level statement, to be parsed alone (decision D33).
struct StatementText {
  const source::SourceFile* source = nullptr;  // that the tokens are from; set by ReadStatements
  std::vector<Token> tokens;
  size_t indentation = 0;
  bool broken = false;  // an error was reported in it
};

std::vector<StatementText> CutStatements(std::vector<LogicalLine> lines,
                                         diagnostics::DiagnosticEmitter& diagnostics);

}  // namespace varpulis::syntax
