#include <fstream>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/config/config_file.h"
#include "cli/output.h"

namespace varpulis::cli {
namespace {

struct Options {
  std::string format = "yaml";
  std::string output;
};

int ConfigGen(const Options& options) {
  const bool is_yaml = options.format == "yaml" || options.format == "yml";
  if (!is_yaml && options.format != "toml") {
    Say("--format: `{}` is neither yaml nor toml\n", options.format);
    return kConfigError;
  }
  const std::string text = is_yaml ? config::ExampleYaml() : config::ExampleToml();
  if (options.output.empty()) {
    WriteStandardOutput(text);
    return kSuccess;
  }
  std::ofstream out(options.output, std::ios::binary);
  out << text << std::flush;
  if (out) return kSuccess;
  Say("{}: it cannot be written\n", options.output);
  return kUsageError;
}

}  // namespace

void AddConfigGen(CLI::App& app, Run& run) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("config-gen", "Print an example configuration file");
  command->footer("Example: varpulis config-gen --format yaml > varpulis.yaml");
  command->add_option("-f,--format", options->format, "yaml or toml");
  command->add_option("-o,--output", options->output, "File to write, instead of standard output");
  command->callback([options, &run] { run = [options] { return ConfigGen(*options); }; });
}

}  // namespace varpulis::cli
