// Kernels as text with their inputs, executed every way: interpreted, native unoptimised and native
// optimised, row by row and all rows at once.

#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "compiler/ir/kernel.h"
#include "runtime/interp/interpret.h"
#include "tests/cases/case_files.h"
#include "tests/kernels/execution.h"
#ifdef VPL_WITH_JIT
#include "jit/engine/native_compiler.h"
#endif

namespace varpulis {
namespace {

constexpr std::string_view kRun = "run:";

// A kernel of a file with the lines that follow it.
struct KernelCase {
  std::string before;  // comments and blank lines
  std::string text;
  std::vector<std::string> inputs;
};

std::vector<std::string> SplitLines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    text = end == std::string_view::npos ? "" : text.substr(end + 1);
  }
  return lines;
}

// A kernel starts at `kernel` and ends at a `}` in the first column.
std::vector<KernelCase> ReadCases(std::string_view text, std::string& rest) {
  std::vector<KernelCase> cases;
  bool inside = false;
  for (const std::string& line : SplitLines(text)) {
    if (inside) {
      cases.back().text += line + "\n";
      inside = line != "}";
    } else if (line.starts_with("kernel ")) {
      cases.push_back({std::move(rest), line + "\n", {}});
      rest.clear();
      inside = true;
    } else if (line.starts_with(kRun) && !cases.empty()) {
      const size_t end = line.rfind(" ==");
      cases.back().inputs.push_back(line.substr(kRun.size(), end - kRun.size()));
    } else {
      rest += line + "\n";
    }
  }
  return cases;
}

struct Way {
  std::string name;
  kernel::KernelTable table;
};

Result<std::vector<Way>> Ways(const std::vector<ir::Kernel>& kernels) {
  auto regexes = kernel::CompileRegexes(kernels);
  if (!regexes.ok()) return regexes.status();
  std::vector<Way> ways;
  ways.push_back({"interpreted", interp::InterpretedTable(kernels, *regexes)});
#ifdef VPL_WITH_JIT
  for (const auto level : {jit::OptLevel::O0, jit::OptLevel::O2}) {
    auto compiler = jit::NativeCompiler::Create(level);
    if (!compiler.ok()) return compiler.status();
    auto table = (*compiler)->Compile(kernels, *regexes);
    if (!table.ok()) return table.status();
    ways.push_back(
        {level == jit::OptLevel::O0 ? "native, unoptimised" : "native, optimised", *table});
  }
#endif
  return ways;
}

std::string Differences(const std::string& way, const std::vector<std::string>& expected,
                        const std::vector<std::string>& actual) {
  std::string text;
  for (size_t i = 0; i < expected.size() && i < actual.size(); ++i) {
    if (expected[i] == actual[i]) continue;
    text += fmt::format("\n  {}, row {}:{} but interpreted{}", way, i, actual[i], expected[i]);
  }
  return text;
}

// The `run:` lines with their outcome; differences between the ways go to `complaint`.
std::string RunLines(const KernelCase& written, const ir::Kernel& kernel, ir::KernelId id,
                     const std::vector<Way>& ways, std::string& complaint) {
  kernels::Execution execution(kernel);
  for (const std::string& inputs : written.inputs) {
    const Status status = execution.AddRow(inputs);
    if (!status.ok())
      complaint += fmt::format("\n  {}:{}: {}", kernel.name, inputs, status.message());
  }
  const auto each = execution.RunEach(ways[0].table[id]);
  const auto together = execution.RunTogether(ways[0].table[id]);
  for (const Way& way : ways) {
    const std::string name = fmt::format("{} {}", kernel.name, way.name);
    complaint += Differences(name, each, execution.RunEach(way.table[id]));
    complaint +=
        Differences(name + ", all at once", together, execution.RunTogether(way.table[id]));
  }
  std::string lines;
  for (size_t i = 0; i < each.size(); ++i) {
    lines +=
        fmt::format("{}{} =={}\n", kRun, written.inputs[i], each[i].empty() ? " done" : each[i]);
  }
  return lines;
}

cases::Verdict Judge(const std::filesystem::path&, std::string_view text) {
  cases::Verdict verdict{std::string(text), {}};
  std::string rest;
  const std::vector<KernelCase> written = ReadCases(text, rest);
  std::vector<ir::Kernel> kernels;
  for (const KernelCase& one : written) {
    auto kernel = ir::ParseKernel(one.text);
    if (!kernel.ok()) {
      verdict.complaint =
          fmt::format("{}: {}", one.text.substr(0, one.text.find('(')), kernel.status().message());
      return verdict;
    }
    if (const Status verified = ir::Verify(*kernel); !verified.ok()) {
      verdict.complaint = verified.message();
      return verdict;
    }
    kernels.push_back(std::move(*kernel));
  }
  auto ways = Ways(kernels);
  if (!ways.ok()) {
    verdict.complaint = ways.status().message();
    return verdict;
  }
  verdict.text.clear();
  for (size_t i = 0; i < written.size(); ++i) {
    verdict.text += written[i].before + ir::Print(kernels[i]);
    verdict.text +=
        RunLines(written[i], kernels[i], static_cast<ir::KernelId>(i), *ways, verdict.complaint);
  }
  verdict.text += rest;
  return verdict;
}

}  // namespace
}  // namespace varpulis

int main(int argc, char** argv) {
  return varpulis::cases::RunCases(argc, argv,
                                   {"kernels", VPL_KERNEL_CASES, ".kir", varpulis::Judge});
}
