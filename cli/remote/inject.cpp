#include <memory>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "cli/output.h"
#include "cli/remote/remote_commands.h"
#include "cli/remote/remote_options.h"

namespace varpulis::remote {
namespace {

struct Options {
  RemoteOptions remote;
  std::string pipeline;
  std::string file;
  std::string event;
};

// Bytes of events per request, so that a large file stays below what a server takes at once.
constexpr size_t kBatchBytes = 4u << 20;

struct Counts {
  uint64_t accepted = 0;
  uint64_t rejected = 0;
};

bool Send(const Options& options, const std::string& events, Counts& counts, int& code) {
  if (events.empty()) return true;
  const std::optional<Json> answer =
      Ask(options.remote, "POST",
          fmt::format("/api/v1/pipelines/{}/events-batch", Escaped(options.pipeline)),
          "{\"events\":[" + events + "]}", code);
  if (!answer) return false;
  counts.accepted += answer->value("accepted", uint64_t{0});
  counts.rejected += answer->value("rejected", uint64_t{0});
  for (const Json& error : answer->value("errors", Json::array()))
    cli::Say("rejected: {}\n", error.value("error", ""));
  return true;
}

// One event a line, as JSON.
bool SendFile(const Options& options, std::string_view text, Counts& counts, int& code) {
  std::string events;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    if (!events.empty()) events += ',';
    events += line;
    if (events.size() < kBatchBytes) continue;
    if (!Send(options, events, counts, code)) return false;
    events.clear();
  }
  return Send(options, events, counts, code);
}

int Inject(Options& options) {
  if (options.file.empty() == options.event.empty()) {
    cli::Say("give either --events FILE or --event JSON\n");
    return cli::kUsageError;
  }
  if (const int code = options.remote.Resolve(); code != cli::kSuccess) return code;
  Counts counts;
  int code = cli::kSuccess;
  bool sent = false;
  if (!options.event.empty()) {
    sent = Send(options, options.event, counts, code);
  } else {
    const std::optional<std::string> text = ReadWhole(options.file);
    if (!text) return cli::kUsageError;
    sent = SendFile(options, *text, counts, code);
  }
  if (sent || counts.accepted + counts.rejected > 0)
    cli::Show("Accepted: {}\nRejected: {}\n", counts.accepted, counts.rejected);
  return code;
}

}  // namespace

void AddInject(CLI::App& app, cli::Run& run) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("inject", "Send events to a pipeline");
  command->footer(
      "Example: varpulis inject --pipeline-id 6f1c... --events events.jsonl --server "
      "http://host:9000");
  command->add_option("--pipeline-id", options->pipeline, "Id of the pipeline")->required();
  command->add_option("--events", options->file,
                      "File with one event a line: {\"event_type\":T,\"fields\":{...}}");
  command->add_option("--event", options->event, "One event");
  options->remote.AddTo(*command);
  command->callback([options, &run] { run = [options] { return Inject(*options); }; });
}

}  // namespace varpulis::remote
