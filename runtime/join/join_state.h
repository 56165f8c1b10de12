#pragma once

// State of one join: its sides, joined pairwise from the left. What one stage joins, or lets go without a partner,
// is offered to the next at once; the last one's rows are the join's.

#include <cstdint>
#include <memory>
#include <vector>

#include "compiler/ir/plan.h"
#include "runtime/join/join_pair.h"
#include "runtime/row/table.h"

namespace varpulis::join {

class JoinState {
 public:
  // The plan, and the stream's join in it, outlive the state.
  JoinState(const ir::Plan& plan, const ir::JoinPlan& join);
  JoinState(const JoinState&) = delete;
  JoinState& operator=(const JoinState&) = delete;

  // Offers a row that came in by input `input` of the join's side `side`; `hash` is that of its key. A joined row
  // is written to `out` and handed to `emit`.
  void Offer(op::KernelCaller& call, const row::RowTable& rows, uint32_t row, uint32_t side,
             uint32_t input, uint64_t hash, row::RowTable& out, op::RowConsumer emit);

  // Arrival number of the event that causes the following calls of Offer: rows are numbered by it.
  void set_event(uint64_t event);

  // Time behind which the clock makes something due; kTimeMax if there is nothing.
  TimestampNs next_due() const;
  // Lets go of the rows whose time lies before the clock, stage by stage, in each in the order of (time,
  // arrival). Those of a kept side without a partner come out.
  void Fire(op::KernelCaller& call, TimestampNs clock, row::RowTable& out, op::RowConsumer emit);
  // Of the row that Fire is just putting out, or that led to it.
  TimestampNs fired_due() const { return pairs_[firing_]->fired_due(); }
  uint64_t fired_sequence() const { return pairs_[firing_]->fired_sequence(); }
  // Releases all rows.
  void Release(op::KernelCaller& call);

  // As JoinPair's, stage by stage; between two events no row is on its way from one to the next.
  void Save(state::StateWriter& out);
  void Restore(op::KernelCaller& call, state::StateReader& in);

  size_t bytes() const;

 private:
  void OfferTo(op::KernelCaller& call, uint32_t stage, const row::RowTable& rows, uint32_t row,
               uint32_t position, uint32_t input, uint64_t hash, row::RowTable& out,
               op::RowConsumer emit);
  // The row that `stage` has put into `between_` goes to the next.
  void PassOn(op::KernelCaller& call, uint32_t stage, uint32_t row, row::RowTable& out,
              op::RowConsumer emit);
  bool IsLast(uint32_t stage) const { return stage + 1 == pairs_.size(); }

  const ir::JoinPlan& plan_;
  std::vector<std::unique_ptr<JoinPair>> pairs_;
  std::vector<row::RowTable>
      between_;  // of every stage but the last: the row on its way to the next
  size_t firing_ = 0;
};

}  // namespace varpulis::join
