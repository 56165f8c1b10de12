#pragma once

// Parses a text that changes: statements that the text before had as well are not parsed again. For a
// program that is reloaded, and for one that is being written.

#include <memory>
#include <string>
#include <vector>

#include "compiler/syntax/parse.h"

namespace varpulis::syntax {

// Not thread-safe; uses several threads inside, as Parse() does.
class IncrementalParser {
 public:
  IncrementalParser();
  ~IncrementalParser();

  // What Parse() would return and report for the main file of `sources`, which need not outlive the
  // call. The program stays valid until the next call.
  const ast::Program& Parse(source::SourceMap& sources, diagnostics::DiagnosticEmitter& diagnostics,
                            const ParseOptions& options = {});

  // Statements that the latest call had to parse.
  size_t parsed() const { return parsed_; }

 private:
  struct Entry;

  void TakeBack();

  ast::Program program_;
  std::vector<std::unique_ptr<Entry>> entries_;  // one per statement of the text
  size_t parsed_ = 0;
};

}  // namespace varpulis::syntax
