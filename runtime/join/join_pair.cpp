#include "runtime/join/join_pair.h"

#include <algorithm>

#include "base/limits.h"

namespace varpulis::join {
namespace {

// Rows that one event may bring before their numbers run into the next event's.
constexpr int kRowBits = 20;

// Puts a record where another one was in its chain. Taking that out and putting this in would leave a hole in the
// table for every row.
template <typename LinkOf>
void TakePlace(op::KeyIndex& index, op::RecordId old, const op::ChainLink& place, op::RecordId id,
               const LinkOf& link_of) {
  op::Chain& chain = index.find(place.hash)->second;
  if (chain.count == 1) {
    chain.head = id;
    link_of(id) = {place.hash, op::kNoRecord, id};
    return;
  }
  link_of(id) = place;
  (chain.head == old ? chain.head : link_of(place.previous).next) = id;
  link_of(place.next == op::kNoRecord ? chain.head : place.next).previous = id;
}

}  // namespace

JoinPair::Side::Side(const ir::JoinSide& plan)
    : store(static_cast<uint32_t>(sizeof(Header)) + plan.record.size) {}

JoinPair::JoinPair(const ir::JoinStage& plan, DurationNs within) : plan_(plan), within_(within) {
  for (const ir::JoinSide& side : plan.sides) sides_.emplace_back(side);
}

op::RecordId JoinPair::Find(op::KernelCaller& call, ir::KernelId test, const row::RowTable& rows,
                            uint32_t row, uint32_t side, uint64_t hash) {
  const auto chain = sides_[side].index.find(hash);
  if (chain == sides_[side].index.end()) return op::kNoRecord;
  for (op::RecordId id = chain->second.head; id != op::kNoRecord;
       id = HeaderOf(side, id).link.next) {
    if (call.Test(test, rows, row, RecordOf(side, id))) return id;
  }
  return op::kNoRecord;
}

void JoinPair::Offer(op::KernelCaller& call, const row::RowTable& rows, uint32_t row, uint32_t side,
                     uint32_t input_index, uint64_t hash, row::RowTable& out,
                     op::RowConsumer emit) {
  const ir::JoinInput& input = plan_.sides[side].inputs[input_index];
  const TimestampNs time = rows.time(row);
  if (!call.Test(input.has_key, rows, row)) {
    if (!plan_.sides[side].kept) {
      ++counters_.keyless;
      return;
    }
    return Keep(call, rows, row, side, input, hash, false, false);
  }
  const uint32_t other = 1 - side;
  const op::RecordId partner = Find(call, input.guard, rows, row, other, hash);
  const bool pairs =
      partner != op::kNoRecord && base::TimeBetween(TimeOf(other, partner), time) <= within_;
  Keep(call, rows, row, side, input, hash, true, pairs);
  if (!pairs) return;
  HeaderOf(other, partner).paired = true;
  ++counters_.joined;
  emit(call.Project(input.match, &rows, row, RecordOf(other, partner), out,
                    std::max(time, TimeOf(other, partner))));
}

// The row takes the place of an earlier one of its key; one that is late can be no partner.
void JoinPair::Keep(op::KernelCaller& call, const row::RowTable& rows, uint32_t row, uint32_t side,
                    const ir::JoinInput& input, uint64_t hash, bool has_key, bool paired) {
  const bool kept = plan_.sides[side].kept;
  const op::RecordId old = has_key ? Find(call, input.same, rows, row, side, hash) : op::kNoRecord;
  const bool is_late = old != op::kNoRecord && TimeOf(side, old) > rows.time(row);
  const bool linked = has_key && !is_late;
  if (!linked && (!kept || paired)) return;
  const bool replaces = old != op::kNoRecord && linked;
  const bool removes = replaces && (!kept || HeaderOf(side, old).paired);
  op::RecordStore& store = sides_[side].store;
  if (!removes && store.live() >= limits::kMaxJoinRows) {
    ++counters_.dropped;
    if (!replaces) return;
    op::Remove(sides_[side].index, old, LinkOf(side));
    HeaderOf(side, old).linked = false;
    return;
  }
  op::ChainLink place;
  if (replaces) {
    place = HeaderOf(side, old).link;
    HeaderOf(side, old).linked = false;
    if (removes) Remove(call, side, old);
  }
  const op::RecordId id = store.Allocate();
  call.Update(input.capture, rows, row, RecordOf(side, id));
  Header& header = HeaderOf(side, id);
  next_sequence_ = std::max(next_sequence_ + 1, event_ << kRowBits);
  header.sequence = next_sequence_;
  header.linked = linked;
  header.paired = paired;
  if (replaces) {
    TakePlace(sides_[side].index, old, place, id, LinkOf(side));
  } else if (linked) {
    op::Append(sides_[side].index, hash, id, LinkOf(side));
  }
  due_.Push({DueOf(side, id), header.sequence, side, id});
}

void JoinPair::Remove(op::KernelCaller& call, uint32_t side, op::RecordId id) {
  Header& header = HeaderOf(side, id);
  if (header.linked) op::Remove(sides_[side].index, id, LinkOf(side));
  header.linked = false;
  header.sequence = 0;
  kernel::ReleaseRecord(plan_.sides[side].record, RecordOf(side, id), call.context());
  sides_[side].store.Free(id);
}

void JoinPair::Fire(op::KernelCaller& call, TimestampNs clock, row::RowTable& out,
                    op::RowConsumer emit) {
  while (!due_.empty() && due_.front().due < clock) {
    const Due due = due_.front();
    due_.Pop();
    const Header& header = HeaderOf(due.side, due.row);
    if (header.sequence != due.sequence) continue;
    const ir::JoinSide& side = plan_.sides[due.side];
    if (side.kept && !header.paired) {
      fired_ = due;
      ++counters_.unmatched;
      emit(call.Project(side.unmatched, nullptr, 0, RecordOf(due.side, due.row), out, due.due));
    }
    Remove(call, due.side, due.row);
  }
}

void JoinPair::Release(op::KernelCaller& call) {
  for (; !due_.empty(); due_.Pop()) {
    const Due& due = due_.front();
    if (HeaderOf(due.side, due.row).sequence == due.sequence) Remove(call, due.side, due.row);
  }
}

size_t JoinPair::bytes() const {
  size_t bytes = due_.bytes();
  for (const Side& side : sides_) bytes += side.store.bytes() + op::IndexBytes(side.index);
  return bytes;
}

}  // namespace varpulis::join
