#include "runtime/trend/trend_graph.h"

#include <algorithm>

#include "base/limits.h"
#include "compiler/ir/key_hash.h"
#include "runtime/kernel/kernel_table.h"

namespace varpulis::trend {
namespace {

uint32_t MostBound(const ir::TrendPlan& plan) {
  uint32_t most = 0;
  for (const ir::TrendPlace& place : plan.places) most = std::max(most, place.bound);
  return most;
}

}  // namespace

uint64_t HashOfIds(std::span<const uint64_t> ids) {
  int64_t hash = 0;
  for (const uint64_t id : ids) hash = ir::CombineHash(hash, static_cast<int64_t>(id));
  return static_cast<uint64_t>(hash);
}

TrendGraphs::TrendGraphs(const ir::TrendPlan& plan)
    : plan_(plan),
      tallies_(plan),
      bound_(MostBound(plan)),
      places_of_(plan.steps.size()),
      may_begin_(plan.steps.size()),
      store_(static_cast<uint32_t>(sizeof(Head) + bound_ * sizeof(uint64_t) +
                                   tallies_.size() * sizeof(TallyNumber) + plan.vertex.size)),
      measures_(plan.measures.size),
      nothing_(plan.vertex.size) {
  for (uint32_t p = 0; p < plan.places.size(); ++p) {
    const ir::TrendPlace& place = plan.places[p];
    places_of_[place.step].push_back(p);
    for (const ir::TrendEdge& edge : place.edges) {
      if (edge.from == ir::TrendEdge::kBegin) may_begin_[place.step] = true;
    }
  }
}

// --- graphs --------------------------------------------------------------------------------------

std::unique_ptr<Graph> TrendGraphs::Open() const {
  auto graph = std::make_unique<Graph>();
  graph->tallies_.resize((plan_.places.size() + 1) * tallies_.size());
  for (size_t at = 0; at < graph->tallies_.size(); at += tallies_.size())
    tallies_.Clear(graph->tallies_.data() + at);
  if (bound_ > 0) graph->vertices_.resize(plan_.places.size());
  return graph;
}

void TrendGraphs::Close(op::KernelCaller& call, Graph& graph) {
  for (Graph::Vertices& vertices : graph.vertices_) {
    for (const op::RecordId id : vertices.all) {
      kernel::ReleaseRecord(plan_.vertex, RecordOf(id), call.context());
      store_.Free(id);
    }
  }
  graph.vertices_.clear();
}

// --- one event -----------------------------------------------------------------------------------

TrendGraphs::Effect TrendGraphs::Offer(op::KernelCaller& call, const row::RowTable& rows,
                                       uint32_t row, const std::vector<TrendHit>& hits,
                                       Graph& graph) {
  ++event_;
  is_full_ = false;
  pending_.clear();
  sums_.clear();
  for (const TrendHit& hit : hits) {
    for (const uint32_t place : places_of_[hit.step]) {
      Arrival at{call, rows, row, graph, place, hit.input};
      for (const ir::TrendEdge& edge : plan_.places[place].edges) Follow(at, edge);
    }
  }
  if (is_full_) {
    ++dropped_;
    call.CountError(abi::EvalError::Limit);
  }
  Effect effect;
  effect.is_taken = !pending_.empty();
  effect.completes = Apply(call, rows, row, graph);
  return effect;
}

// Of an edge that comes from no vertex.
bool TrendGraphs::Fits(const Arrival& at, const ir::TrendEdge& edge) {
  return edge.guards.empty() ||
         at.call.Test(edge.guards[at.input], at.rows, at.row, nothing_.data());
}

// What has got to the front of the edge goes on with the event.
void TrendGraphs::Follow(Arrival& at, const ir::TrendEdge& edge) {
  if (edge.from == ir::TrendEdge::kBegin) {
    if (!Fits(at, edge)) return;
    const size_t target = Target(at, edge, op::kNoRecord);
    if (target != kNoPending) tallies_.AddTrend(SumOf(target));
    return;
  }
  const TallyNumber* total = TotalOf(at.graph, edge.from);
  if (tallies_.IsEmpty(total)) return;
  const bool has_vertices = plan_.places[edge.from].bound > 0;
  if (has_vertices && !(edge.guards.empty() && edge.inherits.empty())) {
    FollowVertices(at, edge);
  } else if (has_vertices || Fits(at, edge)) {
    AddTo(Target(at, edge, op::kNoRecord), total);
  }
}

// The vertices that the event may follow. Those that it adds itself have no trends yet.
void TrendGraphs::FindSources(const Arrival& at, const ir::TrendEdge& edge) {
  sources_.clear();
  records_.clear();
  const auto add = [&](op::RecordId source) {
    if (tallies_.IsEmpty(TallyOf(source))) return;
    sources_.push_back(source);
    records_.push_back(RecordOf(source));
  };
  const Graph::Vertices& vertices = at.graph.vertices_[edge.from];
  if (edge.probes.empty()) {
    for (const op::RecordId source : vertices.all) add(source);
    return;
  }
  const auto hash = static_cast<uint64_t>(at.call.Int(edge.probes[at.input], at.rows, at.row));
  const auto chain = vertices.by_key.find(hash);
  if (chain == vertices.by_key.end()) return;
  for (op::RecordId id = chain->second.head; id != op::kNoRecord; id = HeadOf(id).key_link.next)
    add(id);
}

// The guard is asked about all of them at once.
void TrendGraphs::FollowVertices(Arrival& at, const ir::TrendEdge& edge) {
  FindSources(at, edge);
  if (sources_.empty()) return;
  fits_.assign(sources_.size(), 1);
  if (!edge.guards.empty())
    at.call.TestEach(edge.guards[at.input], at.rows, at.row, records_, fits_.data());
  for (size_t i = 0; i < sources_.size(); ++i) {
    if (fits_[i] == 0) continue;
    const size_t target = Target(at, edge, sources_[i]);
    AddTo(target, TallyOf(sources_[i]));
  }
}

void TrendGraphs::AddTo(size_t pending, const TallyNumber* tally) {
  if (pending != kNoPending) tallies_.Add(SumOf(pending), tally);
}

// What the event adds to the vertex in which trends go on that come along the edge from `source`;
// kNoPending if there is no room for that vertex.
size_t TrendGraphs::Target(Arrival& at, const ir::TrendEdge& edge, op::RecordId source) {
  const ir::TrendPlace& place = plan_.places[at.place];
  if (edge.inherits.empty() && at.shared != kNoPending) return at.shared;
  if (place.bound == 0) return at.shared = AddPending(at, op::kNoRecord);
  ids_.clear();
  for (const uint32_t from : edge.inherits) {
    const bool has = from != ir::TrendEdge::kUnbound && source != op::kNoRecord;
    ids_.push_back(has ? IdsOf(source)[from] : kNoEvent);
  }
  if (place.keeps_event) ids_.push_back(event_);
  const uint64_t hash = HashOfIds(ids_);
  op::RecordId vertex = edge.inherits.empty() ? op::kNoRecord : Find(at, hash);
  if (vertex == op::kNoRecord) {
    vertex = AddVertex(at, source);
    if (vertex == op::kNoRecord) return kNoPending;
    if (!edge.inherits.empty())
      op::Append(at.graph.vertices_[at.place].index, hash, vertex, LinkOf());
  }
  Head& head = HeadOf(vertex);
  if (head.event != event_) {
    head.event = event_;
    head.pending = AddPending(at, vertex);
  }
  if (edge.inherits.empty()) at.shared = head.pending;
  return head.pending;
}

size_t TrendGraphs::AddPending(const Arrival& at, op::RecordId vertex) {
  pending_.push_back({at.place, at.input, vertex});
  sums_.resize(pending_.size() * tallies_.size());
  tallies_.Clear(SumOf(pending_.size() - 1));
  return pending_.size() - 1;
}

// The vertex of the place with these ids.
op::RecordId TrendGraphs::Find(const Arrival& at, uint64_t hash) {
  const op::KeyIndex& index = at.graph.vertices_[at.place].index;
  const auto chain = index.find(hash);
  if (chain == index.end()) return op::kNoRecord;
  for (op::RecordId id = chain->second.head; id != op::kNoRecord; id = HeadOf(id).link.next) {
    if (std::equal(ids_.begin(), ids_.end(), IdsOf(id))) return id;
  }
  return op::kNoRecord;
}

op::RecordId TrendGraphs::AddVertex(const Arrival& at, op::RecordId source) {
  if (store_.live() >= limits::kMaxTrendVertices) {
    is_full_ = true;
    return op::kNoRecord;
  }
  const ir::TrendPlace& place = plan_.places[at.place];
  const op::RecordId vertex = store_.Allocate();
  std::copy(ids_.begin(), ids_.end(), IdsOf(vertex));
  tallies_.Clear(TallyOf(vertex));
  if (place.inherit != ir::kNoKernel && source != op::kNoRecord)
    at.call.UpdateFrom(place.inherit, plan_.vertex, RecordOf(source), RecordOf(vertex));
  if (!place.capture.empty())
    at.call.Update(place.capture[at.input], at.rows, at.row, RecordOf(vertex));
  Graph::Vertices& vertices = at.graph.vertices_[at.place];
  vertices.all.push_back(vertex);
  if (place.key != ir::kNoKernel) {
    const auto hash =
        static_cast<uint64_t>(at.call.Int(place.key, at.rows, at.row, RecordOf(vertex)));
    op::Append(vertices.by_key, hash, vertex, KeyLinkOf());
  }
  return vertex;
}

// Adds what has been collected, each of it with the event; true if trends are complete with it.
bool TrendGraphs::Apply(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                        Graph& graph) {
  bool completes = false;
  uint32_t measured = UINT32_MAX;  // the step whose numbers are at hand
  for (size_t i = 0; i < pending_.size(); ++i) {
    const Pending& pending = pending_[i];
    const ir::TrendPlace& place = plan_.places[pending.place];
    if (measured != place.step) {
      measured = place.step;
      const ir::KernelId measure = plan_.kernels[place.step][pending.input].measure;
      if (measure != ir::kNoKernel) call.Update(measure, rows, row, measures_.data());
    }
    TallyNumber* sum = SumOf(i);
    tallies_.Extend(sum, place.step, measures_.data());
    tallies_.Add(TotalOf(graph, pending.place), sum);
    if (pending.vertex != op::kNoRecord) tallies_.Add(TallyOf(pending.vertex), sum);
    // Nobody looks for a vertex of this event any more.
    if (place.keeps_event) graph.vertices_[pending.place].index.clear();
    if (!place.is_last) continue;
    completes = true;
    tallies_.Add(graph.tallies_.data(), sum);
  }
  return completes;
}

}  // namespace varpulis::trend
