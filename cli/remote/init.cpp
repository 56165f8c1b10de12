#include <cerrno>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "cli/output.h"
#include "cli/remote/remote_commands.h"
#include "cli/remote/remote_options.h"

namespace varpulis::remote {
namespace {

constexpr const char* kFile = ".varpulis.toml";

// As a basic string of TOML.
std::string Quoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += static_cast<uint8_t>(c) < 0x20 ? fmt::format("\\u{:04x}", static_cast<unsigned>(c))
                                             : std::string(1, c);
  }
  return quoted + "\"";
}

int Init(const RemoteOptions& options) {
  if (options.server.empty()) {
    cli::Say("which server? Give --server URL\n");
    return cli::kConfigError;
  }
  std::string text = fmt::format("[remote]\nurl = {}\n", Quoted(options.server));
  if (!options.api_key.empty()) text += fmt::format("api_key = {}\n", Quoted(options.api_key));
  text += "\n[deploy]\n# name = \"my-pipeline\"   # default: the name of the file\n";
  // Only for its owner: it holds a key.
  const int fd = open(kFile, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) {
    cli::Say("{}: {}\n", kFile, std::strerror(errno));
    return cli::kUsageError;
  }
  const bool written = write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  close(fd);
  if (!written) {
    cli::Say("{}: it cannot be written\n", kFile);
    return cli::kUsageError;
  }
  cli::Show("{} written. Next: varpulis deploy -f rules.vpl\n", kFile);
  return cli::kSuccess;
}

}  // namespace

void AddInit(CLI::App& app, cli::Run& run) {
  auto options = std::make_shared<RemoteOptions>();
  CLI::App* command = app.add_subcommand("init", "Remember a server for the commands below here");
  command->footer("Example: varpulis init --server http://127.0.0.1:9000 --api-key \"$KEY\"");
  options->AddTo(*command);
  command->callback([options, &run] { run = [options] { return Init(*options); }; });
}

}  // namespace varpulis::remote
