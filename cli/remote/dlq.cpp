#include <memory>
#include <string>

#include "cli/output.h"
#include "cli/remote/remote_commands.h"
#include "cli/remote/remote_options.h"

namespace varpulis::remote {
namespace {

struct Options {
  RemoteOptions remote;
  std::string connector;
  std::string since;
  uint64_t limit = 0;  // 0: what the server has as its default
};

std::string Query(const Options& options) {
  std::string query;
  const auto add = [&query](const char* name, const std::string& value) {
    if (!value.empty()) query += (query.empty() ? "?" : "&") + (name + ("=" + Escaped(value)));
  };
  add("connector", options.connector);
  add("since", options.since);
  if (options.limit > 0) add("limit", std::to_string(options.limit));
  return query;
}

// One dead letter a line, as the file has them, and how many there are.
int List(Options& options) {
  if (const int code = options.remote.Resolve(); code != cli::kSuccess) return code;
  int code = cli::kSuccess;
  const auto answer = Ask(options.remote, "GET", "/api/v1/dlq" + Query(options), "", code);
  if (!answer) return code;
  const Json entries = answer->value("entries", Json::array());
  for (const Json& entry : entries) cli::Show("{}\n", entry.dump());
  cli::Say("{} of {} dead letters\n", entries.size(), answer->value("total", uint64_t{0}));
  return code;
}

int Replay(Options& options) {
  if (const int code = options.remote.Resolve(); code != cli::kSuccess) return code;
  Json body = Json::object();
  if (!options.connector.empty()) body["connector"] = options.connector;
  if (!options.since.empty()) body["since"] = options.since;
  if (options.limit > 0) body["limit"] = options.limit;
  int code = cli::kSuccess;
  const auto answer = Ask(options.remote, "POST", "/api/v1/dlq/replay", body.dump(), code);
  if (!answer) return code;
  const auto failed = answer->value("failed", uint64_t{0});
  cli::Show("Replayed: {}\nFailed: {}\nRemaining: {}\n", answer->value("replayed", uint64_t{0}),
            failed, answer->value("remaining", uint64_t{0}));
  return failed == 0 ? cli::kSuccess : cli::kProgramError;
}

int Purge(Options& options) {
  if (const int code = options.remote.Resolve(); code != cli::kSuccess) return code;
  int code = cli::kSuccess;
  options.limit = 0;
  const auto answer = Ask(options.remote, "DELETE", "/api/v1/dlq" + Query(options), "", code);
  if (answer) cli::Show("Purged: {}\n", answer->value("purged", uint64_t{0}));
  return code;
}

}  // namespace

void AddDlq(CLI::App& app, cli::Run& run) {
  CLI::App* command = app.add_subcommand("dlq", "Events that could not be delivered");
  command->require_subcommand(1);
  command->footer("Example: varpulis dlq replay --connector Alerts --server http://host:9000");
  const auto add = [&](const char* name, const char* help, int (*act)(Options&), bool has_limit) {
    auto options = std::make_shared<Options>();
    CLI::App* verb = command->add_subcommand(name, help);
    verb->add_option("--connector", options->connector, "Only of this connector, or sink");
    verb->add_option("--since", options->since, "Only from this time on, RFC 3339");
    if (has_limit) verb->add_option("--limit", options->limit, "At most so many, up to 1000");
    options->remote.AddTo(*verb);
    verb->callback([options, act, &run] { run = [options, act] { return act(*options); }; });
  };
  add("list", "Show them, one a line", List, true);
  add("replay", "Send them to their sinks again", Replay, true);
  add("purge", "Throw them away", Purge, false);
}

}  // namespace varpulis::remote
