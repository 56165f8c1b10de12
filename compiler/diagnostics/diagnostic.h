#pragma once

// The user's mistakes as data. A Diagnostic says what is wrong (message), where (span, labels) and
// what to do (help). Nobody formats it before it is shown.

#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "compiler/source/source_map.h"

namespace varpulis::diagnostics {

enum class Severity { Error, Warning };

enum class DiagnosticKind {
#define VPL_DIAGNOSTIC(code, name, severity) name,
#include "compiler/diagnostics/diagnostic_kind.def"
};

// "E073" for FieldOutsideAggregate.
std::string_view Code(DiagnosticKind kind);
// "FieldOutsideAggregate".
std::string_view Name(DiagnosticKind kind);
Severity SeverityOf(DiagnosticKind kind);

// A place the message speaks of, with a few words for it. May be empty.
struct Label {
  source::SourceSpan span;
  std::string text;
};

struct Diagnostic {
  DiagnosticKind kind;
  source::SourceSpan span;
  std::string message;
  std::string label;           // words under the caret of `span`; may be empty
  std::vector<Label> related;  // further places
  std::string help;            // what to do, pasteable where possible; may be empty
  std::string note = {};       // under which circumstances; may be empty

  Severity severity() const { return SeverityOf(kind); }
};

// Collects diagnostics of one compilation. Not thread-safe: one per thread, then Append.
class DiagnosticEmitter {
 public:
  DiagnosticEmitter() = default;
  // Stages report where their text is wrong, which may be in a copy of a loop's body: with `sources`
  // that place becomes the one in the user's file, the copy becomes the note, and what is said of one
  // copy is not said again of the others. `sources` outlives the emitter.
  explicit DiagnosticEmitter(const source::SourceMap& sources) : sources_(&sources) {}

  // Adds one; beyond limits::kMaxDiagnostics it is only counted.
  void Emit(Diagnostic diagnostic);
  void Append(const DiagnosticEmitter& other);

  bool has_errors() const { return errors_ > 0; }
  size_t errors() const { return errors_; }
  size_t warnings() const { return warnings_; }

  // In source order (by span, then in order of emission), errors and warnings mixed; the program's
  // own file comes before those that it imports.
  std::vector<Diagnostic> Sorted() const;

 private:
  // False if the same was said of another copy.
  bool MoveToFile(Diagnostic& diagnostic);

  const source::SourceMap* sources_ = nullptr;
  std::set<std::tuple<DiagnosticKind, uint32_t, uint32_t>> said_of_copies_;
  std::vector<Diagnostic> diagnostics_;
  size_t errors_ = 0;
  size_t warnings_ = 0;
};

// "did you mean" (language.md 11.1): case-insensitive Levenshtein distance of at most
// clamp(length / 2, 1, 3), smallest distance first, ties alphabetically. Empty when none is near; names
// without a letter in common never are.
std::string ClosestName(std::string_view wanted, const std::vector<std::string>& candidates);

}  // namespace varpulis::diagnostics
