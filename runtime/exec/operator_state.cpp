#include "runtime/exec/operator_state.h"

#include "base/check.h"

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

void SaveState(OperatorState& state, state::StateWriter& out) {
  if (const auto* passed = std::get_if<Passed>(&state)) out.I64(passed->rows);
  if (auto* distinct = std::get_if<std::unique_ptr<op::DistinctState>>(&state))
    (*distinct)->Save(out);
  if (const auto* tap = std::get_if<std::unique_ptr<TapState>>(&state)) (*tap)->Save(out);
  // What lookups have found is asked again (language.md 12.1); what they have counted is kept.
  if (const auto* lookups = std::get_if<std::unique_ptr<enrich::Lookups>>(&state)) {
    state::SaveCounters((*lookups)->counters(), out);
  }
  if (const auto* sort = std::get_if<SortBatch>(&state))
    VPL_CHECK(sort->rows.empty(), "{} rows wait to be sorted", sort->rows.size());
}

void RestoreState(OperatorState& state, op::KernelCaller& call, state::StateReader& in,
                  const op::RestoredPart& part) {
  if (auto* passed = std::get_if<Passed>(&state)) {
    passed->rows = in.I64();
    in.Require(passed->rows >= 0 && passed->rows <= INT64_MAX / 2, "an impossible number of rows");
  }
  if (auto* distinct = std::get_if<std::unique_ptr<op::DistinctState>>(&state))
    (*distinct)->Restore(call, in);
  if (auto* tap = std::get_if<std::unique_ptr<TapState>>(&state)) {
    // Whoever does not take it reads over it.
    TapState unwanted((*tap)->plan());
    (part.counters ? **tap : unwanted).Restore(in);
  }
  if (auto* lookups = std::get_if<std::unique_ptr<enrich::Lookups>>(&state)) {
    state::RestoreCounters((*lookups)->counters(), in, part.counters);
  }
}

void Release(OperatorState& state, op::KernelCaller& call) {
  auto* distinct = std::get_if<std::unique_ptr<op::DistinctState>>(&state);
  if (distinct != nullptr) (*distinct)->Release(call);
}

}  // namespace varpulis::exec
