#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/output.h"
#include "cli/terminal.h"

int main(int argc, char** argv) {
  using namespace varpulis::cli;
  PrepareStandardStreams();
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
  AddFormat(app, run);
  AddDetect(app, run);
  AddAnalyze(app, run);
  AddInfer(app, run);
  AddLsp(app, run);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (app.exit(error) == 0) return kSuccess;
    // CLI11 complains about what is missing first, although a misspelt word is why it is missing.
    ShowUnexpected(app.remaining(true));
    return kUsageError;
  }
  return run();
}
