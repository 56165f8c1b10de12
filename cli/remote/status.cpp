#include <memory>
#include <string>

#include "cli/output.h"
#include "cli/remote/remote_commands.h"
#include "cli/remote/remote_options.h"

namespace varpulis::remote {
namespace {

int Status(RemoteOptions& options) {
  if (const int code = options.Resolve(); code != cli::kSuccess) return code;
  int code = cli::kSuccess;
  const std::optional<Json> usage = Ask(options, "GET", "/api/v1/usage", "", code);
  if (!usage) return code;
  const Json quota = usage->value("quota", Json::object());
  const auto limit = [&](const char* name) {
    const uint64_t most = quota.value(name, uint64_t{0});
    return most == 0 ? std::string("unlimited") : std::to_string(most);
  };
  cli::Show(
      "Tenant: {}\nEvents processed: {}\nOutputs emitted: {}\nActive pipelines: {}\n"
      "Max pipelines: {}\nMax events per second: {}\nMax streams per pipeline: {}\n",
      usage->value("tenant_id", ""), usage->value("events_processed", uint64_t{0}),
      usage->value("output_events_emitted", uint64_t{0}),
      usage->value("active_pipelines", uint64_t{0}), limit("max_pipelines"),
      limit("max_events_per_second"), limit("max_streams_per_pipeline"));
  return cli::kSuccess;
}

}  // namespace

void AddStatus(CLI::App& app, cli::Run& run) {
  auto options = std::make_shared<RemoteOptions>();
  CLI::App* command = app.add_subcommand("status", "What the tenant has used on a server");
  command->footer("Example: varpulis status --server http://127.0.0.1:9000");
  options->AddTo(*command);
  command->callback([options, &run] { run = [options] { return Status(*options); }; });
}

}  // namespace varpulis::remote
