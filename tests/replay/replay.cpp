#include "tests/replay/replay.h"

#include <algorithm>
#include <optional>

#include "base/check.h"
#include "compiler/diagnostics/render.h"
#include "compiler/driver/compile.h"
#ifdef VPL_WITH_JIT
#include "jit/engine/native_compiler.h"
#endif
#include "runtime/exec/engine.h"
#include "runtime/exec/json_sink.h"
#include "runtime/exec/shard_set.h"
#include "runtime/interp/interpret.h"
#include "runtime/io/event_reader.h"
#include "tests/replay/output_line.h"

namespace varpulis::testing {

namespace {

// Modes that need the JIT are not in AllModes() of a build without it.
#ifdef VPL_WITH_JIT
using jit::NativeCompiler;

kernel::KernelTable CompileNative(const ir::Plan& plan,
                                  std::shared_ptr<const kernel::RegexSet> regexes,
                                  std::string_view mode) {
  static auto unoptimised = NativeCompiler::Create(jit::OptLevel::O0);
  static auto optimised = NativeCompiler::Create(jit::OptLevel::O2);
  auto& compiler = mode == "native-O0" ? unoptimised : optimised;
  VPL_CHECK(compiler.ok(), "{}", compiler.status().message());
  auto table = (*compiler)->Compile(plan.kernels, std::move(regexes));
  VPL_CHECK(table.ok(), "{}", table.status().message());
  return std::move(*table);
}
#else
kernel::KernelTable CompileNative(const ir::Plan&, std::shared_ptr<const kernel::RegexSet>,
                                  std::string_view mode) {
  VPL_CHECK(false, "mode {} needs the JIT", mode);
}
#endif

void AddLines(std::vector<std::string>& output, std::string_view lines) {
  while (!lines.empty()) {
    const size_t end = lines.find('\n');
    output.push_back(CaseLine(lines.substr(0, end)));
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
}

}  // namespace

const std::vector<std::string>& AllModes() {
#ifdef VPL_WITH_JIT
  static const std::vector<std::string> kModes = {"interp", "native-O0", "native-O2", "promote",
                                                  "shards=4"};
#else
  static const std::vector<std::string> kModes = {"interp", "shards=4"};
#endif
  return kModes;
}

ReplayProgram::ReplayProgram(const std::string& text) {
  const source::SourceFile source("program.vpl", text);
  diagnostics::DiagnosticEmitter diagnostics;
  driver::CompileOptions options;
  options.check_regex = kernel::CheckRegex;
  auto compiled = driver::Compile(source, diagnostics, options);
  if (!compiled.ok) {
    for (const auto& diagnostic : diagnostics.Sorted()) {
      failure_ += diagnostics::Render(diagnostic, source, {});
    }
    return;
  }
  plan_ = std::move(compiled.plan);
  auto regexes = kernel::CompileRegexes(plan_.kernels);
  VPL_CHECK(regexes.ok(), "{}", regexes.status().message());
  regexes_ = *regexes;
}

ReplayProgram::~ReplayProgram() = default;

ReplayResult ReplayProgram::ReplayOnShards(const std::string& events) const {
  ReplayResult result;
  exec::JsonSink sink([&](std::string_view lines) { AddLines(result.output, lines); },
                      [&](std::string_view line) { result.output.emplace_back(line); });
  exec::ShardSet shards(plan_, 4, interp::InterpretedTable(plan_.kernels, regexes_), sink);
  io::ReaderOptions options;
  options.batch_rows = 3;  // several batches even for a short input
  auto reader = io::EventReader::OverText("input", events, plan_, options);
  row::Batch batch(plan_);
  for (;;) {
    Result<bool> more = reader->Next(batch);
    if (!more.ok()) result.failure = more.status().message();
    if (!more.ok() || !*more) break;
    shards.Start(batch);
    shards.Wait();
  }
  if (result.failure.empty()) shards.Finish(true);
  sink.Flush();
  result.errors = shards.errors();
  return result;
}

ReplayResult ReplayProgram::Replay(const std::string& events, std::string_view mode) const {
  if (mode == "shards=4") return ReplayOnShards(events);
  ReplayResult result;
  exec::JsonSink sink([&](std::string_view lines) { AddLines(result.output, lines); },
                      [&](std::string_view line) { result.output.emplace_back(line); });
  exec::Engine engine(plan_, interp::InterpretedTable(plan_.kernels, regexes_), sink);
  const auto promote = [&] { engine.Promote(CompileNative(plan_, regexes_, mode)); };
  if (mode.starts_with("native")) promote();
  io::ReaderOptions options;
  if (mode == "promote") options.batch_rows = 1;
  const auto lines = static_cast<uint64_t>(std::count(events.begin(), events.end(), '\n'));
  auto reader = io::EventReader::OverText("input", events, plan_, options);
  row::Batch batch(plan_);
  for (;;) {
    Result<bool> more = reader->Next(batch);
    if (!more.ok()) {
      result.failure = more.status().message();
      break;
    }
    if (!*more) break;
    engine.Process(batch);
    const bool midway = reader->statistics().events >= lines / 2;
    if (mode == "promote" && midway && !engine.native()) promote();
  }
  if (result.failure.empty()) engine.Finish(true);
  sink.Flush();
  std::copy_n(engine.errors(), result.errors.size(), result.errors.begin());
  return result;
}

}  // namespace varpulis::testing
