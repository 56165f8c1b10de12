#pragma once

// The trends of a pattern, summed up without being built (language.md 8.1), after GRETA (Poppe, Lei,
// Rundensteiner, Maier: GRETA: Graph-based Real-time Event Trend Aggregation, VLDB 2017).
//
// A trend is a match under skip-till-any-match. The events that a window has seen are vertices of a
// graph, with an edge from each one to every later one that may follow it in a trend, so that trends are
// paths. A vertex keeps a tally, of the trends that begin somewhere and have got to it:
//
//   tally(e) = one trend, if e may begin one, + the tallies of all vertices that e may follow
//
// Nothing of an event is kept that no later condition reads: events that later ones cannot tell apart
// share a vertex (as in COGRA, SIGMOD 2019), and where nothing is read at all the place's total is
// everything, whatever the number of events.

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "compiler/ir/pattern_plan.h"

namespace varpulis::ir {

// What is summed up of the trends of a tally. All but Trends speak of the events of one step, or of every
// step; Sum, Numbers, Least and Greatest of a number that not every event has.
enum class TrendFold : uint8_t {
  Trends,   // how many trends
  Events,   // how many events, each as often as it is in a trend
  Sum,      // of the numbers of those events
  Numbers,  // how many of those events have one; f64, since it divides the sum
  Least,    // of the numbers of events that are in some trend
  Greatest,
};

inline constexpr uint32_t kEveryStep = UINT32_MAX;
inline constexpr uint32_t kNoMeasure = UINT32_MAX;

struct TrendTerm {
  TrendFold fold = TrendFold::Trends;
  uint32_t step = kEveryStep;
  uint32_t measure = kNoMeasure;  // slot of TrendPlan::measures
  // Of the window record: i64 for Trends and Events, else f64; a Least or Greatest of nothing is missing.
  uint32_t slot = 0;
};

// Where a trend comes from when an event takes it to a place.
struct TrendEdge {
  static constexpr uint32_t kBegin = UINT32_MAX;

  uint32_t from = kBegin;  // place; kBegin: the event begins the trend
  // row, vertex -> bool, by input of the step: what is asked of the event. Empty: nothing, and then no
  // vertex needs to be looked at unless the new one inherits from it.
  std::vector<KernelId> guards;
  // row -> i64, the same: vertices that the guard may be true of have this for a `key`. Empty: all are asked.
  std::vector<KernelId> probes;
  // For each of the events that vertices of the place behind are told apart by, without its own: where
  // the vertex in front has it among its own; kUnbound if the trend has no such event.
  static constexpr uint32_t kUnbound = UINT32_MAX;
  std::vector<uint32_t> inherits;
};

// A step in one of the ways through the pattern.
struct TrendPlace {
  uint32_t step = 0;
  bool is_last = false;  // trends that have got here are complete
  // How many events the vertices of this place are told apart by, because later conditions read them; the
  // event of the place itself is the last of them, if it is one. None: there is only the total.
  uint32_t bound = 0;
  bool keeps_event = false;
  std::vector<TrendEdge> edges;  // that lead here
  std::vector<KernelId>
      capture;  // row -> vertex, by input of the step; empty if nothing is captured
  KernelId inherit = kNoKernel;  // vertex in front as a row -> vertex; none if nothing is inherited
  // vertex -> i64: the hash of what conditions on edges from here set equal to something of the later
  // event; none if no edge does.
  KernelId key = kNoKernel;
  std::string key_text;
};

// Slots of the record of a window of trends: its first event's time, and the last one's; whether it is
// over, and whether a count has reached its bound; then keys and terms.
inline constexpr uint32_t kTrendOpenedSlot = 0;
inline constexpr uint32_t kTrendLastSlot = 1;
inline constexpr uint32_t kTrendFinalSlot = 2;
inline constexpr uint32_t kTrendOverflowSlot = 3;
inline constexpr uint32_t kTrendHeadSlots = 4;

struct TrendPlan {
  // What the kernels of a step's input do for windows.
  struct WindowKernels {
    KernelId same_key = kNoKernel;  // row, window -> bool; none without partitioning
    KernelId init = kNoKernel;      // row -> window: key slots; none without partitioning
    KernelId measure = kNoKernel;   // row -> measures; none if no term reads the step
  };

  std::vector<PatternStepPlan> steps;  // `probe` of an input is the hash of the partition's key
  std::vector<std::vector<WindowKernels>> kernels;  // by step and input
  std::vector<TrendPlace> places;
  std::vector<TrendTerm> terms;
  RecordLayout vertex;    // captures; of steps that a trend may not have, or has several of, Any
  RecordLayout measures;  // f64 slots: what the terms read of one event
  RecordLayout window;
  DurationNs within = 0;  // a window is [first event, first event + within)
  bool updates = false;   // a row whenever an event completes trends, too
  TableId table = kNoTable;
  KernelId finish = kNoKernel;  // window -> row of `table`
  std::string key_text;         // empty without partitioning
  std::string text;             // the items, for dumps
};

}  // namespace varpulis::ir
