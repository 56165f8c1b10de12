#pragma once

// One compilation of a program's text: what every version of a pipeline is made from.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "compiler/ir/plan.h"
#include "runtime/kernel/kernel_table.h"
#include "server/host/import_root.h"
#include "server/store/records.h"

namespace varpulis::host {

// Immutable and shared by whoever runs or describes it.
struct Program {
  std::string source;
  std::string path;                          // under which it was compiled
  std::vector<store::ImportedFile> imports;  // what it was compiled with
  ir::Plan plan;
  std::shared_ptr<const kernel::RegexSet> regexes;
};

struct BuildOutcome {
  std::shared_ptr<const Program> program;  // null: rejected
  bool is_syntax_error = false;            // rejected by the parser
  std::string summary;                     // why rejected: the first error with its line
  std::string report;                      // all diagnostics as JSON (diagnostics::ToJson)
  double milliseconds = 0;
};

// On the calling thread, which may take seconds for thousands of rules; thread-safe. Imports are read below
// `root`; without one a program cannot import.
BuildOutcome BuildProgram(std::string source, const std::string& name, const ImportRoot* root);
// The same program as once before, whatever has become of the files that it imported.
BuildOutcome BuildAgain(const store::PipelineRecord& record);

// What each stream does, as text: equal texts do the same. By name.
std::map<std::string, std::string> TextsOfStreams(const ir::Plan& plan);

}  // namespace varpulis::host
