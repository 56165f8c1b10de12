#include "runtime/window/sliding_parts.h"

#include "runtime/kernel/record_state.h"

namespace varpulis::window {

void SlidingParts::Append(op::KernelCaller& call, const uint8_t* entry) {
  call.UpdateFrom(plan_.fold, plan_.held.entry, entry, back_.data());
  ++back_rows_;
}

void SlidingParts::ClearBack(op::KernelCaller& call) {
  kernel::ReleaseRecord(layout_, back_.data(), call.context());
  back_rows_ = 0;
}

void SlidingParts::PopFront(op::KernelCaller& call) {
  kernel::ReleaseRecord(layout_, FrontTop(), call.context());
  front_.resize(front_.size() - layout_.size);
}

void SlidingParts::MakeFront(op::KernelCaller& call, const EntryQueue& entries) {
  front_.resize(entries.size() * layout_.size);
  uint8_t* record = front_.data();
  for (size_t i = entries.size(); i-- > 0; record += layout_.size) {
    call.UpdateFrom(plan_.fold, plan_.held.entry, entries.At(i), record);
    if (record == front_.data()) continue;
    call.UpdateFrom(plan_.merge, layout_, record - layout_.size, record);
  }
  ClearBack(call);
}

void SlidingParts::RemoveOldest(op::KernelCaller& call, const EntryQueue& entries) {
  if (front_.empty()) MakeFront(call, entries);
  PopFront(call);
  // What a long window needed is not kept for a short one.
  if (front_.empty()) front_.shrink_to_fit();
}

void SlidingParts::Rebuild(op::KernelCaller& call, const EntryQueue& entries) {
  Release(call);
  for (size_t i = 0; i < entries.size(); ++i) Append(call, entries.At(i));
}

void SlidingParts::Combine(op::KernelCaller& call, uint8_t* record) {
  if (!front_.empty()) call.UpdateFrom(plan_.merge, layout_, FrontTop(), record);
  if (back_rows_ > 0) call.UpdateFrom(plan_.merge, layout_, back_.data(), record);
}

void SlidingParts::Save(state::StateWriter& out) const {
  out.U64(back_rows_);
  kernel::SaveRecord(layout_, back_.data(), out);
  out.U64(front_.size() / layout_.size);
  for (size_t at = 0; at < front_.size(); at += layout_.size)
    kernel::SaveRecord(layout_, front_.data() + at, out);
}

void SlidingParts::Restore(op::KernelCaller& call, state::StateReader& in, size_t entries) {
  back_rows_ = in.U64();
  kernel::RestoreRecord(layout_, back_.data(), in, call.context());
  const uint64_t front = in.Count(kernel::LeastRecordBytes(layout_), entries);
  in.Require(front + back_rows_ == entries, "parts of other rows than the window has");
  if (!in.ok()) return;
  front_.resize(front * layout_.size);
  for (size_t at = 0; at < front_.size(); at += layout_.size)
    kernel::RestoreRecord(layout_, front_.data() + at, in, call.context());
}

void SlidingParts::Release(op::KernelCaller& call) {
  while (!front_.empty()) PopFront(call);
  ClearBack(call);
}

}  // namespace varpulis::window
