#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/terminal.h"

int main(int argc, char** argv) {
  using namespace varpulis::cli;
  CLI::App app{"Varpulis compiles rules over event streams to native code."};
  app.name("varpulis");
  app.footer("Example: varpulis simulate -p rules.vpl -e events.jsonl > alerts.jsonl");
  app.set_version_flag("-V,--version", VersionText());
  app.require_subcommand(1);
  Run run;
  AddSimulate(app, run);
  AddValidate(app, run);
  AddParse(app, run);
  AddCompile(app, run);
  AddExplain(app, run);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    app.exit(error);
    SuggestCommand(argc, argv);
    return kUsageError;
  }
  return run();
}
