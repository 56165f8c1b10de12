#include "server/host/program.h"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <sstream>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "compiler/diagnostics/report.h"
#include "compiler/driver/compile.h"
#include "compiler/ir/state_definition.h"
#include "connectors/registry/registry.h"

namespace varpulis::host {
namespace {

double NowMs() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double, std::milli>(now).count();
}

// `line 3: error[E033]: ...`.
std::string FirstError(const diagnostics::DiagnosticEmitter& diagnostics,
                       const source::SourceMap& sources) {
  for (const diagnostics::Diagnostic& diagnostic : diagnostics.Sorted()) {
    if (diagnostic.severity() != diagnostics::Severity::Error) continue;
    return fmt::format("line {}: error[{}]: {}",
                       sources.At(diagnostic.span.begin).Locate(diagnostic.span.begin).line,
                       diagnostics::Code(diagnostic.kind), diagnostic.message);
  }
  return "the program has errors";
}

// Lookups are waited for where the row stands, which pipelines that share threads may not do.
std::string WhatNobodyServes(const ir::Plan& plan) {
  const char* operation = !plan.lookups.empty() ? ".enrich" : !plan.alerts.empty() ? ".alert" : "";
  if (*operation == '\0') return {};
  return fmt::format("`{}` is not served by this server yet; `varpulis simulate` runs it",
                     operation);
}

// Remembers what was read of which file. Thread-safe.
class ImportedFiles {
 public:
  source::FileReader Through(source::FileReader files) {
    if (!files.read) return files;
    return {.read =
                [this, read = files.read](const std::string& path) {
                  Result<std::string> text = read(path);
                  if (text.ok()) Of(path, [&](store::ImportedFile& file) { file.text = *text; });
                  return text;
                },
            .identity =
                [this, identity = files.identity](const std::string& path) {
                  std::string found = identity(path);
                  Of(path, [&](store::ImportedFile& file) { file.identity = found; });
                  return found;
                }};
  }
  // Those that there are: of the others there is nothing to remember.
  std::vector<store::ImportedFile> Take() {
    std::erase_if(files_, [](const store::ImportedFile& file) { return file.identity.empty(); });
    return std::move(files_);
  }

 private:
  void Of(const std::string& path, const auto& set) {
    std::lock_guard lock(mutex_);
    auto at = std::find_if(files_.begin(), files_.end(),
                           [&](const store::ImportedFile& file) { return file.path == path; });
    if (at == files_.end()) at = files_.insert(at, {path, {}, {}});
    set(*at);
  }

  std::mutex mutex_;
  std::vector<store::ImportedFile> files_;
};

// The files as they were then, and no others.
source::FileReader Recorded(const std::vector<store::ImportedFile>& files) {
  const auto find = [&files](const std::string& path) {
    const auto at = std::find_if(files.begin(), files.end(),
                                 [&](const auto& file) { return file.path == path; });
    return at == files.end() ? nullptr : &*at;
  };
  return {.read = [find](const std::string& path) -> Result<std::string> {
            if (const auto* file = find(path)) return file->text;
            return Status(StatusCode::NotFound, "no such file when the program was deployed");
          },
          .identity =
              [find](const std::string& path) {
                const auto* file = find(path);
                return file != nullptr ? file->identity : std::string();
              }};
}

BuildOutcome Build(std::string source, std::string path, source::FileReader files) {
  const double begin = NowMs();
  BuildOutcome outcome;
  auto program = std::make_shared<Program>();
  ImportedFiles imported;
  program->source = source;
  program->path = path;
  source::SourceMap sources(std::move(path), std::move(source));
  diagnostics::DiagnosticEmitter diagnostics(sources);
  driver::CompileOptions options;
  options.check_regex = kernel::CheckRegex;
  options.files = imported.Through(std::move(files));
  options.has_driver = connectors::HasDriver;
  options.threads = std::thread::hardware_concurrency();
  driver::CompiledProgram compiled = driver::Compile(sources, diagnostics, options);
  outcome.report = diagnostics::ToJson({.valid = compiled.ok,
                                        .errors = diagnostics.errors(),
                                        .warnings = diagnostics.warnings(),
                                        .programs = {{&sources, diagnostics.Sorted()}}});
  if (compiled.ok) outcome.summary = WhatNobodyServes(compiled.plan);
  if (compiled.ok && outcome.summary.empty()) {
    program->plan = std::move(compiled.plan);
    program->imports = imported.Take();
    auto regexes = kernel::CompileRegexes(program->plan.kernels, options.threads);
    if (regexes.ok()) {
      program->regexes = *regexes;
      outcome.program = std::move(program);
    } else {
      outcome.summary = regexes.status().message();
    }
  } else if (!compiled.ok) {
    outcome.is_syntax_error = diagnostics.CountOf(diagnostics::DiagnosticKind::SyntaxError) > 0;
    outcome.summary = FirstError(diagnostics, sources);
  }
  outcome.milliseconds = NowMs() - begin;
  return outcome;
}

}  // namespace

BuildOutcome BuildProgram(std::string source, const std::string& name, const ImportRoot* root) {
  return Build(std::move(source), root != nullptr ? root->ProgramPath(name) : name,
               root != nullptr ? root->Files() : source::FileReader());
}

BuildOutcome BuildAgain(const store::PipelineRecord& record) {
  return Build(record.source, record.path, Recorded(record.imports));
}

std::map<std::string, std::string> TextsOfStreams(const ir::Plan& plan) {
  std::map<std::string, std::string> texts;
  for (const ir::StreamPlan& stream : plan.streams)
    texts[stream.name] = ir::StateDefinition(plan, stream);
  // Lines below the name of a stream are indented.
  std::istringstream lines(ir::Print(plan));
  std::string* text = nullptr;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("stream ")) {
      const auto at = texts.find(line.substr(7));
      text = at == texts.end() ? nullptr : &at->second;
    } else if (!line.starts_with(' ')) {
      text = nullptr;
    } else if (text != nullptr) {
      *text += line + '\n';
    }
  }
  for (const ir::Kernel& kernel : plan.kernels) {
    const auto at = texts.find(kernel.name.substr(0, kernel.name.find('.')));
    if (at != texts.end()) at->second += ir::Print(kernel);
  }
  return texts;
}

}  // namespace varpulis::host
