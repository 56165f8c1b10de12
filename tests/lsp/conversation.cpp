#include "tests/lsp/conversation.h"

#include <map>
#include <sstream>
#include <utility>

#include <fmt/format.h>

#include "runtime/kernel/kernel_table.h"
#include "tests/lsp/show.h"

namespace varpulis::lsp {
namespace {

std::string UriOf(const std::string& name) { return "file:///" + name; }
Json DocumentOf(const std::string& name) { return {{"uri", UriOf(name)}}; }

bool ReadPosition(std::istream& in, Json& position) {
  uint32_t line = 0, character = 0;
  char colon = 0;
  if (!(in >> line >> colon >> character) || colon != ':') return false;
  position = {{"line", line}, {"character", character}};
  return true;
}

// Hover texts as they are.
std::string ShowResult(const std::string& verb, const Json& answer) {
  if (answer.contains("error")) return "error " + Show(answer["error"]);
  const Json& result = answer["result"];
  if (verb == "tokens" && result.is_object()) return ShowTokens(result["data"]);
  const Json shown = WithShortRanges(result);
  if (verb == "complete" && shown.is_object()) return ShowCompletions(shown);
  if (verb == "hover" && shown.is_object()) {
    return fmt::format("{}\n{}", shown["range"].get<std::string>(),
                       shown["contents"]["value"].get<std::string>());
  }
  return Show(shown);
}

}  // namespace

Conversation::Conversation() : server_({kernel::CheckRegex}, "0.0.0") {}

void Conversation::Introduce() {
  server_.Handle(R"({"jsonrpc":"2.0","id":"first","method":"initialize","params":{}})");
  server_.Handle(R"({"jsonrpc":"2.0","method":"initialized","params":{}})");
}

std::string Conversation::Open(const std::string& name, const std::string& text) {
  const Json document = {
      {"uri", UriOf(name)}, {"languageId", "varpulis"}, {"version", 1}, {"text", text}};
  return Tell("textDocument/didOpen", {{"textDocument", document}});
}

std::string Conversation::Rest() {
  std::string text;
  for (const std::string& message : server_.Idle()) {
    const Json json = Json::parse(message);
    if (json.value("method", "") != "textDocument/publishDiagnostics") {
      text += Show(json);
      continue;
    }
    text += "diagnostics " + Show(WithShortRanges(json["params"]["diagnostics"]));
  }
  return text;
}

std::string Conversation::Ask(const std::string& verb, const std::string& method, Json params) {
  const Json request = {
      {"jsonrpc", "2.0"}, {"id", ++id_}, {"method", method}, {"params", std::move(params)}};
  std::string text;
  for (const std::string& message : server_.Handle(request.dump()))
    text += ShowResult(verb, Json::parse(message));
  return text + Rest();
}

std::string Conversation::Tell(const std::string& method, Json params) {
  const Json notification = {{"jsonrpc", "2.0"}, {"method", method}, {"params", std::move(params)}};
  std::string text;
  for (const std::string& message : server_.Handle(notification.dump()))
    text += Show(Json::parse(message));
  return text + Rest();
}

std::string Conversation::Say(const std::string& line) {
  std::istringstream in(line);
  std::string verb, name;
  in >> verb >> name;
  static const std::map<std::string, std::string> kAtPlace = {
      {"hover", "textDocument/hover"},           {"complete", "textDocument/completion"},
      {"define", "textDocument/definition"},     {"refer", "textDocument/references"},
      {"prepare", "textDocument/prepareRename"}, {"rename", "textDocument/rename"}};
  static const std::map<std::string, std::string> kWhole = {
      {"symbols", "textDocument/documentSymbol"},
      {"tokens", "textDocument/semanticTokens/full"},
      {"format", "textDocument/formatting"}};
  Json params = {{"textDocument", DocumentOf(name)}};
  if (auto method = kAtPlace.find(verb); method != kAtPlace.end()) {
    if (!ReadPosition(in, params["position"])) return "! no position in this line\n";
    if (verb == "refer") params["context"]["includeDeclaration"] = true;
    std::string new_name;
    if (verb == "rename" && std::getline(in >> std::ws, new_name)) params["newName"] = new_name;
    return Ask(verb, method->second, std::move(params));
  }
  if (auto method = kWhole.find(verb); method != kWhole.end())
    return Ask(verb, method->second, std::move(params));
  if (verb == "close") return Tell("textDocument/didClose", std::move(params));
  if (verb == "edit" || verb == "replace") {
    Json change;
    if (verb == "edit") {
      char dash = 0;
      if (!ReadPosition(in, change["range"]["start"]) || !(in >> dash) ||
          !ReadPosition(in, change["range"]["end"])) {
        return "! no range in this line\n";
      }
    }
    std::string text;
    std::getline(in, text);
    change["text"] = Json::parse(text, nullptr, false);
    params["contentChanges"] = Json::array();
    params["contentChanges"].push_back(std::move(change));
    return Tell("textDocument/didChange", std::move(params));
  }
  // A message as it goes over the wire.
  std::string text;
  for (const std::string& message : server_.Handle(line)) text += Show(Json::parse(message));
  text += Rest();
  if (server_.exit_code()) text += fmt::format("exit code {}\n", *server_.exit_code());
  return text;
}

}  // namespace varpulis::lsp
