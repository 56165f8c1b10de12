#pragma once

// The verbs of the command line; each adds its options to the app and sets `run`.

#include <functional>

namespace CLI {
class App;
}

namespace varpulis::cli {

struct GlobalOptions;

// Exit codes of the operations contract, section 2.1.
enum ExitCode : int {
  kSuccess = 0,
  kProgramError = 1,  // syntax, validation or event error
  kUsageError = 2,    // wrong command line, file missing or unreadable
  kConfigError =
      3,  // bad configuration file, flags that contradict each other or are not built yet
  kRuntimeError = 4,  // port in use, server unreachable, engine failure
};

using Run = std::function<int()>;

void AddSimulate(CLI::App& app, Run& run);
void AddValidate(CLI::App& app, Run& run);
void AddParse(CLI::App& app, Run& run);
void AddCompile(CLI::App& app, Run& run);
void AddExplain(CLI::App& app, Run& run);
void AddFormat(CLI::App& app, Run& run);
void AddDetect(CLI::App& app, Run& run);
void AddAnalyze(CLI::App& app, Run& run);
void AddInfer(CLI::App& app, Run& run);
void AddLsp(CLI::App& app, Run& run);
void AddConfigGen(CLI::App& app, Run& run);
void AddServer(CLI::App& app, Run& run, const GlobalOptions& global);
void AddRemote(CLI::App& app, Run& run);

}  // namespace varpulis::cli
