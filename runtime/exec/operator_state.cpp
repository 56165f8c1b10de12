#include "runtime/exec/operator_state.h"

namespace varpulis::exec {

OperatorState MakeState(const ir::Operator& op, enrich::Provider* provider) {
  if (std::holds_alternative<ir::LimitOperator>(op)) return Passed{};
  if (std::holds_alternative<ir::SortOperator>(op)) return SortBatch{};
  if (const auto* distinct = std::get_if<ir::DistinctOperator>(&op)) {
    return std::make_unique<op::DistinctState>(*distinct);
  }
  if (const auto* tap = std::get_if<ir::TapOperator>(&op)) return std::make_unique<TapState>(*tap);
  if (const auto* enrich = std::get_if<ir::EnrichOperator>(&op)) {
    return std::make_unique<enrich::Lookups>(*enrich, provider);
  }
  if (const auto* fork = std::get_if<ir::ForkOperator>(&op)) {
    ForkProgress progress;
    progress.has_put_out.resize(fork->paths.size());
    return progress;
  }
  return std::monostate();
}

size_t StateBytes(const OperatorState& state) {
  if (const auto* distinct = std::get_if<std::unique_ptr<op::DistinctState>>(&state)) {
    return (*distinct)->bytes();
  }
  if (const auto* tap = std::get_if<std::unique_ptr<TapState>>(&state)) return (*tap)->bytes();
  if (const auto* lookups = std::get_if<std::unique_ptr<enrich::Lookups>>(&state))
    return (*lookups)->bytes();
  return std::holds_alternative<Passed>(state) ? sizeof(Passed) : 0;
}

void Release(OperatorState& state, op::KernelCaller& call) {
  auto* distinct = std::get_if<std::unique_ptr<op::DistinctState>>(&state);
  if (distinct != nullptr) (*distinct)->Release(call);
}

}  // namespace varpulis::exec
