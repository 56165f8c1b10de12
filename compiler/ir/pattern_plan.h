#pragma once

// A pattern ready to run: the automaton, and the kernels of its edges.

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "compiler/ir/automaton.h"
#include "compiler/ir/kernel.h"
#include "compiler/ir/record_layout.h"
#include "compiler/ir/row_operators.h"
#include "compiler/ir/traced_condition.h"

namespace varpulis::ir {

// Which events may build runs (language-later.md 7.2).
enum class Selection : uint8_t {
  Stam,    // every event that fits the first step opens a run
  Stnm,    // unless some run of its partition took it
  Strict,  // the next event of the partition advances a run, or ends it
  Any,     // a run that an event advances stays as it was as well (language.md 6.6)
};

// Which matches a closure yields (language-later.md 7.3, decision D10).
enum class ClosureMode : uint8_t {
  Whole,    // one: all elements
  Each,     // one per element: those up to it
  Subsets,  // one per non-empty subset
};

// One way into a step: rows of `table` that pass the event-local filter.
struct StepInput {
  TableId table;
  KernelId filter = kNoKernel;  // row -> bool, evaluated in phase 1
  bool ordered = false;         // filter and probe must be evaluated in the order of the events
  // row -> i64: hash by which the runs that the row concerns are found; kNoKernel without key.
  KernelId probe = kNoKernel;
  std::vector<TracedCondition> traced = {};  // the filter's
};

struct PatternStepPlan {
  std::string alias;
  bool negated = false;  // or in a negated group: no match has an event of it
  // In front of everything: an event at the very time of the run's first one counts, too.
  bool at_once = false;
  uint32_t group = UINT32_MAX;  // in a negated group: which one, into PatternPlan::groups
  std::vector<StepInput> inputs;
  std::string text;  // type and condition, for dumps
};

// What an edge does with a row, by input of its step.
struct EdgeKernels {
  // row, record -> bool: what remains of the condition, the equalities of the key included. Of a
  // `begin` edge there is no record.
  KernelId guard = kNoKernel;
  bool guard_reads_lists = false;
  // row -> record: captures what later conditions and the output read, then the hash by which the run
  // is found in its next state as result.
  KernelId capture = kNoKernel;
  // row, record -> bool: whether the closures as they are chosen fit the conditions that mention them.
  KernelId check = kNoKernel;
  // row, record -> row of `match_table`.
  KernelId match = kNoKernel;
  std::vector<TracedCondition> traced = {};  // the guard's, without the key of `.partition_by`
};

struct PatternEdge {
  EdgeKind kind = EdgeKind::Take;
  uint32_t from = 0;
  uint32_t to = 0;
  uint32_t step = 0;
  uint32_t way = 0;  // through the pattern, or through a negated group: no two have the same
  // The probe of the step finds the runs; otherwise all runs of `from` are asked.
  bool keyed = false;
  bool has_match = false;       // whoever arrives has a match
  bool ends = false;            // and is over with it
  DurationNs within = 0;        // since the run's last event; 0: none
  uint32_t since = UINT32_MAX;  // kill, watch: slot with the time from which the negation is active
  uint32_t closure = UINT32_MAX;  // of the step, into PatternPlan::closures
  // Begin into a closure: no run of the partition may stand in one of these states, in which it still
  // takes elements (decision D12).
  std::vector<uint32_t> barred_by;
  // Begin: negated steps in front, of PatternPlan::blockers.
  std::vector<uint32_t> blocked_by;
  std::vector<EdgeKernels> kernels;
};

struct PatternState {
  // A run whose deadline passes here has a match: nothing forbidden came (absence), or a closure
  // yields what it has at its end.
  bool matches_at_deadline = false;
  // The match is there for want of further events, so it comes at the end of input as well. An absence
  // is not confirmed by that.
  bool drains = false;
  std::vector<uint32_t> takes;  // edges to other states and for further elements, preferred first
  std::vector<uint32_t> kills;
  std::vector<uint32_t> watches;
  std::vector<uint32_t> groups;  // that must not come now, into PatternPlan::groups
  // Where watchers stand: of which group; UINT32_MAX where runs do.
  uint32_t group = UINT32_MAX;
  uint32_t way = 0;
};

// NOT of several steps (decision 0031).
struct NegatedGroup {
  uint32_t step = 0;  // stands for it: it has no inputs
  // It stands in front of everything. Its watchers belong to no run: what completes has come for all runs
  // of the partition, and is remembered for those to come. Otherwise each run has its own.
  bool is_free = false;
  // No condition tells events of it apart: a run's first watcher of a way sees all that later ones would.
  bool is_alike = false;
  std::vector<std::vector<uint32_t>> begins;  // of a free one, by way: edges of kind Begin
};

struct Closure {
  uint32_t step = 0;
  ClosureMode mode = ClosureMode::Whole;
  uint32_t count_slot = 0;      // elements held
  uint32_t truncated_slot = 0;  // elements that came when it was full
  std::vector<uint32_t> lists;  // slots of type List, which show elements while kernels read them
  // Where they are kept: slots of type Int; UINT32_MAX without lists.
  uint32_t chain_slot = UINT32_MAX;
  uint32_t from_slot = UINT32_MAX;
  uint32_t limit = 0;  // most elements held
  // record -> bool: whether the last element that the record shows fits what the conditions ask of the
  // closures chosen; of the first one, and of those behind it. kNoKernel if they ask nothing.
  KernelId check_first = kNoKernel;
  KernelId check_more = kNoKernel;
};

struct PatternPlan {
  std::vector<PatternStepPlan> steps;
  Automaton automaton;  // for people; states and edges are those below
  std::vector<PatternState> states;
  std::vector<PatternEdge> edges;
  // `begin` edges, those of one alternative in a row, preferred first.
  std::vector<std::vector<uint32_t>> begins;
  std::vector<Closure> closures;
  // Negated steps in front of the first positive one: an event of theirs in [start - within, start)
  // keeps a run from being opened.
  std::vector<uint32_t> blockers;
  // Inner ones behind the outer ones.
  std::vector<NegatedGroup> groups;
  Selection selection = Selection::Stam;
  // Under Selection::Any: a further element of a closure makes a copy of the run as well, so that each run
  // has one choice of elements.
  bool run_per_choice = false;
  RecordLayout run;       // slot 0 `start` ts, 1 `last` ts, then captured slots
  DurationNs within = 0;  // 0: none
  TableId match_table = kNoTable;
  // Match of a run whose deadline passes: record -> row of `match_table`; and what EdgeKernels::check is.
  KernelId deadline_match = kNoKernel;
  KernelId deadline_check = kNoKernel;
  // Slot that says whether the choice of closures was cut short; UINT32_MAX if nobody asks.
  uint32_t enumeration_slot = UINT32_MAX;
  // All states find their runs by the key of `.partition_by`; it is what partitions are told apart by.
  bool partition_key = false;
  std::vector<uint32_t> key_slots;  // of a run: its values, cells
  // The hash by which a run is found is the same from its first to its last step, so that runs may be
  // spread over shards by it.
  bool constant_key = false;
  std::string key_text;  // `user_id (from 2 equalities)`, empty without key
};

}  // namespace varpulis::ir
