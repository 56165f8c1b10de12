#pragma once

// The verbs of the command line; each adds its options to the app and sets `run`.

#include <functional>

namespace CLI {
class App;
}

namespace varpulis::cli {

// Exit codes of the operations contract, section 2.1.
enum ExitCode : int {
  kSuccess = 0,
  kProgramError = 1,  // syntax, validation or event error
  kUsageError = 2,    // wrong command line, file missing or unreadable
  kRuntimeError = 4,
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

}  // namespace varpulis::cli
