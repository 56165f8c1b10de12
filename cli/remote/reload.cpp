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
  std::string file;
};

// One line for a list that has names.
void ShowNames(const Json& answer, const char* member, const char* title) {
  std::string names;
  for (const Json& name : answer.value(member, Json::array()))
    names += (names.empty() ? "" : ", ") + name.get<std::string>();
  if (!names.empty()) cli::Show("{}: {}\n", title, names);
}

int Reload(Options& options) {
  if (const int code = options.remote.Resolve(); code != cli::kSuccess) return code;
  const std::optional<std::string> source = ReadWhole(options.file);
  if (!source) return cli::kUsageError;
  int code = cli::kSuccess;
  const Json body = {{"source", *source}};
  const std::optional<Json> answer =
      Ask(options.remote, "POST", "/api/v1/pipelines/" + Escaped(options.pipeline) + "/reload",
          body.dump(-1, ' ', false, Json::error_handler_t::replace), code);
  if (!answer) return code;
  cli::Show("Pipeline {} reloaded.\nGeneration: {}\n", options.pipeline,
            answer->value("generation", 0));
  ShowNames(*answer, "streams_added", "Streams added");
  ShowNames(*answer, "streams_removed", "Streams removed");
  ShowNames(*answer, "streams_updated", "Streams updated");
  ShowNames(*answer, "state_preserved", "State preserved");
  ShowNames(*answer, "state_reset", "State reset");
  return cli::kSuccess;
}

}  // namespace

void AddReload(CLI::App& app, cli::Run& run) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("reload", "Give a pipeline on a server another program");
  command->footer("Example: varpulis reload --pipeline-id 6f1c... -f fraud.vpl");
  command->add_option("--pipeline-id", options->pipeline, "Id of the pipeline")->required();
  command->add_option("-f,--file", options->file, "VPL file, `-` is standard input")->required();
  options->remote.AddTo(*command);
  command->callback([options, &run] { run = [options] { return Reload(*options); }; });
}

}  // namespace varpulis::remote
