#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <unistd.h>
#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/load_program.h"
#include "cli/lsp/serve.h"
#include "cli/output.h"
#include "connectors/registry/registry.h"
#include "runtime/kernel/kernel_table.h"

namespace varpulis::cli {
namespace {

int ServeLsp() {
  service::ServiceOptions options;
  options.check_regex = kernel::CheckRegex;
  options.has_driver = connectors::HasDriver;
  options.files = ProgramFiles();
  lsp::Server server(std::move(options), VPL_VERSION);
  return lsp::Serve(server, STDIN_FILENO,
                    [](std::string_view message) { WriteStandardOutput(message); });
}

}  // namespace

void AddLsp(CLI::App& app, Run& run) {
  CLI::App* command = app.add_subcommand("lsp", "Serve editors on standard input and output");
  // What editors pass to name the way of talking; there is one.
  auto unused = std::make_shared<bool>(false);
  command->add_flag("--stdio", *unused, "Accepted, as there is no other way");
  command->callback([unused, &run] { run = ServeLsp; });
}

}  // namespace varpulis::cli
