// One stage of the compiler per file: the program above, what the stage prints below.

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "compiler/ast/program.h"
#include "compiler/diagnostics/render.h"
#include "compiler/driver/compile.h"
#include "compiler/syntax/parse.h"
#include "runtime/kernel/kernel_table.h"
#include "tests/cases/case_files.h"
#ifdef VPL_WITH_JIT
#include "jit/engine/native_compiler.h"
#endif

namespace varpulis {
namespace {

constexpr std::string_view kHeader = "# dump: ";
constexpr std::string_view kSeparator = "# --- expected\n";

struct Compilation {
  std::string dump;
  diagnostics::DiagnosticEmitter diagnostics;
};

#ifdef VPL_WITH_JIT
// What implements the instructions: per function the loop over a dense range of rows, without
// metadata. The loop over selected rows is the same once more; set-up is jit/'s own affair.
std::string LoopsOf(std::string_view text) {
  std::string loops;
  bool shown = false;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? "" : text.substr(end + 1);
    if (line.starts_with("frame.items:")) shown = true;
    if (line.starts_with("frame.items.done:")) shown = false;
    line = line.substr(0, line.find(", !"));
    line = line.substr(0, line.find("; preds"));
    line = line.substr(0, line.find_last_not_of(' ') + 1);
    if (line.starts_with("define ")) {
      const size_t name = line.find('@');
      loops += fmt::format("{}{}:\n", loops.empty() ? "" : "\n",
                           line.substr(name, line.find('(') - name));
    } else if (shown) {
      loops += fmt::format("{}\n", line);
    }
  }
  return loops;
}

void DumpLlvm(const ir::Plan& plan, Compilation& result) {
  auto text = jit::DumpCode(plan.kernels, jit::CodeForm::Llvm);
  result.dump = text.ok() ? LoopsOf(*text) : std::string(text.status().message()) + "\n";
}
#else
void DumpLlvm(const ir::Plan&, Compilation&) {}
#endif

// What a case imports stands in its folder, with another ending than that of a case.
source::FileReader FilesBeside(const std::filesystem::path& file) {
  const std::filesystem::path folder = file.parent_path();
  const auto read = [folder](const std::string& path) -> Result<std::string> {
    std::ifstream in(folder / path, std::ios::binary);
    if (!in) return Status(StatusCode::IoError, "it cannot be read");
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  const auto identity = [folder](const std::string& path) {
    std::error_code error;
    return std::filesystem::canonical(folder / path, error).string();
  };
  return {read, identity};
}

// Cases about other things need no warning for each connector.
bool HasDriver(std::string_view connector_kind) { return connector_kind != "amqp"; }

// Early stages run alone, so that their cases need not make sense to the later ones.
Compilation Compile(source::SourceMap& sources, std::string_view stage,
                    const source::FileReader& files) {
  Compilation result;
  if (stage == "tokens") {
    result.dump = syntax::DumpTokens(sources, result.diagnostics);
  } else if (stage == "ast") {
    result.dump = ast::Print(syntax::Parse(sources, result.diagnostics));
  } else {
    driver::CompileOptions options;
    options.dump = driver::ParseStage(stage);
    options.check_regex = kernel::CheckRegex;
    options.files = files;
    options.has_driver = HasDriver;
    auto compiled = driver::Compile(sources, result.diagnostics, options);
    result.dump = std::move(compiled.dump);
    if (stage == "llvm" && compiled.ok) DumpLlvm(compiled.plan, result);
  }
  return result;
}

std::string Expectation(const source::SourceMap& sources, const Compilation& compiled) {
  std::string text = compiled.dump;
  for (const auto& diagnostic : compiled.diagnostics.Sorted()) {
    text += diagnostics::Render(diagnostic, sources, {});
  }
  while (text.ends_with("\n\n")) text.pop_back();
  return text;
}

std::string AsComments(std::string_view text) {
  std::string comments;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    comments += line.empty() ? "#\n" : fmt::format("# {}\n", line);
    text = end == std::string_view::npos ? "" : text.substr(end + 1);
  }
  return comments;
}

cases::Verdict Judge(const std::filesystem::path& file, std::string_view text) {
  if (!text.starts_with(kHeader))
    return {std::string(text), "the first line is no `# dump: stage`"};
  const auto stage = text.substr(kHeader.size(), text.find_first_of("\r\n") - kHeader.size());
  if (stage != "llvm" && !driver::ParseStage(stage))
    return {std::string(text), fmt::format("there is no stage `{}`", stage)};
#ifndef VPL_WITH_JIT
  if (stage == "llvm") return {std::string(text), {}, true};
#endif
  // The compiler sees the program only: a text that never ends does not swallow the expectation.
  const size_t separator = text.find(kSeparator);
  std::string program(text.substr(0, separator));
  source::SourceMap sources(file.filename(), program);
  const Compilation compiled = Compile(sources, stage, FilesBeside(file));

  if (separator == std::string_view::npos && !program.ends_with('\n')) program += '\n';
  cases::Verdict verdict;
  verdict.text = program + std::string(kSeparator) + AsComments(Expectation(sources, compiled));
  const bool named_rejected = file.filename().string().starts_with("fail_");
  if (named_rejected != compiled.diagnostics.has_errors()) {
    verdict.complaint = named_rejected ? "is accepted, yet its name starts with fail_"
                                       : "is rejected, yet its name does not start with fail_\n" +
                                             Expectation(sources, compiled);
  }
  return verdict;
}

TEST(Diagnostics, EveryCodeHasACase) {
  std::string all;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(VPL_GOLDEN_CASES)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    all.append(std::istreambuf_iterator<char>(in), {});
  }
  std::string without;
#define VPL_DIAGNOSTIC(code, name, severity) \
  if (all.find("[" #code "]") == std::string::npos) without += " " #code " " #name;
#include "compiler/diagnostics/diagnostic_kind.def"
  EXPECT_EQ(without, "");
}

}  // namespace
}  // namespace varpulis

int main(int argc, char** argv) {
  return varpulis::cases::RunCases(argc, argv,
                                   {"golden", VPL_GOLDEN_CASES, ".vpl", varpulis::Judge});
}
