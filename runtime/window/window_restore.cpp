// WindowState as it is saved and restored. Deadlines are not saved: they follow from the windows, since one that
// has moved is looked at again when it comes (FireNext).

#include <algorithm>

#include "base/check.h"
#include "base/limits.h"
#include "runtime/kernel/record_state.h"
#include "runtime/window/window_state.h"

namespace varpulis::window {

void WindowState::Save(state::StateWriter& out) {
  // Rows of a batch, and windows of one end, are gone through before the event that caused them is over.
  VPL_CHECK(batch_groups_.empty() && ready_.empty(), "{} groups, {} windows", batch_groups_.size(),
            ready_.size());
  out.U64(late_);
  out.U64(next_sequence_);
  const std::vector<op::RecordId> windows = op::ChainedByHash(index_, LinkOf());
  out.U64(windows.size());
  for (const op::RecordId id : windows) {
    const Header& header = HeaderOf(id);
    out.U64(header.link.hash);
    out.U64(header.sequence);
    kernel::SaveRecord(windowing_.record, RecordOf(id), out);
    if (header.held != nullptr) header.held->Save(out);
  }
}

void WindowState::Restore(op::KernelCaller& call, state::StateReader& in,
                          const op::RestoredPart& part) {
  const uint64_t late = in.U64();
  if (part.counters) late_ += late;
  next_sequence_ = std::max(next_sequence_, in.U64());
  const size_t least = 2 * sizeof(uint64_t) + kernel::LeastRecordBytes(windowing_.record);
  const uint64_t count = in.Count(least);
  in.Require(count == 0 || windowing_.kind != ir::WindowKind::Batch, "an unfinished batch");
  for (uint64_t left = count; left > 0 && in.ok(); --left) {
    const op::RecordId id = store_.Allocate();
    Header& header = HeaderOf(id);
    op::Append(index_, in.U64(), id, LinkOf());
    header.sequence = in.U64();
    in.Require(header.sequence != 0, "a window without a number");
    kernel::RestoreRecord(windowing_.record, RecordOf(id), in, call.context());
    header.held = NewHeld();
    if (header.held != nullptr) {
      header.held->Restore(call, in, limits::kMaxHeldRows - held_rows_);
      held_rows_ += static_cast<int64_t>(header.held->size());
    }
    if (!part.Owns(header.link.hash)) Remove(call, id);
  }
}

void WindowState::FinishRestore() {
  if (!ir::IsTimed(windowing_.kind)) return;
  const bool slides = ir::HoldsEntries(windowing_);
  std::vector<Due> dues;
  for (const op::RecordId id : op::Chained(index_, LinkOf())) {
    if (slides && !HeldOf(id).is_due) continue;
    dues.push_back({DueOf(id), ir::IsOnGrid(windowing_) ? 0 : HeaderOf(id).sequence, id});
  }
  std::sort(dues.begin(), dues.end(), [](const Due& a, const Due& b) { return b > a; });
  for (const Due& due : dues) due_.Push(due);
}

}  // namespace varpulis::window
