#include "runtime/join/join_state.h"

#include <algorithm>

namespace varpulis::join {

JoinState::JoinState(const ir::Plan& plan, const ir::JoinPlan& join) : plan_(join) {
  for (const ir::JoinStage& stage : join.stages) {
    pairs_.push_back(std::make_unique<JoinPair>(stage, join.within));
    if (pairs_.size() < join.stages.size()) between_.emplace_back(plan.tables[stage.match_table]);
  }
}

void JoinState::set_event(uint64_t event) {
  for (const auto& pair : pairs_) pair->set_event(event);
}

void JoinState::Offer(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                      uint32_t side, uint32_t input, uint64_t hash, row::RowTable& out,
                      op::RowConsumer emit) {
  const uint32_t stage = side == 0 ? 0 : side - 1;
  OfferTo(call, stage, rows, row, side - stage, input, hash, out, emit);
}

void JoinState::OfferTo(op::KernelCaller& call, uint32_t stage, const row::RowTable& rows,
                        uint32_t row, uint32_t position, uint32_t input, uint64_t hash,
                        row::RowTable& out, op::RowConsumer emit) {
  JoinPair& pair = *pairs_[stage];
  if (IsLast(stage)) return pair.Offer(call, rows, row, position, input, hash, out, emit);
  pair.Offer(call, rows, row, position, input, hash, between_[stage],
             [&](uint32_t joined) { PassOn(call, stage, joined, out, emit); });
}

void JoinState::PassOn(op::KernelCaller& call, uint32_t stage, uint32_t row, row::RowTable& out,
                       op::RowConsumer emit) {
  row::RowTable& rows = between_[stage];
  const ir::JoinInput& input = plan_.stages[stage + 1].sides[0].inputs[0];
  const auto hash = static_cast<uint64_t>(call.Int(input.probe, rows, row));
  OfferTo(call, stage + 1, rows, row, 0, 0, hash, out, emit);
  rows.Clear();
}

void JoinState::Fire(op::KernelCaller& call, TimestampNs clock, row::RowTable& out,
                     op::RowConsumer emit) {
  for (uint32_t stage = 0; stage < pairs_.size(); ++stage) {
    firing_ = stage;
    if (IsLast(stage)) {
      pairs_[stage]->Fire(call, clock, out, emit);
    } else {
      pairs_[stage]->Fire(call, clock, between_[stage],
                          [&](uint32_t row) { PassOn(call, stage, row, out, emit); });
    }
  }
}

TimestampNs JoinState::next_due() const {
  TimestampNs due = kTimeMax;
  for (const auto& pair : pairs_) due = std::min(due, pair->next_due());
  return due;
}

void JoinState::Release(op::KernelCaller& call) {
  for (const auto& pair : pairs_) pair->Release(call);
}

size_t JoinState::bytes() const {
  size_t bytes = 0;
  for (const auto& pair : pairs_) bytes += pair->bytes();
  for (const row::RowTable& rows : between_) bytes += rows.bytes();
  return bytes;
}

}  // namespace varpulis::join
