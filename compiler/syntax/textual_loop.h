#pragma once

// `for z in 1..=3:` in the first column repeats its body as text (language.md 2.11).

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "compiler/source/loop_body.h"
#include "compiler/syntax/logical_line.h"

namespace varpulis::syntax {

struct TextualLoop {
  source::SourceSpan header;
  std::string variable;
  int64_t first = 0;
  uint64_t repetitions = 0;
};

// The loop that a line opens; nothing if it is another kind of line. Bounds beyond 64 bits are
// reported, and the loop repeats nothing.
std::optional<TextualLoop> ReadLoopHeader(const source::SourceFile& source, const LogicalLine& line,
                                          diagnostics::DiagnosticEmitter& diagnostics);

// The lines below a header that belong to its loop; `lines` starts behind the header.
std::span<LogicalLine> LoopLines(std::span<LogicalLine> lines);

// Physical lines from the one below the header to the last of the body.
struct LoopText {
  std::shared_ptr<const source::LoopBody> body;
  source::SourceSpan span;
  uint64_t lines = 0;
};
// Lines lose the indentation of the first, except inside of texts. Indentation that does not fit is
// reported.
LoopText ReadLoopText(const source::SourceFile& source, const TextualLoop& loop,
                      std::span<const LogicalLine> lines,
                      diagnostics::DiagnosticEmitter& diagnostics);

}  // namespace varpulis::syntax
