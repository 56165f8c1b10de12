#pragma once

// An editor that talks to a server in this process.

#include <string>
#include <string_view>

#include "cli/lsp/server.h"

namespace varpulis::lsp {

class Conversation {
 public:
  Conversation();

  // `initialize` and `initialized`; the answer is not shown.
  void Introduce();
  // Opens a document; what the server says about it, as text.
  std::string Open(const std::string& name, const std::string& text);
  // A line of a case without its `> `; what the server answers, as text. A problem with the line itself
  // starts with `!`.
  std::string Say(const std::string& line);

 private:
  std::string Ask(const std::string& verb, const std::string& method, Json params);
  std::string Tell(const std::string& method, Json params);
  // What comes without being asked for.
  std::string Rest();

  Server server_;
  int id_ = 0;
};

}  // namespace varpulis::lsp
