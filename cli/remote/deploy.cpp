#include <filesystem>
#include <memory>
#include <string>

#include "cli/output.h"
#include "cli/remote/remote_commands.h"
#include "cli/remote/remote_options.h"

namespace varpulis::remote {
namespace {

struct Options {
  RemoteOptions remote;
  std::string file;
  std::string name;
};

int Deploy(Options& options) {
  if (const int code = options.remote.Resolve(); code != cli::kSuccess) return code;
  const std::optional<std::string> source = ReadWhole(options.file);
  if (!source) return cli::kUsageError;
  std::string name = options.name.empty() ? options.remote.deploy_name : options.name;
  if (name.empty()) name = std::filesystem::path(options.file).stem().string();
  int code = cli::kSuccess;
  const Json body = {{"name", name}, {"source", *source}};
  const std::optional<Json> answer =
      Ask(options.remote, "POST", "/api/v1/pipelines",
          body.dump(-1, ' ', false, Json::error_handler_t::replace), code);
  if (!answer) return code;
  cli::Show("Pipeline deployed successfully!\nID: {}\nName: {}\nStatus: {}\n",
            answer->value("id", ""), answer->value("name", ""), answer->value("status", ""));
  return cli::kSuccess;
}

}  // namespace

void AddDeploy(CLI::App& app, cli::Run& run) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("deploy", "Deploy a program to a server");
  command->footer("Example: varpulis deploy -f fraud.vpl --server http://127.0.0.1:9000");
  command->add_option("-f,--file", options->file, "VPL file, `-` is standard input")->required();
  command->add_option("-n,--name", options->name, "Name of the pipeline, default that of the file");
  options->remote.AddTo(*command);
  command->callback([options, &run] { run = [options] { return Deploy(*options); }; });
}

}  // namespace varpulis::remote
