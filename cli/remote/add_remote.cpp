#include "cli/remote/remote_commands.h"

namespace varpulis::cli {

void AddRemote(CLI::App& app, Run& run) {
  remote::AddDeploy(app, run);
  remote::AddPipelines(app, run);
  remote::AddUndeploy(app, run);
  remote::AddStatus(app, run);
  remote::AddLogs(app, run);
  remote::AddInject(app, run);
  remote::AddReload(app, run);
  remote::AddCheckpoint(app, run);
  remote::AddRestore(app, run);
  remote::AddDlq(app, run);
  remote::AddInit(app, run);
}

}  // namespace varpulis::cli
