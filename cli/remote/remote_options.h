#pragma once

// Which server a client command speaks to (operations.md 2.7): flags, environment, then the nearest
// `.varpulis.toml`.

#include <optional>
#include <string>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/remote/http_client.h"

namespace varpulis::remote {

using Json = nlohmann::ordered_json;

struct RemoteOptions {
  std::string server;
  std::string api_key;
  std::string deploy_name;  // `[deploy] name` of the file

  void AddTo(CLI::App& command);
  // kSuccess and `server`, `api_key`, `deploy_name` filled; else the exit code after saying why.
  int Resolve();
  Server Target() const { return {server, api_key}; }
};

// Calls and reads the answer. Nothing: `exit_code` after saying why.
std::optional<Json> Ask(const RemoteOptions& options, const std::string& method,
                        const std::string& path, const std::string& body, int& exit_code);
// Says what a server has refused. The exit code.
int ShowRefusal(const Reply& reply);

// The text of a file, `-` is standard input; nothing after saying why.
std::optional<std::string> ReadWhole(const std::string& path);
// As a part of a path.
std::string Escaped(const std::string& text);

}  // namespace varpulis::remote
