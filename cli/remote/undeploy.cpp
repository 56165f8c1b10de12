#include <memory>
#include <string>

#include "cli/output.h"
#include "cli/remote/remote_commands.h"
#include "cli/remote/remote_options.h"

namespace varpulis::remote {
namespace {

struct Options {
  RemoteOptions remote;
  std::string pipeline;
};

int Undeploy(Options& options) {
  if (const int code = options.remote.Resolve(); code != cli::kSuccess) return code;
  int code = cli::kSuccess;
  if (!Ask(options.remote, "DELETE", "/api/v1/pipelines/" + Escaped(options.pipeline), "", code))
    return code;
  cli::Show("Pipeline {} deleted.\n", options.pipeline);
  return cli::kSuccess;
}

}  // namespace

void AddUndeploy(CLI::App& app, cli::Run& run) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("undeploy", "Remove a pipeline from a server");
  command->footer("Example: varpulis undeploy --pipeline-id 6f1c... --server http://host:9000");
  command->add_option("--pipeline-id", options->pipeline, "Id of the pipeline")->required();
  options->remote.AddTo(*command);
  command->callback([options, &run] { run = [options] { return Undeploy(*options); }; });
}

}  // namespace varpulis::remote
