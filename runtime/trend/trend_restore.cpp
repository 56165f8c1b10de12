// Windows of trends and their graphs as they are saved and restored. Indexes over vertices and the ends of windows
// follow from what is saved.

#include <algorithm>

#include "base/limits.h"
#include "runtime/kernel/record_state.h"
#include "runtime/trend/trend_state.h"

namespace varpulis::trend {

// --- graphs --------------------------------------------------------------------------------------

void TrendGraphs::Save(state::StateWriter& out) const {
  out.U64(event_);
  out.U64(dropped_);
}

// Vertices of several engines are never in one graph, but later events must be told apart from all of
// them.
void TrendGraphs::Restore(state::StateReader& in, const op::RestoredPart& part) {
  event_ = std::max(event_, in.U64());
  const uint64_t dropped = in.U64();
  if (part.counters) dropped_ += dropped;
}

void TrendGraphs::SaveGraph(const Graph& graph, state::StateWriter& out) {
  for (const TallyNumber& number : graph.tallies_) out.U64(number.count);
  for (const Graph::Vertices& vertices : graph.vertices_) {
    out.U64(vertices.all.size());
    for (const op::RecordId id : vertices.all) {
      for (uint32_t i = 0; i < bound_; ++i) out.U64(IdsOf(id)[i]);
      for (size_t i = 0; i < tallies_.size(); ++i) out.U64(TallyOf(id)[i].count);
      kernel::SaveRecord(plan_.vertex, RecordOf(id), out);
      out.U64(HeadOf(id).key_link.hash);
    }
  }
}

std::unique_ptr<Graph> TrendGraphs::RestoreGraph(op::KernelCaller& call, state::StateReader& in) {
  std::unique_ptr<Graph> graph = Open();
  for (TallyNumber& number : graph->tallies_) number.count = in.U64();
  const size_t least = (bound_ + tallies_.size() + 1) * sizeof(uint64_t);
  for (uint32_t place = 0; place < graph->vertices_.size(); ++place) {
    for (uint64_t left = in.Count(least); left > 0 && in.ok(); --left)
      RestoreVertex(call, in, place, graph->vertices_[place]);
  }
  return graph;
}

void TrendGraphs::RestoreVertex(op::KernelCaller& call, state::StateReader& in, uint32_t place,
                                Graph::Vertices& vertices) {
  in.Require(store_.live() < limits::kMaxTrendVertices, "more vertices than there may be");
  if (!in.ok()) return;
  const op::RecordId id = store_.Allocate();
  vertices.all.push_back(id);
  for (uint32_t i = 0; i < bound_; ++i) IdsOf(id)[i] = in.U64();
  for (size_t i = 0; i < tallies_.size(); ++i) TallyOf(id)[i].count = in.U64();
  kernel::RestoreRecord(plan_.vertex, RecordOf(id), in, call.context());
  const uint64_t key = in.U64();
  const ir::TrendPlace& plan = plan_.places[place];
  if (plan.key != ir::kNoKernel) op::Append(vertices.by_key, key, id, KeyLinkOf());
  // Of a place that keeps its event, each event makes a vertex of its own, and nobody looks for it.
  if (!plan.keeps_event)
    op::Append(vertices.index, HashOfIds({IdsOf(id), plan.bound}), id, LinkOf());
}

// --- windows -------------------------------------------------------------------------------------

void TrendState::Save(state::StateWriter& out) {
  out.U64(counters_.opened);
  out.U64(counters_.dropped);
  out.U64(next_sequence_);
  const std::vector<op::RecordId> windows = op::ChainedByHash(index_, LinkOf());
  for (const op::RecordId id : windows) CatchUp(id);
  graphs_.Save(out);
  out.U64(windows.size());
  for (const op::RecordId id : windows) {
    out.U64(HeadOf(id).link.hash);
    out.U64(HeadOf(id).sequence);
    kernel::SaveRecord(plan_.window, RecordOf(id), out);
    graphs_.SaveGraph(*HeadOf(id).graph, out);
  }
}

void TrendState::Restore(op::KernelCaller& call, state::StateReader& in,
                         const op::RestoredPart& part) {
  const uint64_t opened = in.U64();
  const uint64_t dropped = in.U64();
  if (part.counters) {
    counters_.opened += opened;
    counters_.dropped += dropped;
  }
  next_sequence_ = std::max(next_sequence_, in.U64());
  graphs_.Restore(in, part);
  const size_t least = 2 * sizeof(uint64_t) + kernel::LeastRecordBytes(plan_.window);
  for (uint64_t left = in.Count(least, limits::kMaxTrendWindows); left > 0 && in.ok(); --left) {
    const op::RecordId id = store_.Allocate();
    op::Append(index_, in.U64(), id, LinkOf());
    HeadOf(id).sequence = in.U64();
    in.Require(HeadOf(id).sequence != 0, "a window without a number");
    kernel::RestoreRecord(plan_.window, RecordOf(id), in, call.context());
    HeadOf(id).graph = graphs_.RestoreGraph(call, in).release();
    if (!part.Owns(HeadOf(id).link.hash)) Remove(call, id);
  }
}

void TrendState::FinishRestore() {
  std::vector<window::Due> dues;
  for (const op::RecordId id : op::Chained(index_, LinkOf())) {
    dues.push_back({DueOf(id), HeadOf(id).sequence, id});
    if (bursts_ != nullptr) bursts_->Attach(*this, id, HeadOf(id).link.hash);
  }
  std::sort(dues.begin(), dues.end(),
            [](const window::Due& a, const window::Due& b) { return b > a; });
  for (const window::Due& due : dues) due_.Push(due);
}

}  // namespace varpulis::trend
