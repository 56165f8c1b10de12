#include <memory>
#include <string>

#include <fmt/format.h>

#include "cli/output.h"
#include "cli/remote/remote_commands.h"
#include "cli/remote/remote_options.h"

namespace varpulis::remote {
namespace {

constexpr size_t kPerPage = 1'000;

int List(RemoteOptions& options) {
  if (const int code = options.Resolve(); code != cli::kSuccess) return code;
  std::string lines;
  size_t total = 0;
  for (size_t offset = 0;; offset += kPerPage) {
    int code = cli::kSuccess;
    const std::optional<Json> page =
        Ask(options, "GET", fmt::format("/api/v1/pipelines?limit={}&offset={}", kPerPage, offset),
            "", code);
    if (!page) return code;
    total = page->value("total", size_t{0});
    for (const Json& pipeline : page->value("pipelines", Json::array())) {
      lines += fmt::format("{} | {} | {}\n", pipeline.value("id", ""), pipeline.value("name", ""),
                           pipeline.value("status", ""));
    }
    if (offset + kPerPage >= total) break;
  }
  cli::Show("Pipelines ({} total):\n{}", total, lines.empty() ? "(none)\n" : lines);
  return cli::kSuccess;
}

}  // namespace

void AddPipelines(CLI::App& app, cli::Run& run) {
  auto options = std::make_shared<RemoteOptions>();
  CLI::App* command = app.add_subcommand("pipelines", "List the pipelines of a server");
  command->alias("list");
  command->footer("Example: varpulis pipelines --server http://127.0.0.1:9000");
  options->AddTo(*command);
  command->callback([options, &run] { run = [options] { return List(*options); }; });
}

}  // namespace varpulis::remote
