// Texts as the editor has them: opened, changed as a whole or in parts, closed.

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/limits.h"
#include "cli/lsp/failure.h"
#include "cli/lsp/server.h"

namespace varpulis::lsp {
namespace {

Position ReadPosition(const Json& position) {
  return {position.at("line").get<uint32_t>(), position.at("character").get<uint32_t>()};
}

}  // namespace

void Server::SetText(const std::string& uri, std::string text, const Json& version) {
  if (text.size() > limits::kMaxEditedBytes) {
    service_.Close(uri);
    documents_.erase(uri);
    throw Failure{kInvalidParams,
                  fmt::format("{} has more than {} MiB", uri, limits::kMaxEditedBytes >> 20)};
  }
  documents_.insert_or_assign(uri, Document{version, LineMap(text)});
  service_.Set(uri, std::move(text));
}

void Server::Open(const Json& params) {
  const Json& document = params.at("textDocument");
  SetText(document.at("uri"), document.at("text"), document.value("version", Json()));
}

void Server::Change(const Json& params) {
  const std::string uri = params.at("textDocument").at("uri");
  const source::SourceFile* known = service_.Text(uri);
  if (known == nullptr) throw Failure{kInvalidParams, fmt::format("{} is not open", uri)};
  std::string text(known->text());
  for (const Json& change : params.at("contentChanges")) {
    const std::string& inserted = change.at("text").get_ref<const std::string&>();
    if (!change.contains("range")) {
      text = inserted;
      continue;
    }
    const LineMap lines(text);
    const Json& range = change["range"];
    const uint32_t start = lines.OffsetOf(text, ReadPosition(range.at("start")));
    const uint32_t end = std::max(start, lines.OffsetOf(text, ReadPosition(range.at("end"))));
    text.replace(start, end - start, inserted);
  }
  SetText(uri, std::move(text), params["textDocument"].value("version", Json()));
}

void Server::Close(const Json& params) {
  const std::string uri = params.at("textDocument").at("uri");
  service_.Close(uri);
  if (documents_.erase(uri) == 0) return;
  // What was said about it is taken back.
  Send({{"jsonrpc", "2.0"},
        {"method", "textDocument/publishDiagnostics"},
        {"params", {{"uri", uri}, {"diagnostics", Json::array()}}}});
}

std::optional<Server::Place> Server::PlaceOf(const Json& params) const {
  Place place{params.at("textDocument").at("uri"), 0};
  const Position position = ReadPosition(params.at("position"));
  auto document = documents_.find(place.uri);
  if (document == documents_.end()) return std::nullopt;
  place.offset = document->second.lines.OffsetOf(TextOf(place.uri), position);
  return place;
}

std::string_view Server::TextOf(const std::string& uri) const {
  const source::SourceFile* source = service_.Text(uri);
  return source == nullptr ? std::string_view() : source->text();
}

Json Server::Range(const std::string& uri, source::SourceSpan span) const {
  auto document = documents_.find(uri);
  if (document == documents_.end()) return nullptr;
  const auto position = [&](uint32_t offset) -> Json {
    const Position at = document->second.lines.PositionOf(TextOf(uri), offset);
    return {{"line", at.line}, {"character", at.character}};
  };
  return {{"start", position(span.begin)}, {"end", position(span.end)}};
}

Json Server::Location(const std::string& uri, source::SourceSpan span) const {
  return {{"uri", uri}, {"range", Range(uri, span)}};
}

}  // namespace varpulis::lsp
