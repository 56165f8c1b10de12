#include "compiler/service/language_service.h"

#include <utility>

#include "compiler/service/analysis.h"
#include "compiler/service/completion.h"
#include "compiler/service/highlight.h"
#include "compiler/service/hover.h"
#include "compiler/service/outline.h"
#include "compiler/service/rename.h"
#include "compiler/syntax/format/format.h"

namespace varpulis::service {

using source::SourceSpan;

namespace {

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// The path that a `file` URI names (RFC 8089); other URIs stay as they are.
std::string PathOf(std::string_view uri) {
  constexpr std::string_view kScheme = "file://";
  if (!uri.starts_with(kScheme)) return std::string(uri);
  uri.remove_prefix(kScheme.size());
  std::string path;
  for (size_t i = 0; i < uri.size(); ++i) {
    const bool escaped = uri[i] == '%' && i + 2 < uri.size() && HexValue(uri[i + 1]) >= 0 &&
                         HexValue(uri[i + 2]) >= 0;
    path += escaped ? static_cast<char>(HexValue(uri[i + 1]) * 16 + HexValue(uri[i + 2])) : uri[i];
    if (escaped) i += 2;
  }
  return path;
}

}  // namespace

LanguageService::LanguageService(ServiceOptions options) : options_(std::move(options)) {
  if (!options_.files.read) return;
  // What is open is newer than what is on disk.
  options_.files.read = [this, on_disk = options_.files.read](const std::string& path) {
    for (const auto& [uri, document] : documents_) {
      if (PathOf(uri) == path) return Result<std::string>(std::string(document.source->text()));
    }
    return on_disk(path);
  };
}
LanguageService::~LanguageService() = default;

void LanguageService::Set(const std::string& uri, std::string text) {
  documents_[uri] = {std::make_shared<const source::SourceFile>(uri, std::move(text)), nullptr};
  Forget();
}

void LanguageService::Close(const std::string& uri) {
  documents_.erase(uri);
  Forget();
}

// Any text may be imported by any other.
void LanguageService::Forget() {
  for (auto& [uri, document] : documents_) document.analysis = nullptr;
}

const source::SourceFile* LanguageService::Text(const std::string& uri) const {
  auto document = documents_.find(uri);
  return document == documents_.end() ? nullptr : document->second.source.get();
}

const Analysis* LanguageService::Find(const std::string& uri) {
  auto document = documents_.find(uri);
  if (document == documents_.end()) return nullptr;
  auto& [source, analysis] = document->second;
  if (analysis == nullptr) analysis = Analyse(PathOf(uri), std::string(source->text()), options_);
  return analysis.get();
}

std::vector<diagnostics::Diagnostic> LanguageService::Diagnostics(const std::string& uri) {
  const Analysis* analysis = Find(uri);
  if (analysis == nullptr) return {};
  return analysis->diagnostics;
}

std::optional<Hover> LanguageService::HoverAt(const std::string& uri, uint32_t offset) {
  const Analysis* analysis = Find(uri);
  if (analysis == nullptr) return std::nullopt;
  return service::HoverAt(*analysis, offset, options_);
}

Completions LanguageService::CompletionsAt(const std::string& uri, uint32_t offset) {
  const Analysis* analysis = Find(uri);
  if (analysis == nullptr) return {};
  return service::CompletionsAt(*analysis, offset, options_);
}

std::vector<SourceSpan> LanguageService::DefinitionsAt(const std::string& uri, uint32_t offset) {
  const Analysis* analysis = Find(uri);
  const auto* name = analysis == nullptr ? nullptr : analysis->symbols.At(offset);
  if (name == nullptr) return {};
  std::vector<SourceSpan> spans;
  for (const Declaration& declaration : analysis->symbols[name->symbol].declarations)
    spans.push_back(declaration.name.span);
  if (!spans.empty()) return spans;
  // Locals are declared where no statement of its own does.
  for (const auto& occurrence : analysis->symbols.occurrences()) {
    if (occurrence.symbol == name->symbol && occurrence.declares) spans.push_back(occurrence.span);
  }
  return spans;
}

std::vector<SourceSpan> LanguageService::ReferencesAt(const std::string& uri, uint32_t offset,
                                                      bool with_declarations) {
  const Analysis* analysis = Find(uri);
  const auto* name = analysis == nullptr ? nullptr : analysis->symbols.At(offset);
  if (name == nullptr) return {};
  std::vector<SourceSpan> spans;
  for (const auto& occurrence : analysis->symbols.occurrences()) {
    if (occurrence.symbol == name->symbol && (with_declarations || !occurrence.declares))
      spans.push_back(occurrence.span);
  }
  return spans;
}

std::optional<SourceSpan> LanguageService::RenamableAt(const std::string& uri, uint32_t offset) {
  const Analysis* analysis = Find(uri);
  const auto* name = analysis == nullptr ? nullptr : analysis->symbols.At(offset);
  if (name == nullptr || !WhyNotRenamable(analysis->symbols[name->symbol]).empty())
    return std::nullopt;
  // A name with the variable of a loop in it stands for several.
  if (analysis->source.Text(name->span).find('{') != std::string_view::npos) return std::nullopt;
  return name->span;
}

RenameResult LanguageService::Rename(const std::string& uri, uint32_t offset,
                                     const std::string& new_name) {
  const Analysis* analysis = Find(uri);
  if (analysis == nullptr) return {{}, "this file is not open"};
  return service::Rename(*analysis, offset, new_name, options_);
}

std::vector<DocumentSymbol> LanguageService::Symbols(const std::string& uri) {
  const Analysis* analysis = Find(uri);
  if (analysis == nullptr) return {};
  return OutlineOf(analysis->program, analysis->sources);
}

std::vector<Highlight> LanguageService::Highlights(const std::string& uri) {
  const Analysis* analysis = Find(uri);
  if (analysis == nullptr) return {};
  return HighlightsOf(*analysis);
}

std::optional<std::string> LanguageService::Formatted(const std::string& uri) {
  const source::SourceFile* source = Text(uri);
  if (source == nullptr) return std::nullopt;
  diagnostics::DiagnosticEmitter ignored;
  return format::Format(*source, ignored);
}

}  // namespace varpulis::service
