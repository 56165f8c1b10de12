#pragma once

// The graphs of all windows of one stream of trends (ir/trend_plan.h). An event is offered once, for all
// steps that it fits: each of them reads the graph as it was before the event, so that no trend has an
// event twice.
//
//   vertex: head | ids of the events that it is told apart by | tally | captures

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "compiler/ir/trend_plan.h"
#include "runtime/operator/kernel_call.h"
#include "runtime/operator/key_index.h"
#include "runtime/operator/record_store.h"
#include "runtime/operator/restored_part.h"
#include "runtime/state/state_reader.h"
#include "runtime/state/state_writer.h"
#include "runtime/trend/burst.h"
#include "runtime/trend/tally.h"

namespace varpulis::trend {

// One way in which an event concerns a step.
struct TrendHit {
  uint32_t step;
  uint32_t input;  // of the step
};

// What one window has seen; vertices lie in the TrendGraphs that made it.
class Graph {
 private:
  friend class TrendGraphs;
  struct Vertices {
    std::vector<op::RecordId> all;
    op::KeyIndex index;   // by the hash of their ids, as far as a later event may look for them
    op::KeyIndex by_key;  // by the key of the place, if it has one
  };

  std::vector<TallyNumber> tallies_;  // of the complete trends, then of each place
  std::vector<Vertices> vertices_;    // by place; empty if no place has any
};

// By which a vertex is found that is told apart by these events.
uint64_t HashOfIds(std::span<const uint64_t> ids);

class TrendGraphs {
 public:
  // `plan` outlives the object.
  explicit TrendGraphs(const ir::TrendPlan& plan);

  struct Effect {
    bool is_taken = false;   // the event begins trends or goes on with some
    bool completes = false;  // some of them are complete with it
  };
  Effect Offer(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
               const std::vector<TrendHit>& hits, Graph& graph);
  // Events of a closure that nothing tells apart (ir/trend_groups.h), from the given one on, as if each had
  // been offered; true if they were taken, which all are or none. trend_burst.cpp
  bool Extend(Graph& graph, uint32_t step, const Burst& burst, uint32_t from);
  // Whether an event that fits the step may begin a trend.
  bool MayBegin(uint32_t step) const { return may_begin_[step]; }

  std::unique_ptr<Graph> Open() const;
  // Gives back what the graph holds; it is not used any more.
  void Close(op::KernelCaller& call, Graph& graph);
  // Whether the graph has a complete trend, and what is known of all of them, into a record of a window.
  bool HasTrends(const Graph& graph) const { return !tallies_.IsEmpty(graph.tallies_.data()); }
  void Store(const Graph& graph, uint8_t* window) const {
    tallies_.Store(graph.tallies_.data(), window);
  }

  // What is known beside the graphs, and one of them. A restored graph is one that Close takes, whatever
  // the reader says. trend_restore.cpp
  void Save(state::StateWriter& out) const;
  void Restore(state::StateReader& in, const op::RestoredPart& part);
  void SaveGraph(const Graph& graph, state::StateWriter& out);
  std::unique_ptr<Graph> RestoreGraph(op::KernelCaller& call, state::StateReader& in);

  uint32_t vertices() const { return store_.live(); }
  uint64_t dropped() const { return dropped_; }  // events for which there was no vertex left
  // Of the vertices, and of one graph beside them.
  size_t bytes() const { return store_.bytes(); }
  size_t bytes_of_graph() const {
    return sizeof(Graph) + (plan_.places.size() + 1) * tallies_.size() * sizeof(TallyNumber);
  }

 private:
  struct Head {
    op::ChainLink link;      // in `index`
    op::ChainLink key_link;  // in `by_key`
    uint64_t event;          // that last added to it
    uint64_t pending;        // what that one adds
  };
  // What the event at hand adds to a place, and there to a vertex if it has one.
  struct Pending {
    uint32_t place;
    uint32_t input;       // of the place's step
    op::RecordId vertex;  // kNoRecord: only the total
  };
  // The event at hand at one of its places.
  struct Arrival {
    op::KernelCaller& call;
    const row::RowTable& rows;
    uint32_t row;
    Graph& graph;
    uint32_t place;
    uint32_t input;
    size_t shared = kNoPending;  // what all edges that inherit nothing add to
  };
  static constexpr size_t kNoPending = SIZE_MAX;
  static constexpr uint64_t kNoEvent = 0;

  Head& HeadOf(op::RecordId id) { return *reinterpret_cast<Head*>(store_.At(id)); }
  uint64_t* IdsOf(op::RecordId id) {
    return reinterpret_cast<uint64_t*>(store_.At(id) + sizeof(Head));
  }
  TallyNumber* TallyOf(op::RecordId id) {
    return reinterpret_cast<TallyNumber*>(IdsOf(id) + bound_);
  }
  uint8_t* RecordOf(op::RecordId id) {
    return reinterpret_cast<uint8_t*>(TallyOf(id) + tallies_.size());
  }
  auto LinkOf() {
    return [this](op::RecordId id) -> op::ChainLink& { return HeadOf(id).link; };
  }
  auto KeyLinkOf() {
    return [this](op::RecordId id) -> op::ChainLink& { return HeadOf(id).key_link; };
  }
  TallyNumber* TotalOf(Graph& graph, uint32_t place) const {
    return graph.tallies_.data() + (place + 1) * tallies_.size();
  }
  TallyNumber* SumOf(size_t pending) { return sums_.data() + pending * tallies_.size(); }

  // trend_burst.cpp
  void ExtendOnce(Graph& graph, const std::vector<uint32_t>& places, const uint8_t* measures);
  void ExtendCounts(Graph& graph, uint32_t place, uint32_t events);
  // trend_restore.cpp
  void RestoreVertex(op::KernelCaller& call, state::StateReader& in, uint32_t place,
                     Graph::Vertices& vertices);
  void Follow(Arrival& at, const ir::TrendEdge& edge);
  void FollowVertices(Arrival& at, const ir::TrendEdge& edge);
  void FindSources(const Arrival& at, const ir::TrendEdge& edge);
  bool Fits(const Arrival& at, const ir::TrendEdge& edge);
  void AddTo(size_t pending, const TallyNumber* tally);
  size_t Target(Arrival& at, const ir::TrendEdge& edge, op::RecordId source);
  size_t AddPending(const Arrival& at, op::RecordId vertex);
  op::RecordId Find(const Arrival& at, uint64_t hash);
  op::RecordId AddVertex(const Arrival& at, op::RecordId source);
  bool Apply(op::KernelCaller& call, const row::RowTable& rows, uint32_t row, Graph& graph);

  const ir::TrendPlan& plan_;
  const Tallies tallies_;
  uint32_t bound_ = 0;                            // most ids that a vertex has
  std::vector<std::vector<uint32_t>> places_of_;  // by step
  std::vector<bool> may_begin_;                   // by step
  op::RecordStore store_;
  uint64_t event_ = kNoEvent;
  uint64_t dropped_ = 0;
  // Scratch, of the event at hand.
  bool is_full_ = false;
  std::vector<Pending> pending_;
  std::vector<TallyNumber> sums_;  // a tally for each of them
  std::vector<uint64_t> ids_;
  std::vector<op::RecordId> sources_;
  std::vector<uint8_t*> records_;  // parallel to the sources
  std::vector<uint8_t> fits_;      // the same
  std::vector<uint8_t> measures_;
  std::vector<uint8_t> nothing_;  // the record of a vertex that keeps nothing
};

}  // namespace varpulis::trend
