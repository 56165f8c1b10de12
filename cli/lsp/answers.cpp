// Results of requests, in the words of the protocol.

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "cli/lsp/failure.h"
#include "cli/lsp/semantic_tokens.h"
#include "cli/lsp/server.h"
#include "compiler/reference/reference.h"

namespace varpulis::lsp {
namespace {

using sema::NameKind;
using service::CompletionKind;

Json Markdown(const std::string& text) { return {{"kind", "markdown"}, {"value", text}}; }

// CompletionItemKind of the protocol.
int KindOf(CompletionKind kind) {
  switch (kind) {
    case CompletionKind::Keyword:
      return 14;
    case CompletionKind::Operator:
      return 2;  // method
    case CompletionKind::Source:
    case CompletionKind::Function:
    case CompletionKind::Aggregate:
      return 3;  // function
    case CompletionKind::Event:
      return 22;  // struct
    case CompletionKind::Stream:
      return 7;  // class
    case CompletionKind::Pattern:
      return 8;  // interface
    case CompletionKind::Type:
      return 25;  // type parameter
    case CompletionKind::Field:
      return 5;
    case CompletionKind::Alias:
    case CompletionKind::Variable:
      return 6;
    case CompletionKind::Parameter:
      return 10;  // property
    case CompletionKind::Connector:
    case CompletionKind::Context:
      return 9;  // module
    case CompletionKind::Literal:
      return 12;  // value
  }
  return 1;
}

std::optional<reference::Family> FamilyOf(int kind, const std::string& family) {
  if (kind == KindOf(CompletionKind::Operator)) return reference::Family::Operator;
  if (family == "source") return reference::Family::Source;
  if (family == "aggregate") return reference::Family::Aggregate;
  if (family == "function") return reference::Family::Function;
  return std::nullopt;
}

// SymbolKind of the protocol.
int KindOf(NameKind kind) {
  switch (kind) {
    case NameKind::Event:
      return 23;  // struct
    case NameKind::Stream:
      return 5;  // class
    case NameKind::Pattern:
      return 11;  // interface
    case NameKind::Type:
      return 26;  // type parameter
    case NameKind::Field:
      return 8;
    case NameKind::Function:
      return 12;
    case NameKind::Connector:
    case NameKind::Context:
      return 2;  // module
    case NameKind::Alias:
    case NameKind::Variable:
    case NameKind::Parameter:
    case NameKind::Builtin:
    case NameKind::Aggregate:
      return 13;  // variable
  }
  return 13;
}

}  // namespace

Json Server::Initialize() const {
  return {
      {"capabilities",
       {{"positionEncoding", "utf-16"},
        {"textDocumentSync", {{"openClose", true}, {"change", 2}}},
        {"hoverProvider", true},
        {"completionProvider", {{"triggerCharacters", {".", "@"}}, {"resolveProvider", true}}},
        {"definitionProvider", true},
        {"referencesProvider", true},
        {"renameProvider", {{"prepareProvider", true}}},
        {"documentSymbolProvider", true},
        {"semanticTokensProvider",
         {{"legend",
           {{"tokenTypes", SemanticTokenTypes()}, {"tokenModifiers", SemanticTokenModifiers()}}},
          {"full", true}}},
        {"documentFormattingProvider", true}}},
      {"serverInfo", {{"name", "varpulis"}, {"version", version_}}}};
}

Json Server::Diagnostics(const std::string& uri) {
  Json list = Json::array();
  for (const diagnostics::Diagnostic& diagnostic : service_.Diagnostics(uri)) {
    std::string message = diagnostic.message;
    if (!diagnostic.help.empty()) message += "\nhelp: " + diagnostic.help;
    const bool is_error = diagnostic.severity() == diagnostics::Severity::Error;
    Json entry = {{"range", Range(uri, diagnostic.span)},
                  {"severity", is_error ? 1 : 2},
                  {"code", Code(diagnostic.kind)},
                  {"source", "varpulis"},
                  {"message", message}};
    for (const diagnostics::Label& label : diagnostic.related) {
      entry["relatedInformation"].push_back(
          {{"location", Location(uri, label.span)}, {"message", label.text}});
    }
    list.push_back(std::move(entry));
  }
  return list;
}

Json Server::Hover(const Json& params) {
  const auto place = PlaceOf(params);
  if (!place) return nullptr;
  const auto hover = service_.HoverAt(place->uri, place->offset);
  if (!hover || hover->markdown.empty()) return nullptr;
  return {{"contents", Markdown(hover->markdown)}, {"range", Range(place->uri, hover->span)}};
}

Json Server::Completion(const Json& params) {
  const auto place = PlaceOf(params);
  if (!place) return nullptr;
  const service::Completions completions = service_.CompletionsAt(place->uri, place->offset);
  const Json range = Range(place->uri, completions.replaced);
  Json items = Json::array();
  for (const service::Completion& completion : completions.items) {
    Json item = {{"label", completion.label},
                 {"kind", KindOf(completion.kind)},
                 {"sortText", fmt::format("{:04}", items.size())},
                 {"textEdit", {{"range", range}, {"newText", completion.insert}}}};
    if (!completion.detail.empty()) item["detail"] = completion.detail;
    // What the reference says is sent when somebody looks.
    if (completion.kind == CompletionKind::Source) item["data"] = "source";
    if (completion.kind == CompletionKind::Function) item["data"] = "function";
    if (completion.kind == CompletionKind::Aggregate) item["data"] = "aggregate";
    if (completion.kind == CompletionKind::Parameter)
      item["documentation"] = Markdown(completion.documentation);
    items.push_back(std::move(item));
  }
  return {{"isIncomplete", false}, {"items", std::move(items)}};
}

Json Server::ResolveCompletion(const Json& params) const {
  Json item = params;
  const std::string label = params.at("label");
  const std::string data = params.contains("data") ? params["data"].get<std::string>() : "";
  const auto family = FamilyOf(params.value("kind", 0), data);
  const reference::Entry* entry = family ? reference::Find(*family, label) : nullptr;
  if (entry != nullptr) item["documentation"] = Markdown(reference::Describe(*entry));
  return item;
}

Json Server::Definition(const Json& params) {
  const auto place = PlaceOf(params);
  if (!place) return nullptr;
  Json locations = Json::array();
  for (source::SourceSpan span : service_.DefinitionsAt(place->uri, place->offset))
    locations.push_back(Location(place->uri, span));
  return locations;
}

Json Server::References(const Json& params) {
  const auto place = PlaceOf(params);
  if (!place) return nullptr;
  const bool with_declarations =
      params.contains("context") && params["context"].value("includeDeclaration", false);
  Json locations = Json::array();
  for (source::SourceSpan span :
       service_.ReferencesAt(place->uri, place->offset, with_declarations)) {
    locations.push_back(Location(place->uri, span));
  }
  return locations;
}

Json Server::PrepareRename(const Json& params) {
  const auto place = PlaceOf(params);
  if (!place) return nullptr;
  const auto span = service_.RenamableAt(place->uri, place->offset);
  if (!span) return nullptr;
  return {{"range", Range(place->uri, *span)},
          {"placeholder", service_.Text(place->uri)->Text(*span)}};
}

Json Server::Rename(const Json& params) {
  const auto place = PlaceOf(params);
  if (!place) throw Failure{kRequestFailed, "this file is not open"};
  const service::RenameResult result =
      service_.Rename(place->uri, place->offset, params.at("newName"));
  if (!result.refusal.empty()) throw Failure{kRequestFailed, result.refusal};
  Json edits = Json::array();
  for (const service::TextEdit& edit : result.edits)
    edits.push_back({{"range", Range(place->uri, edit.span)}, {"newText", edit.text}});
  return {{"changes", {{place->uri, std::move(edits)}}}};
}

Json Server::SymbolTree(const std::string& uri,
                        const std::vector<service::DocumentSymbol>& symbols) const {
  Json list = Json::array();
  for (const service::DocumentSymbol& symbol : symbols) {
    Json entry = {{"name", symbol.name}};
    if (!symbol.detail.empty()) entry["detail"] = symbol.detail;
    entry["kind"] = KindOf(symbol.kind);
    entry["range"] = Range(uri, symbol.span);
    entry["selectionRange"] = Range(uri, symbol.name_span);
    if (!symbol.children.empty()) entry["children"] = SymbolTree(uri, symbol.children);
    list.push_back(std::move(entry));
  }
  return list;
}

Json Server::DocumentSymbols(const Json& params) {
  const std::string uri = params.at("textDocument").at("uri");
  return SymbolTree(uri, service_.Symbols(uri));
}

Json Server::SemanticTokens(const Json& params) {
  const std::string uri = params.at("textDocument").at("uri");
  return {{"data", EncodeSemanticTokens(TextOf(uri), service_.Highlights(uri))}};
}

// The lines that change, so that the cursor stays where it is.
Json Server::Formatting(const Json& params) {
  const std::string uri = params.at("textDocument").at("uri");
  const std::optional<std::string> formatted = service_.Formatted(uri);
  if (!formatted) return nullptr;
  const std::string_view before = TextOf(uri);
  const std::string_view after = *formatted;
  if (before == after) return Json::array();
  const auto [a, b] = std::mismatch(before.begin(), before.end(), after.begin(), after.end());
  const auto same = static_cast<size_t>(a - before.begin());
  const size_t line = before.substr(0, same).rfind('\n');
  const size_t begin = line == std::string_view::npos ? 0 : line + 1;
  size_t tail = 0;  // bytes that are the same at the end, whole lines only
  const size_t most = std::min(before.size(), after.size()) - begin;
  for (size_t i = 0; i < most && before[before.size() - 1 - i] == after[after.size() - 1 - i];) {
    ++i;
    const bool starts_line = before.size() - i == begin || before[before.size() - i - 1] == '\n';
    const bool starts_other = after.size() - i == begin || after[after.size() - i - 1] == '\n';
    if (starts_line && starts_other) tail = i;
  }
  const source::SourceSpan span{static_cast<uint32_t>(begin),
                                static_cast<uint32_t>(before.size() - tail)};
  Json edits = Json::array();
  edits.push_back(
      {{"range", Range(uri, span)}, {"newText", after.substr(begin, after.size() - tail - begin)}});
  return edits;
}

}  // namespace varpulis::lsp
