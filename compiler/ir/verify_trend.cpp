#include "compiler/ir/verify_trend.h"

#include <fmt/format.h>

namespace varpulis::ir {
namespace {

class TrendVerifier {
 public:
  TrendVerifier(const Plan& plan, const StreamPlan& stream)
      : plan_(plan), name_(stream.name), trend_(*stream.trend) {}

  Status Run() {
    Require(trend_.within > 0, "no end");
    Require(trend_.table < plan_.tables.size(), "no table");
    CheckWindow();
    Require(trend_.kernels.size() == trend_.steps.size(), "kernels of other steps");
    for (size_t step = 0; status_.ok() && step < trend_.steps.size(); ++step) CheckStep(step);
    for (const TrendPlace& place : trend_.places) CheckPlace(place);
    for (const TrendTerm& term : trend_.terms) CheckTerm(term);
    Kernel(trend_.finish, KernelResult::None);
    Require(trend_.finish != kNoKernel, "no row");
    return status_;
  }

 private:
  void Require(bool good, const char* what) {
    if (good || !status_.ok()) return;
    status_ = {StatusCode::Internal, fmt::format("plan: trends of {}: {}", name_, what)};
  }
  void Kernel(KernelId id, KernelResult result) {
    if (id == kNoKernel) return;
    Require(id < plan_.kernels.size() && plan_.kernels[id].result == result, "a wrong kernel");
  }
  static bool IsSlot(const RecordLayout& record, uint32_t slot, Type type) {
    return slot < record.slots.size() && record.slots[slot].type == type;
  }

  void CheckWindow() {
    const RecordLayout& window = trend_.window;
    Require(IsSlot(window, kTrendOpenedSlot, Type::Timestamp), "a window without a begin");
    Require(IsSlot(window, kTrendLastSlot, Type::Timestamp), "a window without a last event");
    Require(IsSlot(window, kTrendFinalSlot, Type::Bool), "a window without an end");
    Require(IsSlot(window, kTrendOverflowSlot, Type::Bool), "a window without a bound");
  }
  void CheckStep(size_t step) {
    const auto& inputs = trend_.steps[step].inputs;
    Require(trend_.kernels[step].size() == inputs.size(), "kernels of other inputs");
    for (const TrendPlan::WindowKernels& kernels : trend_.kernels[step]) {
      Kernel(kernels.same_key, KernelResult::Bool);
      Kernel(kernels.init, KernelResult::None);
      Kernel(kernels.measure, KernelResult::None);
      Require((kernels.same_key == kNoKernel) == (kernels.init == kNoKernel), "half a key");
    }
    for (const StepInput& input : inputs) {
      Kernel(input.filter, KernelResult::Bool);
      Kernel(input.probe, KernelResult::Int);
    }
  }
  void CheckPlace(const TrendPlace& place) {
    if (place.step >= trend_.steps.size()) return Require(false, "no such step");
    const size_t inputs = trend_.steps[place.step].inputs.size();
    Require(place.capture.empty() || place.capture.size() == inputs, "captures of other inputs");
    for (const KernelId capture : place.capture) Kernel(capture, KernelResult::None);
    Kernel(place.inherit, KernelResult::None);
    Kernel(place.key, KernelResult::Int);
    Require(place.key == kNoKernel || place.bound > 0, "a key of nothing");
    const uint32_t inherited = place.bound - (place.keeps_event ? 1 : 0);
    Require(place.bound > 0 || !place.keeps_event, "an event that is not bound");
    for (const TrendEdge& edge : place.edges) {
      Require(edge.guards.empty() || edge.guards.size() == inputs, "guards of other inputs");
      for (const KernelId guard : edge.guards) Kernel(guard, KernelResult::Bool);
      Require(edge.inherits.size() == inherited, "a vertex that inherits too much");
      Require(edge.probes.empty() || edge.probes.size() == inputs, "probes of other inputs");
      for (const KernelId probe : edge.probes) Kernel(probe, KernelResult::Int);
      if (edge.from == TrendEdge::kBegin) {
        Require(edge.probes.empty(), "a probe for nothing");
        continue;
      }
      if (edge.from >= trend_.places.size()) return Require(false, "no such place");
      Require(edge.probes.empty() || trend_.places[edge.from].key != kNoKernel,
              "a probe without key");
      for (const uint32_t from : edge.inherits) {
        Require(from == TrendEdge::kUnbound || from < trend_.places[edge.from].bound,
                "nothing to inherit");
      }
    }
  }
  void CheckTerm(const TrendTerm& term) {
    const bool counts = term.fold == TrendFold::Trends || term.fold == TrendFold::Events;
    Require(IsSlot(trend_.window, term.slot, counts ? Type::Int : Type::Float),
            "no place of a term");
    Require(counts || IsSlot(trend_.measures, term.measure, Type::Float), "nothing to measure");
  }

  const Plan& plan_;
  const std::string& name_;
  const TrendPlan& trend_;
  Status status_;
};

}  // namespace

Status VerifyTrend(const Plan& plan, const StreamPlan& stream) {
  return TrendVerifier(plan, stream).Run();
}

}  // namespace varpulis::ir
