#pragma once

// A server on two descriptors.

#include <functional>
#include <string_view>

#include "cli/lsp/server.h"

namespace varpulis::lsp {

// Serves until the client says `exit` or `in` ends. `write` takes whole messages with their headers.
// Returns the exit code of the protocol: 0 after a shutdown, else 1.
int Serve(Server& server, int in, const std::function<void(std::string_view)>& write);

}  // namespace varpulis::lsp
