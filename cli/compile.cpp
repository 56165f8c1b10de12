#include <memory>
#include <string>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/load_program.h"
#include "cli/output.h"
#include "cli/terminal.h"
#ifdef VPL_WITH_JIT
#include "jit/engine/native_compiler.h"
#endif

namespace varpulis::cli {
namespace {

struct Options {
  std::string program;
  std::string emit = "plan";
  std::string output;
  bool stats = false;
  DiagnosticOptions diagnostics;
};

// Text of a native stage; false with a message if there is no such stage or no JIT in this build.
bool DumpNative(const ir::Plan& plan, const std::string& stage, std::string& text) {
#ifdef VPL_WITH_JIT
  jit::CodeForm form = stage == "llvm"       ? jit::CodeForm::Llvm
                       : stage == "llvm-opt" ? jit::CodeForm::LlvmOptimised
                       : stage == "asm"      ? jit::CodeForm::Assembly
                                             : jit::CodeForm::Object;
  Result<std::string> code = jit::DumpCode(plan.kernels, form);
  if (!code.ok()) {
    Say("{}\n", code.status().message());
    return false;
  }
  text = std::move(*code);
  return true;
#else
  (void)plan;
  (void)text;
  Say("--emit={} needs a build with the JIT\n", stage);
  return false;
#endif
}

int Compile(const Options& options) {
  driver::CompileOptions compile;
  compile.dump = driver::ParseStage(options.emit);
  compile.now_ms = NowMs;
  LoadedProgram loaded = LoadProgram(options.program, options.diagnostics, compile);
  if (loaded.exit_code == kUsageError) return kUsageError;
  driver::CompiledProgram& program = loaded.program;
  bool early = compile.dump == driver::Stage::Tokens || compile.dump == driver::Stage::Ast;
  if (loaded.exit_code != kSuccess && !(early && !program.dump.empty())) return kProgramError;
  std::string dump = std::move(program.dump);
  if (!compile.dump) {
    double begin = NowMs();
    if (!DumpNative(program.plan, options.emit, dump)) return kRuntimeError;
    program.times.push_back({options.emit, NowMs() - begin});
  }
  if (const int failed = WriteResult(dump, options.output); failed != kSuccess) return failed;
  if (options.stats) {
    for (const driver::StageTime& time : program.times) {
      Say("{:<10} {:8.2f} ms\n", time.stage, time.milliseconds);
    }
  }
  return loaded.exit_code;
}

}  // namespace

void AddCompile(CLI::App& app, Run& run) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("compile", "Show what the compiler makes of a program");
  command->add_option("program", options->program, "VPL file, `-` is standard input")->required();
  command->add_option("--emit", options->emit, "Stage to show")
      ->check(CLI::IsMember({"tokens", "ast", "typed", "plan", "automaton", "kernels", "llvm",
                             "llvm-opt", "asm", "object"}));
  command->add_option("-o,--output", options->output, "File to write, standard output if absent");
  command->add_flag("--stats", options->stats, "Time per stage on standard error");
  AddDiagnosticOptions(*command, options->diagnostics, "--diagnostics");
  command->callback([options, &run] { run = [options] { return Compile(*options); }; });
}

}  // namespace varpulis::cli
