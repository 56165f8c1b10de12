#include "cli/lsp/server.h"

#include <utility>

#include <fmt/format.h>

#include "cli/lsp/failure.h"

namespace varpulis::lsp {
namespace {

Json ErrorMessage(const Json& id, int code, std::string_view text) {
  return {{"jsonrpc", "2.0"}, {"id", id}, {"error", {{"code", code}, {"message", text}}}};
}

// Texts may be cut inside of a character; such bytes are replaced.
std::string Dump(const Json& message) {
  return message.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// What the library says about parameters, without the names of its exceptions.
std::string Text(const Json::exception& error) {
  const std::string_view text = error.what();
  const size_t start = text.find("] ");
  return std::string(start == std::string_view::npos ? text : text.substr(start + 2));
}

bool IsId(const Json& id) { return id.is_string() || id.is_number_integer(); }

}  // namespace

Server::Server(service::ServiceOptions options, std::string version)
    : service_(options), version_(std::move(version)) {}

std::string Server::Unreadable(std::string_view problem) {
  return Dump(ErrorMessage(nullptr, kParseError, problem));
}

void Server::Send(Json message) { outgoing_.push_back(Dump(message)); }

std::vector<std::string> Server::Handle(std::string_view message) {
  outgoing_.clear();
  const Json request = Json::parse(message, nullptr, false);
  if (request.is_discarded()) return {Unreadable("this is no JSON")};
  if (!request.is_object())
    return {Dump(ErrorMessage(nullptr, kInvalidRequest, "this is no object"))};
  const Json id = request.contains("id") ? request["id"] : Json();
  const bool has_method = request.contains("method") && request["method"].is_string();
  // Answers to requests of ours, of which there are none.
  if (!has_method && (request.contains("result") || request.contains("error"))) return {};
  if (!has_method || (request.contains("id") && !IsId(id))) {
    return {Dump(ErrorMessage(IsId(id) ? id : Json(), kInvalidRequest,
                              "a message has a method, and an id that is a number or a text"))};
  }
  const std::string method = request["method"];
  const Json params = request.contains("params") ? request["params"] : Json::object();
  if (request.contains("id")) {
    Request(id, method, params);
  } else {
    Notification(method, params);
  }
  return std::move(outgoing_);
}

void Server::Request(const Json& id, const std::string& method, const Json& params) {
  try {
    if (state_ == State::ShutDown) throw Failure{kInvalidRequest, "the server is shut down"};
    if (state_ == State::New && method != "initialize")
      throw Failure{kNotInitialized, "the first request is `initialize`"};
    Send({{"jsonrpc", "2.0"}, {"id", id}, {"result", Answer(method, params)}});
  } catch (const Failure& failure) {
    Send(ErrorMessage(id, failure.code, failure.text));
  } catch (const Json::exception& error) {
    Send(ErrorMessage(id, kInvalidParams, Text(error)));
  }
}

Json Server::Answer(const std::string& method, const Json& params) {
  if (method == "initialize") {
    if (state_ != State::New) throw Failure{kInvalidRequest, "the server is initialized already"};
    state_ = State::Running;
    return Initialize();
  }
  if (method == "shutdown") {
    state_ = State::ShutDown;
    return nullptr;
  }
  if (method == "textDocument/hover") return Hover(params);
  if (method == "textDocument/completion") return Completion(params);
  if (method == "completionItem/resolve") return ResolveCompletion(params);
  if (method == "textDocument/definition") return Definition(params);
  if (method == "textDocument/references") return References(params);
  if (method == "textDocument/prepareRename") return PrepareRename(params);
  if (method == "textDocument/rename") return Rename(params);
  if (method == "textDocument/documentSymbol") return DocumentSymbols(params);
  if (method == "textDocument/semanticTokens/full") return SemanticTokens(params);
  if (method == "textDocument/formatting") return Formatting(params);
  throw Failure{kMethodNotFound, fmt::format("there is no method `{}`", method)};
}

// Nobody waits for an answer: what is wrong is told as a message for the log.
void Server::Notification(const std::string& method, const Json& params) {
  if (method == "exit") {
    exit_code_ = state_ == State::ShutDown ? 0 : 1;
    return;
  }
  if (state_ != State::Running) return;
  const auto complain = [&](const std::string& text) {
    Send({{"jsonrpc", "2.0"},
          {"method", "window/logMessage"},
          {"params", {{"type", 1}, {"message", fmt::format("{}: {}", method, text)}}}});
  };
  try {
    if (method == "textDocument/didOpen") return Open(params);
    if (method == "textDocument/didChange") return Change(params);
    if (method == "textDocument/didClose") return Close(params);
  } catch (const Failure& failure) {
    complain(failure.text);
  } catch (const Json::exception& error) {
    complain(Text(error));
  }
}

std::vector<std::string> Server::Idle() {
  outgoing_.clear();
  for (auto& [uri, document] : documents_) {
    if (!std::exchange(document.changed, false)) continue;
    Send({{"jsonrpc", "2.0"},
          {"method", "textDocument/publishDiagnostics"},
          {"params",
           {{"uri", uri}, {"version", document.version}, {"diagnostics", Diagnostics(uri)}}}});
  }
  return std::move(outgoing_);
}

}  // namespace varpulis::lsp
