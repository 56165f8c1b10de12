// Joins as they are saved and restored. When rows leave follows from their times.

#include <algorithm>

#include "base/limits.h"
#include "runtime/join/join_state.h"
#include "runtime/kernel/record_state.h"
#include "runtime/state/counters.h"

namespace varpulis::join {

void JoinPair::Save(state::StateWriter& out) {
  state::SaveCounters(counters_, out);
  out.U64(next_sequence_);
  for (uint32_t side = 0; side < sides_.size(); ++side) {
    // Those that may become partners as their chains go, then those that only wait.
    std::vector<op::RecordId> rows = op::ChainedByHash(sides_[side].index, LinkOf(side));
    const auto linked = static_cast<std::ptrdiff_t>(rows.size());
    for (op::RecordId id = 0; id < sides_[side].store.used(); ++id) {
      if (HeaderOf(side, id).sequence != 0 && !HeaderOf(side, id).linked) rows.push_back(id);
    }
    std::sort(rows.begin() + linked, rows.end(), [&](op::RecordId a, op::RecordId b) {
      return HeaderOf(side, a).sequence < HeaderOf(side, b).sequence;
    });
    out.U64(rows.size());
    for (const op::RecordId id : rows) {
      const Header& header = HeaderOf(side, id);
      out.Flag(header.linked);
      out.Flag(header.paired);
      out.U64(header.linked ? header.link.hash : 0);
      out.U64(header.sequence);
      kernel::SaveRecord(plan_.sides[side].record, RecordOf(side, id), out);
    }
  }
}

void JoinPair::Restore(op::KernelCaller& call, state::StateReader& in) {
  state::RestoreCounters(counters_, in, true);
  next_sequence_ = in.U64();
  for (uint32_t side = 0; side < sides_.size(); ++side) {
    const size_t least = 2 + 2 * sizeof(uint64_t);
    for (uint64_t left = in.Count(least, limits::kMaxJoinRows); left > 0 && in.ok(); --left)
      RestoreRow(call, in, side);
  }
  std::vector<Due> dues;
  for (uint32_t side = 0; side < sides_.size(); ++side) {
    for (op::RecordId id = 0; id < sides_[side].store.used(); ++id)
      dues.push_back({DueOf(side, id), HeaderOf(side, id).sequence, side, id});
  }
  std::sort(dues.begin(), dues.end(), [](const Due& a, const Due& b) { return b > a; });
  for (const Due& due : dues) due_.Push(due);
}

void JoinPair::RestoreRow(op::KernelCaller& call, state::StateReader& in, uint32_t side) {
  const op::RecordId id = sides_[side].store.Allocate();
  Header& header = HeaderOf(side, id);
  const bool linked = in.Flag();
  header.paired = in.Flag();
  const uint64_t hash = in.U64();
  header.sequence = in.U64();
  in.Require(header.sequence != 0, "a row without a number");
  kernel::RestoreRecord(plan_.sides[side].record, RecordOf(side, id), in, call.context());
  header.linked = linked;
  if (linked) op::Append(sides_[side].index, hash, id, LinkOf(side));
}

void JoinState::Save(state::StateWriter& out) {
  for (const auto& pair : pairs_) pair->Save(out);
}

void JoinState::Restore(op::KernelCaller& call, state::StateReader& in) {
  for (const auto& pair : pairs_) pair->Restore(call, in);
}

}  // namespace varpulis::join
