#pragma once

// Diagnostics for people (ux.md, decision D32): message, place, source line with carets, help.

#include <string>

#include "compiler/diagnostics/diagnostic.h"

namespace varpulis::diagnostics {

struct RenderOptions {
  bool colour = false;  // ANSI colours
};

// One diagnostic with a trailing blank line; places in other files than its own follow it.
std::string Render(const Diagnostic& diagnostic, const source::SourceMap& sources,
                   const RenderOptions& options);
// "1 error, 2 warnings"; empty when there is nothing to say.
std::string CountText(const DiagnosticEmitter& diagnostics);

}  // namespace varpulis::diagnostics
