#include "compiler/diagnostics/diagnostic.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"

namespace varpulis::diagnostics {
namespace {

struct KindText {
  const char* code;
  const char* name;
  Severity severity;
};

constexpr KindText kKinds[] = {
#define VPL_DIAGNOSTIC(code, name, severity) {#code, #name, Severity::severity},
#include "compiler/diagnostics/diagnostic_kind.def"
};

}  // namespace

std::string_view Code(DiagnosticKind kind) { return kKinds[static_cast<size_t>(kind)].code; }
std::string_view Name(DiagnosticKind kind) { return kKinds[static_cast<size_t>(kind)].name; }
Severity SeverityOf(DiagnosticKind kind) { return kKinds[static_cast<size_t>(kind)].severity; }

std::optional<DiagnosticKind> FindKind(std::string_view code) {
  for (size_t i = 0; i < std::size(kKinds); ++i) {
    if (kKinds[i].code == code) return static_cast<DiagnosticKind>(i);
  }
  return std::nullopt;
}

size_t DiagnosticEmitter::CountOf(Severity severity) const {
  size_t count = 0;
  for (size_t i = 0; i < kKinds; ++i) {
    if (diagnostics::kKinds[i].severity == severity) count += counts_[i];
  }
  return count;
}

bool DiagnosticEmitter::MoveToFile(Diagnostic& diagnostic) {
  for (Label& label : diagnostic.related) {
    source::Origin origin = sources_->OriginOf(label.span);
    label.span = origin.span;
    if (!origin.copy.empty()) label.text += ", with " + origin.copy;
  }
  source::Origin origin = sources_->OriginOf(diagnostic.span);
  diagnostic.span = origin.span;
  if (origin.copy.empty()) return true;
  diagnostic.note = "in expansion with " + origin.copy;
  return said_of_copies_.emplace(diagnostic.kind, origin.span.begin, origin.span.end).second;
}

void DiagnosticEmitter::Emit(Diagnostic diagnostic) {
  const auto kind = static_cast<size_t>(diagnostic.kind);
  if (silenced_[kind]) return;
  if (sources_ != nullptr && !MoveToFile(diagnostic)) return;
  if (CountOf(diagnostic.severity()) < limits::kMaxDiagnostics)
    diagnostics_.push_back(std::move(diagnostic));
  ++counts_[kind];
}

void DiagnosticEmitter::Append(const DiagnosticEmitter& other) {
  std::array<size_t, kKinds> counts = counts_;
  for (const Diagnostic& diagnostic : other.diagnostics_) Emit(diagnostic);
  for (size_t i = 0; i < kKinds; ++i)
    counts_[i] = counts[i] + (silenced_[i] ? 0 : other.counts_[i]);
}

void DiagnosticEmitter::Silence(DiagnosticKind kind) {
  if (SeverityOf(kind) == Severity::Warning) silenced_.set(static_cast<size_t>(kind));
}

DiagnosticEmitter DiagnosticEmitter::Fresh(const source::SourceMap& sources) const {
  DiagnosticEmitter fresh(sources);
  fresh.silenced_ = silenced_;
  return fresh;
}

std::vector<Diagnostic> DiagnosticEmitter::Sorted() const {
  std::vector<Diagnostic> sorted = diagnostics_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return a.span.begin < b.span.begin;
  });
  return sorted;
}

}  // namespace varpulis::diagnostics
