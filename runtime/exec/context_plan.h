#pragma once

// Which streams run where when a program has contexts (language.md 9). Streams that read each other's rows stay
// together, so that no row crosses from one context to another: a group of them runs in the context that
// the first of its streams with one names, all others in the default one.

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/ir/plan.h"
#include "runtime/exec/share.h"

namespace varpulis::exec {

struct ContextShare {
  std::string name;            // empty: the default context
  std::vector<int64_t> cores;  // on which it may run; empty: anywhere
  Share share;
};

struct ContextPlan {
  // One for each context that something runs in, the default one first; none if no stream names a context, or if
  // something depends on the order of all events (Plan::serial_reason).
  std::vector<ContextShare> shares;
  // Streams that name another context than the one that they run in.
  std::vector<uint32_t> moved;
};

ContextPlan PlanContexts(const ir::Plan& plan);

}  // namespace varpulis::exec
