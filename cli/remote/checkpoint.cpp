#include <fstream>
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
  std::string file;  // empty: standard output
  bool store = false;
};

int Checkpoint(Options& options) {
  if (const int code = options.remote.Resolve(); code != cli::kSuccess) return code;
  int code = cli::kSuccess;
  const std::optional<Json> answer = Ask(options.remote, "POST",
                                         "/api/v1/pipelines/" + Escaped(options.pipeline) +
                                             "/checkpoint" + (options.store ? "?store=true" : ""),
                                         "", code);
  if (!answer) return code;
  const std::string text = answer->dump() + "\n";
  if (options.file.empty()) {
    cli::Show("{}", text);
    return cli::kSuccess;
  }
  std::ofstream out(options.file, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (!out) {
    cli::Say("{}: cannot be written\n", options.file);
    return cli::kUsageError;
  }
  cli::Show("Checkpoint of {} events written to {}.\n", answer->value("events_processed", 0),
            options.file);
  return cli::kSuccess;
}

}  // namespace

void AddCheckpoint(CLI::App& app, cli::Run& run) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("checkpoint", "Take a checkpoint of a pipeline on a server");
  command->footer("Example: varpulis checkpoint --pipeline-id 6f1c... -o checkpoint.json");
  command->add_option("--pipeline-id", options->pipeline, "Id of the pipeline")->required();
  command->add_option("-o,--output", options->file, "File for it, default standard output");
  command->add_flag("--store", options->store, "Leave it in the state directory of the server");
  options->remote.AddTo(*command);
  command->callback([options, &run] { run = [options] { return Checkpoint(*options); }; });
}

}  // namespace varpulis::remote
