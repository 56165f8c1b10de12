#pragma once

// The user's mistakes as data. A Diagnostic says what is wrong (message), where (span, labels) and
// what to do (help). Nobody formats it before it is shown.

#include <array>
#include <bitset>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "compiler/diagnostics/closest_name.h"
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

// The kind with that code, e.g. "W034"; nothing if there is none.
std::optional<DiagnosticKind> FindKind(std::string_view code);

// Collects diagnostics of one compilation. Not thread-safe: one per thread, then Append.
class DiagnosticEmitter {
 public:
  DiagnosticEmitter() = default;
  // Stages report where their text is wrong, which may be in a copy of a loop's body: with `sources`
  // that place becomes the one in the user's file, the copy becomes the note, and what is said of one
  // copy is not said again of the others. `sources` outlives the emitter.
  explicit DiagnosticEmitter(const source::SourceMap& sources) : sources_(&sources) {}

  // Adds one; beyond limits::kMaxDiagnostics of its severity it is only counted, so that warnings
  // never hide an error.
  void Emit(Diagnostic diagnostic);
  void Append(const DiagnosticEmitter& other);
  // From now on warnings of that kind are neither kept nor counted. Errors cannot be silenced.
  void Silence(DiagnosticKind kind);
  // One that silences the same, with nothing in it.
  DiagnosticEmitter Fresh(const source::SourceMap& sources) const;

  bool has_errors() const { return errors() > 0; }
  size_t errors() const { return CountOf(Severity::Error); }
  size_t warnings() const { return CountOf(Severity::Warning); }
  size_t CountOf(DiagnosticKind kind) const { return counts_[static_cast<size_t>(kind)]; }
  // Counted, but not kept.
  size_t dropped() const { return errors() + warnings() - diagnostics_.size(); }

  // In source order (by span, then in order of emission), errors and warnings mixed; the program's
  // own file comes before those that it imports.
  std::vector<Diagnostic> Sorted() const;

 private:
  static constexpr size_t kKinds = 0
#define VPL_DIAGNOSTIC(code, name, severity) +1
#include "compiler/diagnostics/diagnostic_kind.def"
      ;

  size_t CountOf(Severity severity) const;
  // False if the same was said of another copy.
  bool MoveToFile(Diagnostic& diagnostic);

  const source::SourceMap* sources_ = nullptr;
  std::set<std::tuple<DiagnosticKind, uint32_t, uint32_t>> said_of_copies_;
  std::vector<Diagnostic> diagnostics_;
  std::array<size_t, kKinds> counts_{};
  std::bitset<kKinds> silenced_;
};

}  // namespace varpulis::diagnostics
