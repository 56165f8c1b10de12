#include "cli/trace.h"

#include <algorithm>

#include "cli/output.h"
#include "runtime/exec/executor.h"
#include "runtime/interp/interpret.h"

namespace varpulis::cli {
namespace {

// How many events there are; 0 if they can be read only once.
uint64_t CountEvents(const ir::Plan& plan, const std::vector<std::string>& files,
                     const io::ReaderOptions& options) {
  if (std::count(files.begin(), files.end(), "-") > 0) return 0;
  auto reader = io::EventReader::Open(files, plan, options);
  row::Batch batch(plan);
  while (reader.ok()) {
    Result<bool> more = (*reader)->Next(batch);
    if (!more.ok() || !*more) return (*reader)->statistics().events;
  }
  return 0;
}

}  // namespace

std::unique_ptr<TraceView> OpenTrace(const ir::Plan& plan, const std::string& stream,
                                     const std::vector<std::string>& files,
                                     const io::ReaderOptions& options, TraceOutput out) {
  if (stream.empty()) return TraceAllStreams(plan, CountEvents(plan, files, options), out);
  for (uint32_t s = 0; s < plan.streams.size(); ++s) {
    if (plan.streams[s].name == stream) return TraceOneStream(plan, s, out);
  }
  Say("--trace: the program has no stream `{}`\n", stream);
  return nullptr;
}

ExitCode ReplayTraced(const ir::Plan& plan, const Replayed& replayed, TraceView& view,
                      const std::function<bool()>& enough) {
  auto regexes = kernel::CompileRegexes(plan.kernels);
  if (!regexes.ok()) {
    Say("{}\n", regexes.status().message());
    return kRuntimeError;
  }
  auto reader = io::EventReader::Open(replayed.files, plan, replayed.reader);
  if (!reader.ok()) {
    Say("{}\n", reader.status().message());
    return kUsageError;
  }
  exec::JsonSink nowhere([](std::string_view) {}, [](std::string_view) {});
  const exec::ExecutorOptions executing{replayed.bounds,
                                        [&](const exec::TraceEntry& entry) { view.Write(entry); }};
  const auto executor = exec::MakeExecutor(
      plan, 1, interp::InterpretedTable(plan.kernels, *regexes), nowhere, executing);
  row::Batch batch(plan);
  while (!enough() && !executor->failure()) {
    Result<bool> more = (*reader)->Next(batch);
    if (!more.ok()) {
      Say("{}\n", more.status().message());
      return more.status().code() == StatusCode::Malformed ? kProgramError : kUsageError;
    }
    if (!*more) break;
    executor->Start(batch);
    executor->Wait();
  }
  if (!enough() && !executor->failure()) executor->Finish(true);
  return kSuccess;
}

}  // namespace varpulis::cli
