#pragma once

// The journey of a program, in one place: text, AST, typed program, plan, kernels.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/ast/program.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/ir/plan.h"
#include "compiler/sema/typed_program.h"
#include "compiler/source/file_reader.h"
#include "compiler/source/source_map.h"

namespace varpulis::sema {
struct NameTable;
}

namespace varpulis::syntax {
class IncrementalParser;
}

namespace varpulis::driver {

// Stages whose text `varpulis compile --emit=` shows; native ones are printed by jit/.
enum class Stage { Tokens, Ast, Typed, Plan, Automaton, Kernels };
std::optional<Stage> ParseStage(std::string_view name);

struct StageTime {
  std::string stage;
  double milliseconds;
};

struct CompiledProgram {
  bool ok = false;  // false: diagnostics hold errors, the plan is empty
  ir::Plan plan;
  size_t statements = 0;
  std::string dump;  // of the stage asked for
  std::vector<StageTime> times;
};

struct CompileOptions {
  std::optional<Stage> dump;
  // What is wrong with a regular expression; the compiler knows no regex engine. Thread-safe.
  std::string (*check_regex)(std::string_view pattern, size_t* position) = nullptr;
  // How imported files are read; without it a program cannot import.
  source::FileReader files = {};
  // True if this build can serve a kind of connector; null: it can serve none.
  bool (*has_driver)(std::string_view connector_kind) = nullptr;
  // What names mean, for editors; see sema::CheckOptions.
  sema::NameTable* names = nullptr;
  // Steady clock in milliseconds for StageTime; null: no times.
  double (*now_ms)() = nullptr;
  // The plan says why conditions are false (ir::TracedCondition), which costs kernels.
  bool for_trace = false;
  // Threads to parse and verify with, this one included; the result is the same for any number.
  unsigned threads = 1;
  // Knows what it parsed before, for a program that changes; null: everything is parsed.
  syntax::IncrementalParser* parser = nullptr;
};

// The part of the journey that finds all mistakes.
struct CheckedProgram {
  ast::Program program;
  sema::TypedProgram typed;
};
// Texts that belong to the program are added to `sources`, which is needed to show what was reported.
// `options.dump` and `options.now_ms` do not matter.
CheckedProgram Check(source::SourceMap& sources, diagnostics::DiagnosticEmitter& diagnostics,
                     const CompileOptions& options);

// Stops after the first stage that reported errors; reports everything that stage found. `sources` as
// for Check.
CompiledProgram Compile(source::SourceMap& sources, diagnostics::DiagnosticEmitter& diagnostics,
                        const CompileOptions& options);

}  // namespace varpulis::driver
