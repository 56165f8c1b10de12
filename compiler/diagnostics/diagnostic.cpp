#include "compiler/diagnostics/diagnostic.h"

#include <algorithm>
#include <cctype>
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

char Lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      size_t above = row[j];
      size_t substitute = diagonal + (Lower(a[i - 1]) == Lower(b[j - 1]) ? 0 : 1);
      row[j] = std::min({above + 1, row[j - 1] + 1, substitute});
      diagonal = above;
    }
  }
  return row[b.size()];
}

}  // namespace

std::string_view Code(DiagnosticKind kind) { return kKinds[static_cast<size_t>(kind)].code; }
std::string_view Name(DiagnosticKind kind) { return kKinds[static_cast<size_t>(kind)].name; }
Severity SeverityOf(DiagnosticKind kind) { return kKinds[static_cast<size_t>(kind)].severity; }

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
  if (sources_ != nullptr && !MoveToFile(diagnostic)) return;
  (diagnostic.severity() == Severity::Error ? errors_ : warnings_) += 1;
  if (diagnostics_.size() < limits::kMaxDiagnostics) diagnostics_.push_back(std::move(diagnostic));
}

void DiagnosticEmitter::Append(const DiagnosticEmitter& other) {
  const size_t errors = errors_ + other.errors_;
  const size_t warnings = warnings_ + other.warnings_;
  for (const Diagnostic& diagnostic : other.diagnostics_) Emit(diagnostic);
  // Those that were only counted are counted again.
  errors_ = std::max(errors_, errors);
  warnings_ = std::max(warnings_, warnings);
}

std::vector<Diagnostic> DiagnosticEmitter::Sorted() const {
  std::vector<Diagnostic> sorted = diagnostics_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return a.span.begin < b.span.begin;
  });
  return sorted;
}

std::string ClosestName(std::string_view wanted, const std::vector<std::string>& candidates) {
  size_t bound = std::clamp<size_t>(wanted.size() / 2, 1, 3);
  std::string best;
  size_t best_distance = bound + 1;
  for (const std::string& candidate : candidates) {
    size_t longer = std::max(candidate.size(), wanted.size());
    if (longer - std::min(candidate.size(), wanted.size()) > bound) continue;
    size_t distance = EditDistance(wanted, candidate);
    if (distance == 0 && candidate == wanted) continue;
    if (distance == longer) continue;  // nothing in common
    if (distance < best_distance || (distance == best_distance && candidate < best)) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best_distance <= bound ? best : std::string();
}

}  // namespace varpulis::diagnostics
