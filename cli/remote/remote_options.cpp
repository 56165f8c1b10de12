#include "cli/remote/remote_options.h"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/config/config_tree.h"
#include "cli/output.h"

namespace varpulis::remote {
namespace {

using cli::Say;
constexpr const char* kFile = ".varpulis.toml";

// In this folder or the nearest one above; empty: there is none.
std::filesystem::path FindFile() {
  std::error_code error;
  std::filesystem::path folder = std::filesystem::current_path(error);
  if (error) return {};
  while (!std::filesystem::is_regular_file(folder / kFile, error)) {
    if (folder == folder.parent_path()) return {};
    folder = folder.parent_path();
  }
  return folder / kFile;
}

void Fill(std::string& value, const config::Node& root, const char* block, const char* key) {
  const config::Node* table = root.Find(block);
  const config::Node* node = table == nullptr ? nullptr : table->Find(key);
  const auto* text = node == nullptr ? nullptr : std::get_if<std::string>(&node->value);
  if (text != nullptr && value.empty()) value = *text;
}

}  // namespace

void RemoteOptions::AddTo(CLI::App& command) {
  command.add_option("--server", server, "URL of the server, e.g. http://127.0.0.1:9000")
      ->envname("VARPULIS_SERVER");
  command.add_option("--api-key", api_key, "Key of the tenant")->envname("VARPULIS_API_KEY");
}

int RemoteOptions::Resolve() {
  if (const std::filesystem::path file = FindFile(); !file.empty()) {
    const std::optional<std::string> text = ReadWhole(file.string());
    if (!text) return cli::kUsageError;
    const Result<config::Node> root = config::ReadToml(*text);
    if (!root.ok()) {
      Say("{}: {}\n", file.string(), root.status().message());
      return cli::kConfigError;
    }
    Fill(server, root.value(), "remote", "url");
    Fill(api_key, root.value(), "remote", "api_key");
    Fill(deploy_name, root.value(), "deploy", "name");
  }
  while (server.ends_with('/')) server.pop_back();
  if (!server.empty()) return cli::kSuccess;
  Say("which server? Give --server URL, set VARPULIS_SERVER, or write {} with `varpulis init`\n",
      kFile);
  return cli::kConfigError;
}

int ShowRefusal(const Reply& reply) {
  Say("the server answered {}: {}\n", reply.status, reply.body);
  return cli::kProgramError;
}

std::optional<Json> Ask(const RemoteOptions& options, const std::string& method,
                        const std::string& path, const std::string& body, int& exit_code) {
  const Result<Reply> reply = Call(options.Target(), method, path, body);
  if (!reply.ok()) {
    Say("{}\n", reply.status().message());
    exit_code = cli::kRuntimeError;
    return std::nullopt;
  }
  if (reply.value().status < 200 || reply.value().status > 299) {
    exit_code = ShowRefusal(reply.value());
    return std::nullopt;
  }
  Json answer = Json::parse(reply.value().body, nullptr, false);
  if (answer.is_object()) return answer;
  Say("{} is no server of Varpulis: it answered {}\n", options.server, reply.value().body);
  exit_code = cli::kRuntimeError;
  return std::nullopt;
}

std::optional<std::string> ReadWhole(const std::string& path) {
  if (path == "-") return std::string(std::istreambuf_iterator<char>(std::cin), {});
  std::ifstream in(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (in.is_open() && !in.bad()) return text;
  Say("{}: it cannot be read\n", path);
  return std::nullopt;
}

std::string Escaped(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.';
    escaped += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<uint8_t>(c));
  }
  return escaped;
}

}  // namespace varpulis::remote
