#include <algorithm>
#include <chrono>
#include <csignal>
#include <memory>
#include <string>
#include <thread>

#include <fmt/format.h>

#include "cli/output.h"
#include "cli/remote/event_stream.h"
#include "cli/remote/remote_commands.h"
#include "cli/remote/remote_options.h"

namespace varpulis::remote {
namespace {

struct Options {
  RemoteOptions remote;
  std::string pipeline;
  bool no_follow = false;
};

constexpr std::chrono::milliseconds kFirstWait{500};
constexpr std::chrono::milliseconds kLongestWait{30'000};

void ShowMessage(const Json& message) {
  cli::Show("[{}] \"{}\" {}\n", message.value("timestamp", ""), message.value("event_type", ""),
            message.value("data", Json::object()).dump());
}

int Logs(Options& options) {
  if (const int code = options.remote.Resolve(); code != cli::kSuccess) return code;
  // Ctrl-C is how this command ends.
  std::signal(SIGINT, [](int) { std::_Exit(cli::kSuccess); });
  cli::Show("Logs of pipeline {} (Ctrl-C ends them)\n", options.pipeline);
  bool has_ended = false;
  EventStreamReader reader([&](const StreamEvent& event) {
    has_ended |= event.type == "end";
    const Json message = Json::parse(event.data, nullptr, false);
    if (!message.is_object()) return;
    if (event.type == "warning") {
      cli::Say("warning: {}\n", message.value("warning", ""));
    } else if (event.type.empty()) {
      ShowMessage(message);
    }
  });
  std::chrono::milliseconds wait = kFirstWait;
  for (bool was_connected = false;; was_connected = true) {
    std::vector<std::string> headers = {"Accept: text/event-stream"};
    if (!reader.last_id().empty()) headers.push_back("Last-Event-ID: " + reader.last_id());
    const Result<Reply> reply =
        Stream(options.remote.Target(),
               fmt::format("/api/v1/pipelines/{}/logs", Escaped(options.pipeline)), headers,
               [&](std::string_view bytes) {
                 wait = kFirstWait;
                 return reader.Feed(bytes);
               });
    if (has_ended) {
      cli::Say("the pipeline was deleted\n");
      return cli::kSuccess;
    }
    if (reply.ok() && reply.value().status != 200) return ShowRefusal(reply.value());
    if (!reply.ok() && (!was_connected || options.no_follow)) {
      cli::Say("{}\n", reply.status().message());
      return cli::kRuntimeError;
    }
    if (options.no_follow) return cli::kSuccess;
    cli::Say("connection lost, trying again in {} ms\n", wait.count());
    std::this_thread::sleep_for(wait);
    wait = std::min(wait * 2, kLongestWait);
  }
}

}  // namespace

void AddLogs(CLI::App& app, cli::Run& run) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("logs", "Show what a pipeline puts out, as it does");
  command->footer("Example: varpulis logs --pipeline-id 6f1c... --server http://host:9000");
  command->add_option("--pipeline-id", options->pipeline, "Id of the pipeline")->required();
  command->add_flag("--no-follow", options->no_follow, "End when the connection does");
  options->remote.AddTo(*command);
  command->callback([options, &run] { run = [options] { return Logs(*options); }; });
}

}  // namespace varpulis::remote
