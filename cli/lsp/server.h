#pragma once

// The Language Server Protocol (3.17) around the language service: messages in, messages out. Knows no
// streams, so that a conversation can be replayed.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "cli/lsp/line_map.h"
#include "compiler/service/language_service.h"

namespace varpulis::lsp {

using Json = nlohmann::ordered_json;

class Server {
 public:
  Server(service::ServiceOptions options, std::string version);

  // Takes one message and returns what is to be sent, in order. Whatever the message is, the server is
  // ready for the next one: what is no message or no known request is answered with an error.
  std::vector<std::string> Handle(std::string_view message);
  // What is to be sent when no message waits: diagnostics of the texts that changed.
  std::vector<std::string> Idle();
  // The answer to what could not be read as a message at all.
  static std::string Unreadable(std::string_view problem);

  // Set once the client has said `exit`: 0 if it asked for the shutdown before.
  std::optional<int> exit_code() const { return exit_code_; }
  bool is_shut_down() const { return state_ == State::ShutDown; }

 private:
  enum class State { New, Running, ShutDown };
  struct Document {
    Json version;
    LineMap lines;
    bool changed = true;  // since its diagnostics were sent
  };

  void Request(const Json& id, const std::string& method, const Json& params);
  void Notification(const std::string& method, const Json& params);
  Json Answer(const std::string& method, const Json& params);
  void Send(Json message);

  // documents.cpp
  void Open(const Json& params);
  void Change(const Json& params);
  void Close(const Json& params);
  void SetText(const std::string& uri, std::string text, const Json& version);

  // answers.cpp: results of requests.
  Json Initialize() const;
  Json Hover(const Json& params);
  Json Completion(const Json& params);
  Json ResolveCompletion(const Json& params) const;
  Json Definition(const Json& params);
  Json References(const Json& params);
  Json PrepareRename(const Json& params);
  Json Rename(const Json& params);
  Json DocumentSymbols(const Json& params);
  Json SemanticTokens(const Json& params);
  Json Formatting(const Json& params);
  Json Diagnostics(const std::string& uri);

  // What a request is about.
  struct Place {
    std::string uri;
    uint32_t offset = 0;
  };
  std::optional<Place> PlaceOf(const Json& params) const;
  std::string_view TextOf(const std::string& uri) const;
  Json Range(const std::string& uri, source::SourceSpan span) const;
  Json Location(const std::string& uri, source::SourceSpan span) const;
  Json SymbolTree(const std::string& uri,
                  const std::vector<service::DocumentSymbol>& symbols) const;

  service::LanguageService service_;
  const std::string version_;
  State state_ = State::New;
  std::optional<int> exit_code_;
  std::map<std::string, Document> documents_;
  std::vector<std::string> outgoing_;
};

}  // namespace varpulis::lsp
