#pragma once

// Questions that editors ask about programs while they are written, with no protocol in them. Offsets and
// spans are bytes of the text.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/sema/name_table.h"
#include "compiler/source/file_reader.h"
#include "compiler/source/source_file.h"

namespace varpulis::service {

struct ServiceOptions {
  // As driver::CompileOptions.
  std::string (*check_regex)(std::string_view pattern, size_t* position) = nullptr;
  bool (*has_driver)(std::string_view connector_kind) = nullptr;
  source::FileReader files = {};
};

struct Hover {
  source::SourceSpan span;
  std::string markdown;
};

enum class CompletionKind {
  Keyword,
  Operator,  // of a stream
  Source,
  Event,
  Stream,
  Pattern,
  Type,
  Field,
  Alias,
  Variable,
  Parameter,  // a named argument
  Function,
  Aggregate,
  Connector,
  Context,
  Literal,
};
struct Completion {
  std::string label;
  CompletionKind kind;
  std::string insert;         // what replaces the word before the cursor
  std::string detail;         // a type or a signature; may be empty
  std::string documentation;  // Markdown; may be empty
};
struct Completions {
  source::SourceSpan replaced;    // the word before the cursor, as far as it is written
  std::vector<Completion> items;  // the likely ones first
};

struct TextEdit {
  source::SourceSpan span;
  std::string text;
};
struct RenameResult {
  std::vector<TextEdit> edits;  // by position; empty if refused
  std::string refusal;          // why; empty if not refused
};

struct DocumentSymbol {
  std::string name;
  sema::NameKind kind;
  std::string detail;
  source::SourceSpan span;  // all of it
  source::SourceSpan name_span;
  std::vector<DocumentSymbol> children;
};

enum class HighlightKind {
  Keyword,
  Number,
  Text,
  Comment,
  Operator,  // `+`, not of a stream
  Event,
  Stream,  // patterns too
  Type,
  Field,
  Variable,  // aliases too
  Parameter,
  Function,  // of the program
  Builtin,   // functions, aggregates and stream operators of the language
  Resource,  // connectors and contexts
};
struct Highlight {
  source::SourceSpan span;  // may have several lines
  HighlightKind kind;
  bool declares = false;
};

struct Analysis;

// Imports are read from what is open, else from the files of the options. Holds the texts that an editor has open and what is known about them, which is found out when
// somebody asks. Not thread-safe. Unknown URIs have no answers.
class LanguageService {
 public:
  explicit LanguageService(ServiceOptions options = {});
  ~LanguageService();

  // Opens a text or replaces it.
  void Set(const std::string& uri, std::string text);
  void Close(const std::string& uri);
  // Null if it is not open. Valid until the text is replaced or closed.
  const source::SourceFile* Text(const std::string& uri) const;

  std::vector<diagnostics::Diagnostic> Diagnostics(const std::string& uri);
  std::optional<Hover> HoverAt(const std::string& uri, uint32_t offset);
  Completions CompletionsAt(const std::string& uri, uint32_t offset);
  // Where the name at the offset is declared; nothing if the program does not say.
  std::vector<source::SourceSpan> DefinitionsAt(const std::string& uri, uint32_t offset);
  // All places of the name at the offset.
  std::vector<source::SourceSpan> ReferencesAt(const std::string& uri, uint32_t offset,
                                               bool with_declarations);
  // The name at the offset, if it can be renamed.
  std::optional<source::SourceSpan> RenamableAt(const std::string& uri, uint32_t offset);
  // Refuses what is no identifier, clashes, or changes what another name means.
  RenameResult Rename(const std::string& uri, uint32_t offset, const std::string& new_name);
  std::vector<DocumentSymbol> Symbols(const std::string& uri);
  // Everything that has a colour, by position, without overlaps.
  std::vector<Highlight> Highlights(const std::string& uri);
  // The whole text in the layout of the house; nothing if it has syntax errors.
  std::optional<std::string> Formatted(const std::string& uri);

 private:
  const Analysis* Find(const std::string& uri);
  void Forget();

  struct Document {
    std::shared_ptr<const source::SourceFile> source;
    std::shared_ptr<const Analysis> analysis;  // null until somebody asks
  };
  ServiceOptions options_;
  std::map<std::string, Document> documents_;
};

}  // namespace varpulis::service
