#include "compiler/ir/verify_pattern.h"

#include <fmt/format.h>

namespace varpulis::ir {
namespace {

class PatternVerifier {
 public:
  PatternVerifier(const Plan& plan, const StreamPlan& stream)
      : plan_(plan), name_(stream.name), pattern_(*stream.pattern) {}

  Status Run() {
    Require(pattern_.match_table < plan_.tables.size(), "no match table");
    Require(pattern_.run.slots.size() >= 2, "a run without times");
    for (const PatternEdge& edge : pattern_.edges) CheckEdge(edge);
    for (const Closure& closure : pattern_.closures) CheckClosure(closure);
    for (const PatternState& state : pattern_.states) CheckState(state);
    for (const auto& begins : pattern_.begins) {
      for (const uint32_t edge : begins) Require(edge < pattern_.edges.size(), "no such edge");
    }
    return status_;
  }

 private:
  void Require(bool good, const char* what) {
    if (good || !status_.ok()) return;
    status_ = {StatusCode::Internal, fmt::format("plan: pattern {}: {}", name_, what)};
  }
  void Kernel(KernelId id, KernelResult result) {
    if (id == kNoKernel) return;
    Require(id < plan_.kernels.size() && plan_.kernels[id].result == result, "a wrong kernel");
  }
  bool IsSlot(uint32_t slot, Type type) const {
    return slot < pattern_.run.slots.size() && pattern_.run.slots[slot].type == type;
  }

  void CheckEdge(const PatternEdge& edge) {
    if (edge.step >= pattern_.steps.size()) return Require(false, "no such step");
    Require(edge.from < pattern_.states.size() && edge.to < pattern_.states.size(),
            "no such state");
    const auto& inputs = pattern_.steps[edge.step].inputs;
    Require(edge.kernels.size() == inputs.size(), "kernels of other inputs");
    for (const StepInput& input : inputs) {
      Require(!edge.keyed || input.probe != kNoKernel, "keyed without probe");
    }
    for (const EdgeKernels& kernels : edge.kernels) {
      Kernel(kernels.guard, KernelResult::Bool);
      Kernel(kernels.capture, KernelResult::Int);
      Kernel(kernels.check, KernelResult::Bool);
      Kernel(kernels.match, KernelResult::None);
      Require(!edge.has_match || kernels.match != kNoKernel, "a match without a row");
    }
    const bool forbids = edge.kind == EdgeKind::Kill || edge.kind == EdgeKind::Watch;
    Require(!forbids || IsSlot(edge.since, Type::Timestamp), "no time of a negation");
    Require(edge.closure == UINT32_MAX || edge.closure < pattern_.closures.size(),
            "no such closure");
  }
  void CheckClosure(const Closure& closure) {
    Require(IsSlot(closure.count_slot, Type::Int), "a closure without a count");
    Require(IsSlot(closure.truncated_slot, Type::Int), "a closure without a count");
    for (const uint32_t slot : closure.lists) Require(IsSlot(slot, Type::List), "no list");
    if (closure.lists.empty()) return;
    Require(IsSlot(closure.chain_slot, Type::Int), "elements that are kept nowhere");
    Require(IsSlot(closure.from_slot, Type::Int), "elements that are kept nowhere");
  }
  void CheckState(const PatternState& state) {
    Require(state.group == UINT32_MAX || state.group < pattern_.groups.size(), "no such group");
    for (const uint32_t group : state.groups)
      Require(group < pattern_.groups.size(), "no such group");
    for (const auto* edges : {&state.takes, &state.kills, &state.watches}) {
      for (const uint32_t edge : *edges) Require(edge < pattern_.edges.size(), "no such edge");
    }
    Require(!state.matches_at_deadline || pattern_.deadline_match != kNoKernel,
            "a deadline without a row");
  }

  const Plan& plan_;
  const std::string& name_;
  const PatternPlan& pattern_;
  Status status_;
};

}  // namespace

Status VerifyPattern(const Plan& plan, const StreamPlan& stream) {
  return PatternVerifier(plan, stream).Run();
}

}  // namespace varpulis::ir
