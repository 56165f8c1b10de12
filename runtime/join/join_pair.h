#pragma once

// State of one stage of a join, which has a left and a right side (language.md 3, language-later.md 9,
// decision D30). Of each side and key the row with the greatest time may become a partner; of a kept
// side, rows that have found none wait for the end of their time as well.

#include <array>
#include <cstdint>
#include <vector>

#include "base/time.h"
#include "compiler/ir/join_plan.h"
#include "runtime/operator/due_queue.h"
#include "runtime/operator/kernel_call.h"
#include "runtime/operator/key_index.h"
#include "runtime/operator/record_store.h"
#include "runtime/operator/row_consumer.h"
#include "runtime/state/state_reader.h"
#include "runtime/state/state_writer.h"

namespace varpulis::join {

struct JoinCounters {
  uint64_t joined = 0;
  uint64_t unmatched = 0;  // rows that came out without a partner
  uint64_t keyless = 0;    // rows of a side that is not kept, ignored for want of a key
  uint64_t dropped = 0;    // by limits::kMaxJoinRows

  // Calls visit(counter) for all of them, in order.
  template <typename Counters, typename Visit>
  static void ForEach(Counters& counters, const Visit& visit) {
    for (auto* counter :
         {&counters.joined, &counters.unmatched, &counters.keyless, &counters.dropped}) {
      visit(*counter);
    }
  }
};
static_assert(sizeof(JoinCounters) == 4 * sizeof(uint64_t), "ForEach visits all of them");

class JoinPair {
 public:
  // The plan outlives the pair.
  JoinPair(const ir::JoinStage& plan, DurationNs within);
  JoinPair(const JoinPair&) = delete;
  JoinPair& operator=(const JoinPair&) = delete;

  // Offers a row that came in by input `input` of `side`; `hash` is that of its key. A joined row is
  // written to `out` and handed to `emit`.
  void Offer(op::KernelCaller& call, const row::RowTable& rows, uint32_t row, uint32_t side,
             uint32_t input, uint64_t hash, row::RowTable& out, op::RowConsumer emit);

  // Arrival number of the event that causes the following calls of Offer: rows are numbered by it.
  void set_event(uint64_t event) { event_ = event; }

  // Time behind which the clock makes something due; kTimeMax if there is nothing.
  TimestampNs next_due() const { return due_.empty() ? kTimeMax : due_.front().due; }
  // Lets go of the rows whose time lies before the clock, in the order of (time, arrival). Those of a
  // kept side without a partner come out.
  void Fire(op::KernelCaller& call, TimestampNs clock, row::RowTable& out, op::RowConsumer emit);
  // Of the row that Fire is just putting out.
  TimestampNs fired_due() const { return fired_.due; }
  uint64_t fired_sequence() const { return fired_.sequence; }
  // Releases all rows.
  void Release(op::KernelCaller& call);

  // Between two events: the rows that are kept. Into a new state; after a failure of the reader nothing
  // may follow but Release. join_restore.cpp
  void Save(state::StateWriter& out);
  void Restore(op::KernelCaller& call, state::StateReader& in);

  const JoinCounters& counters() const { return counters_; }
  size_t bytes() const;

 private:
  struct Header {
    op::ChainLink link;
    uint64_t sequence;  // 0: free
    bool linked;        // it may become a partner
    bool paired;        // it has had one
  };
  struct Due {
    TimestampNs due;
    uint64_t sequence;
    uint32_t side;
    op::RecordId row;
    bool operator>(const Due& other) const {
      return due != other.due ? due > other.due : sequence > other.sequence;
    }
  };
  struct Side {
    explicit Side(const ir::JoinSide& plan);
    op::RecordStore store;
    op::KeyIndex index;
  };

  Header& HeaderOf(uint32_t side, op::RecordId id) {
    return *reinterpret_cast<Header*>(sides_[side].store.At(id));
  }
  uint8_t* RecordOf(uint32_t side, op::RecordId id) {
    return sides_[side].store.At(id) + sizeof(Header);
  }
  TimestampNs TimeOf(uint32_t side, op::RecordId id) {
    return *reinterpret_cast<TimestampNs*>(RecordOf(side, id));
  }
  auto LinkOf(uint32_t side) {
    return [this, side](op::RecordId id) -> op::ChainLink& { return HeaderOf(side, id).link; };
  }
  // The row of `side` with the greatest time among those for which the kernel is true.
  op::RecordId Find(op::KernelCaller& call, ir::KernelId test, const row::RowTable& rows,
                    uint32_t row, uint32_t side, uint64_t hash);
  void Keep(op::KernelCaller& call, const row::RowTable& rows, uint32_t row, uint32_t side,
            const ir::JoinInput& input, uint64_t hash, bool has_key, bool paired);
  void Remove(op::KernelCaller& call, uint32_t side, op::RecordId id);
  void RestoreRow(op::KernelCaller& call, state::StateReader& in, uint32_t side);
  TimestampNs DueOf(uint32_t side, op::RecordId id) {
    return base::Later(TimeOf(side, id), within_);
  }

  const ir::JoinStage& plan_;
  const DurationNs within_;
  std::vector<Side> sides_;
  op::DueQueue<Due> due_;
  uint64_t event_ = 0;
  uint64_t next_sequence_ = 0;
  Due fired_{};
  JoinCounters counters_;
};

}  // namespace varpulis::join
