#include "cli/contexts.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/output.h"
#include "runtime/exec/affinity.h"
#include "runtime/exec/context_plan.h"

namespace varpulis::cli {

void AnnounceContexts(const ir::Plan& plan) {
  const exec::ContextPlan planned = exec::PlanContexts(plan);
  if (planned.shares.empty()) {
    const bool names_one = std::any_of(plan.streams.begin(), plan.streams.end(),
                                       [](const ir::StreamPlan& s) { return !s.context.empty(); });
    if (names_one && !plan.serial_reason.empty())
      Say("warning[W090]: the program runs in one context: {}\n", plan.serial_reason);
    return;
  }
  for (const exec::ContextShare& context : planned.shares) {
    const std::vector<int64_t> missing = exec::MissingCores(context.cores);
    if (missing.empty()) continue;
    Say("context {}: this machine has no core {} for it, it runs on {}\n", context.name,
        fmt::join(missing, ", "),
        missing.size() == context.cores.size() ? "any other" : "the others that it names");
  }
  for (const uint32_t stream : planned.moved) {
    const std::string& context = planned.shares[planned.shares.front().share.owners[stream]].name;
    Say("{} runs in context {}, with the streams that it reads or that read it\n",
        plan.streams[stream].name, context);
  }
}

}  // namespace varpulis::cli
