#include "compiler/driver/compile.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/check.h"
#include "compiler/lower/build_plan.h"
#include "compiler/modules/load.h"
#include "compiler/sema/check.h"
#include "compiler/syntax/incremental_parser.h"
#include "compiler/syntax/parse.h"

namespace varpulis::driver {
namespace {

class Stopwatch {
 public:
  Stopwatch(double (*now_ms)(), std::vector<StageTime>& times) : now_ms_(now_ms), times_(times) {
    if (now_ms_ != nullptr) last_ = now_ms_();
  }
  void Lap(const char* stage) {
    if (now_ms_ == nullptr) return;
    double now = now_ms_();
    times_.push_back({stage, now - last_});
    last_ = now;
  }

 private:
  double (*now_ms_)();
  std::vector<StageTime>& times_;
  double last_ = 0;
};

bool ConcernsNames(diagnostics::DiagnosticKind kind) {
  using Kind = diagnostics::DiagnosticKind;
  return kind == Kind::UndeclaredEventType || kind == Kind::UndeclaredEmitType ||
         kind == Kind::UndeclaredTypeNearMiss || kind == Kind::UnknownType ||
         kind == Kind::UnknownFunction || kind == Kind::NameWithoutMeaning ||
         kind == Kind::StatementNotAllowedHere || kind == Kind::UndefinedConnector ||
         kind == Kind::UndefinedContext;
}

// Without what is said about names that are missing only because their declaration has a syntax
// error, or is in a file that could not be imported.
diagnostics::DiagnosticEmitter WithoutLostNames(const diagnostics::DiagnosticEmitter& all,
                                                const ast::Program& program,
                                                const source::SourceMap& sources) {
  diagnostics::DiagnosticEmitter others;
  const std::vector<std::string>& lost = program.lost_names;
  for (const diagnostics::Diagnostic& diagnostic : all.Sorted()) {
    const std::string_view text = sources.Text(diagnostic.span);
    const bool is_lost =
        program.incomplete || std::any_of(lost.begin(), lost.end(), [&](const std::string& name) {
          return text == name || text.substr(0, text.find_first_of(" .:(")) == name;
        });
    if (!is_lost || !ConcernsNames(diagnostic.kind)) others.Emit(diagnostic);
  }
  return others;
}

// With the parser that the caller keeps; null if the program imports files, which are merged into a tree
// of their own.
const ast::Program* ParseAgain(source::SourceMap& sources,
                               diagnostics::DiagnosticEmitter& diagnostics,
                               const CompileOptions& options) {
  diagnostics::DiagnosticEmitter found = diagnostics.Fresh(sources);
  const ast::Program& program = options.parser->Parse(sources, found, {options.threads});
  for (const auto& statement : program.statements) {
    if (std::holds_alternative<ast::ImportDecl>(statement->node)) return nullptr;
  }
  diagnostics.Append(found);
  return &program;
}

// After syntax errors the statements that did parse are still checked, so that one run shows all
// independent mistakes.
sema::TypedProgram CheckParsed(const ast::Program& program, const source::SourceMap& sources,
                               diagnostics::DiagnosticEmitter& diagnostics,
                               const CompileOptions& options) {
  diagnostics::DiagnosticEmitter checked = diagnostics.Fresh(sources);
  sema::TypedProgram typed = sema::Check(
      program, checked, {options.check_regex, options.has_driver, options.names, options.threads});
  if (!program.lost_names.empty() || program.incomplete) {
    checked = WithoutLostNames(checked, program, sources);
  }
  diagnostics.Append(checked);
  return typed;
}

std::string AutomatonText(const ir::Plan& plan) {
  std::string text;
  for (const ir::StreamPlan& stream : plan.streams) {
    if (!stream.pattern) continue;
    text += fmt::format("automaton {}\n{}", stream.name, ir::Print(stream.pattern->automaton));
  }
  return text;
}

std::string KernelText(const ir::Plan& plan) {
  std::string text;
  for (const ir::Kernel& kernel : plan.kernels)
    text += (text.empty() ? "" : "\n") + ir::Print(kernel);
  return text;
}

}  // namespace

std::optional<Stage> ParseStage(std::string_view name) {
  if (name == "tokens") return Stage::Tokens;
  if (name == "ast") return Stage::Ast;
  if (name == "typed") return Stage::Typed;
  if (name == "plan") return Stage::Plan;
  if (name == "automaton") return Stage::Automaton;
  if (name == "kernels") return Stage::Kernels;
  return std::nullopt;
}

CheckedProgram Check(source::SourceMap& sources, diagnostics::DiagnosticEmitter& diagnostics,
                     const CompileOptions& options) {
  CheckedProgram result;
  result.program = modules::Load(sources, options.files, diagnostics, {options.threads});
  result.typed = CheckParsed(result.program, sources, diagnostics, options);
  return result;
}

CompiledProgram Compile(source::SourceMap& sources, diagnostics::DiagnosticEmitter& diagnostics,
                        const CompileOptions& options) {
  CompiledProgram result;
  Stopwatch watch(options.now_ms, result.times);
  if (options.dump == Stage::Tokens) {
    // In a map of its own: the copies that it makes are made again by Load.
    source::SourceMap alone(sources.main().path(), std::string(sources.main().text()));
    diagnostics::DiagnosticEmitter repeated_by_load;
    result.dump = syntax::DumpTokens(alone, repeated_by_load);
  }

  ast::Program loaded;
  const ast::Program* parsed =
      options.parser == nullptr ? nullptr : ParseAgain(sources, diagnostics, options);
  if (parsed == nullptr) {
    loaded = modules::Load(sources, options.files, diagnostics, {options.threads});
    parsed = &loaded;
  }
  const ast::Program& program = *parsed;
  result.statements = program.statements.size();
  watch.Lap("parse");
  if (options.dump == Stage::Ast) result.dump = ast::Print(program);
  sema::TypedProgram typed = CheckParsed(program, sources, diagnostics, options);
  watch.Lap("check");
  if (diagnostics.has_errors()) return result;
  if (options.dump == Stage::Typed) result.dump = sema::Print(typed);
  loaded = {};  // a large program's tree takes more room than all that follows

  result.plan = lower::BuildPlan(typed, options.for_trace);
  watch.Lap("lower");
  if (Status verified = ir::Verify(result.plan, options.threads); !verified.ok()) {
    VPL_CHECK(false, "the plan is malformed: {}", verified.message());
  }
  watch.Lap("verify");
  if (options.dump == Stage::Plan) result.dump = ir::Print(result.plan);
  if (options.dump == Stage::Automaton) result.dump = AutomatonText(result.plan);
  if (options.dump == Stage::Kernels) result.dump = KernelText(result.plan);
  result.ok = true;
  return result;
}

}  // namespace varpulis::driver
