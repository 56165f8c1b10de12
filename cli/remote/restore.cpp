#include <cstdint>
#include <memory>
#include <optional>
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
  std::optional<uint64_t> number;  // of a checkpoint that the server has
  bool strict = false;
};

int Restore(Options& options) {
  if (const int code = options.remote.Resolve(); code != cli::kSuccess) return code;
  if (options.file.empty() == !options.number) {
    cli::Say("restore takes either a file (-i) or --checkpoint-id\n");
    return cli::kUsageError;
  }
  std::optional<std::string> body = std::string();
  std::string path = "/api/v1/pipelines/" + Escaped(options.pipeline) +
                     "/restore?strict=" + (options.strict ? "true" : "false");
  if (options.number) {
    path += "&checkpoint_id=" + std::to_string(*options.number);
  } else {
    body = ReadWhole(options.file);
    if (!body) return cli::kUsageError;
  }
  int code = cli::kSuccess;
  const std::optional<Json> answer = Ask(options.remote, "POST", path, *body, code);
  if (!answer) return code;
  cli::Show("Pipeline {} restored: {} events.\n", options.pipeline,
            answer->value("events_restored", 0));
  for (const Json& stream : answer->value("skipped", Json::array()))
    cli::Show("Skipped: {}\n", stream.get<std::string>());
  return cli::kSuccess;
}

}  // namespace

void AddRestore(CLI::App& app, cli::Run& run) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("restore", "Take a pipeline on a server back to a checkpoint");
  command->footer("Example: varpulis restore --pipeline-id 6f1c... -i checkpoint.json");
  command->add_option("--pipeline-id", options->pipeline, "Id of the pipeline")->required();
  command->add_option("-i,--input", options->file, "What `varpulis checkpoint` has written");
  command->add_option("--checkpoint-id", options->number, "One that the server has stored");
  command->add_flag("--strict", options->strict, "Refuse a checkpoint of another program");
  options->remote.AddTo(*command);
  command->callback([options, &run] { run = [options] { return Restore(*options); }; });
}

}  // namespace varpulis::remote
