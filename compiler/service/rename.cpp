#include "compiler/service/rename.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace varpulis::service {
namespace {

using sema::NameKind;

bool IsIdentifier(std::string_view name) {
  constexpr std::array kReserved = {"and",   "or",   "not", "in",   "is",  "true",
                                    "false", "null", "if",  "then", "else"};
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  const auto is_part = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); };
  return !name.empty() && is_letter(name.front()) &&
         std::all_of(name.begin(), name.end(), is_part) &&
         std::find(kReserved.begin(), kReserved.end(), name) == kReserved.end();
}

std::string Applied(std::string_view text, const std::vector<TextEdit>& edits) {
  std::string result;
  size_t end = 0;
  for (const TextEdit& edit : edits) {
    result += text.substr(end, edit.span.begin - end);
    result += edit.text;
    end = edit.span.end;
  }
  return result + std::string(text.substr(end));
}

// Which places have the same name, whatever it is: symbols numbered in the order of the text.
std::vector<uint32_t> Partition(const SymbolIndex& symbols) {
  std::map<uint32_t, uint32_t> numbers;
  std::vector<uint32_t> partition;
  for (const auto& occurrence : symbols.occurrences()) {
    const auto next = static_cast<uint32_t>(numbers.size());
    partition.push_back(numbers.emplace(occurrence.symbol, next).first->second);
  }
  return partition;
}

std::vector<diagnostics::DiagnosticKind> Kinds(const Analysis& analysis) {
  std::vector<diagnostics::DiagnosticKind> kinds;
  for (const auto& diagnostic : analysis.diagnostics) kinds.push_back(diagnostic.kind);
  std::sort(kinds.begin(), kinds.end());
  return kinds;
}

// What the renamed program has that the other has not.
std::string NewMistake(const Analysis& before, const Analysis& after) {
  std::vector<diagnostics::DiagnosticKind> known = Kinds(before);
  for (const auto& diagnostic : after.diagnostics) {
    auto same = std::find(known.begin(), known.end(), diagnostic.kind);
    if (same == known.end()) return diagnostic.message;
    known.erase(same);
  }
  return {};
}

}  // namespace

std::string WhyNotRenamable(const Symbol& symbol) {
  if (symbol.kind == NameKind::Builtin || symbol.kind == NameKind::Aggregate)
    return fmt::format("`{}` belongs to the language", symbol.name);
  const bool is_local = symbol.kind == NameKind::Variable || symbol.kind == NameKind::Alias;
  if (symbol.declarations.empty() && !is_local)
    return fmt::format("`{}` is not declared in this program", symbol.name);
  return {};
}

RenameResult Rename(const Analysis& analysis, uint32_t offset, const std::string& new_name,
                    const ServiceOptions& options) {
  const auto* name = analysis.symbols.At(offset);
  if (name == nullptr) return {{}, "there is no name here"};
  const Symbol& symbol = analysis.symbols[name->symbol];
  if (std::string refusal = WhyNotRenamable(symbol); !refusal.empty()) return {{}, refusal};
  if (!IsIdentifier(new_name)) return {{}, fmt::format("`{}` is no identifier", new_name)};
  std::vector<TextEdit> edits;
  for (source::SourceSpan span : symbol.places) {
    // What stands in backticks may need them, to mean the field and not what hides it.
    const bool quoted = analysis.source.Text(span).starts_with('`');
    edits.push_back({span, quoted ? fmt::format("`{}`", new_name) : new_name});
  }
  const auto after =
      Analyse(analysis.source.path(), Applied(analysis.source.text(), edits), options);
  if (std::string mistake = NewMistake(analysis, *after); !mistake.empty())
    return {{}, fmt::format("`{}` clashes: {}", new_name, mistake)};
  if (Partition(analysis.symbols) != Partition(after->symbols))
    return {{}, fmt::format("`{}` would change what another name means", new_name)};
  return {std::move(edits), {}};
}

}  // namespace varpulis::service
