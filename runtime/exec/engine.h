#pragma once

// One shard of a pipeline: runs a plan over batches. Phase 1 classifies whole columns: every
// event-local predicate of every stream, once. Phase 2 visits in arrival order the rows that some
// consumer is interested in; derived rows are processed breadth first (decisions D15, D19).

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/ir/plan.h"
#include "compiler/ir/trend_groups.h"
#include "runtime/enrich/lookups.h"
#include "runtime/exec/bounds.h"
#include "runtime/exec/failure.h"
#include "runtime/exec/idle_clocks.h"
#include "runtime/exec/match_part.h"
#include "runtime/exec/metric.h"
#include "runtime/exec/operator_state.h"
#include "runtime/exec/output_order.h"
#include "runtime/exec/output_sink.h"
#include "runtime/exec/share.h"
#include "runtime/exec/tracer.h"
#include "runtime/forecast/forecast_state.h"
#include "runtime/io/json_object.h"
#include "runtime/join/join_state.h"
#include "runtime/kernel/kernel_table.h"
#include "runtime/operator/kernel_call.h"
#include "runtime/pattern/pattern_state.h"
#include "runtime/pattern/two_observers.h"
#include "runtime/row/table.h"
#include "runtime/state/checkpoint.h"
#include "runtime/time/reorder_buffer.h"
#include "runtime/time/timer_set.h"
#include "runtime/trend/shared_bursts.h"
#include "runtime/trend/trend_state.h"
#include "runtime/window/window_state.h"

namespace varpulis::exec {

struct StreamStatistics {
  std::string name;
  uint64_t rows_in = 0;  // rows that passed the source's filter
  uint64_t outputs = 0;
  TimestampNs first_output = 0;
  TimestampNs last_output = 0;
  bool emits = false;
  bool is_pattern = false;
  bool is_forecast = false;  // of a pattern
  pattern::PatternCounters pattern;
  uint32_t open_runs = 0;
  trend::TrendCounters trend;
  forecast::ForecastCounters forecast;
  uint64_t state_bytes = 0;
  uint64_t late = 0;            // rows that came too late for the stream or for all of its windows
  uint64_t released_early = 0;  // rows that went on because the reorder buffer was full
  // On several shards together more runs were open than RunBounds::max_runs_total: one engine would have
  // dropped some.
  bool over_shared_bound = false;
  enrich::LookupCounters lookups;  // of all its .enrich

  // What another engine has counted of the same stream.
  void Add(const StreamStatistics& other);
};

// What became of the streams when a state was restored.
struct RestoreReport {
  std::vector<std::string> restored;
  std::vector<std::string> reset;    // of another form than what was saved; they start anew
  std::vector<std::string> fresh;    // of which nothing was saved
  std::vector<std::string> dropped;  // what was saved of streams that the program does not have
};

class Engine {
 public:
  // `plan` outlives the engine. Runs the global initialisers. `share` says which part of the work is
  // this engine's; the default is all of it. `bounds` are those of every stream. `provider` answers
  // lookups and outlives the engine; without it they are errors. One that is about to be restored goes on
  // where another one has been: what its initialisers print is not said again.
  Engine(const ir::Plan& plan, kernel::KernelTable kernels, OutputSink& sink, Share share = {},
         const Bounds& bounds = {}, enrich::Provider* provider = nullptr, bool is_restored = false);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Every row is looked at from now on, and what becomes of it told. The plan is one for a trace.
  void Trace(TraceWrite write);
  // Processes the rows of the batch in order. Not reentrant; several engines may read one batch. After
  // a failure it does nothing any more.
  void Process(const row::Batch& batch);
  // End of input: open windows fire upstream first unless `flush` is false (decision D18).
  void Finish(bool flush);
  // Live hosts (language-later.md 6.1, decision E12); others never call these. The engine reads no clock: `now` is
  // the host's, as time since the epoch. From now on types age that have sent nothing for the grace (0: none
  // does) and timers fire by Tick; time and firings before that are passed over, so it is called after a pause,
  // too. live_time.cpp
  void GoLive(DurationNs grace, TimestampNs now);
  // What was processed since the last call came now.
  void Arrive(TimestampNs now);
  // Between two batches: fires what `now` makes due, and does nothing if that is nothing.
  void Tick(TimestampNs now);
  // The first time at which Tick will fire something if no event comes; kTimeMax: there is none. O(streams)
  TimestampNs next_tick() const;
  // Whether anything in the program may ever fall due without an event.
  bool has_time() const;
  // Other code for the same kernels, between batches.
  void Promote(kernel::KernelTable kernels);

  // Adds sections with all that this engine remembers (language.md 12.1), between two batches, neither
  // after a failure nor after Finish. Sections of all shards belong together. engine_state.cpp
  void Save(state::Checkpoint& checkpoint);
  // Takes over this engine's share of what was saved, on as many shards as there were; the engine has seen
  // no event yet. Streams whose definition has changed, and new ones, start anew. Malformed if the bytes
  // of a section are not what the definition says; then the engine is only good to be destroyed.
  Status Restore(const state::Checkpoint& checkpoint, RestoreReport& report);
  // For people who look at what is remembered, between two batches: calls visit for up to `most` open runs of a
  // stream with a pattern, in the order in which they began, and for each variable. Values are borrowed for the
  // time of the call. show_state.cpp
  struct OpenRun {
    uint32_t state;
    TimestampNs start;
    const std::vector<std::pair<std::string_view, abi::Cell>>& captured;  // `a.user`
  };
  void VisitRuns(uint32_t stream, size_t most, const std::function<void(const OpenRun&)>& visit);
  void VisitVariables(const std::function<void(std::string_view, const abi::Cell&)>& visit) const;
  // Events that were processed, by the engines that this one goes on for as well.
  uint64_t events() const { return events_; }

  // What is wrong with the program's initialisers, found by the constructor: a program whose
  // initialiser fails is not to be run. Empty if nothing is.
  const std::string& load_failure() const { return load_failure_; }
  // Place in the program's output of what the sink is just receiving.
  const OutputOrder& order() const { return order_; }
  uint64_t outputs() const { return outputs_; }
  // Events that reached a `.to` which nobody serves, by egress of the plan.
  const std::vector<uint64_t>& undelivered() const { return undelivered_; }
  bool native() const { return kernels_.native(); }
  // Evaluation errors by abi::EvalError.
  const uint64_t* errors() const { return call_.errors(); }
  std::vector<StreamStatistics> Statistics() const;
  // Of a stream with a pattern: how many runs are open here.
  uint32_t open_runs(uint32_t stream) const {
    const StreamState& state = streams_[stream];
    return state.pattern ? state.pattern->open() : 0;
  }
  // Of all `.tap` operators, each for itself, and how many rows came too late; in no order.
  std::vector<Metric> Metrics() const;
  // Set when something has stopped the program.
  const std::optional<Failure>& failure() const { return failure_; }
  // Rows of each table (ir::TableId) so far: of the input, and derived ones that somebody reads.
  const std::vector<uint64_t>& rows_of_tables() const { return rows_of_tables_; }
  // Bytes of rows and values that live no longer than the batch; may be asked by the sink. O(tables)
  size_t batch_bytes() const;
  // State of all operators, in bytes.
  uint64_t state_bytes() const;

 private:
  // A pattern step or stream input that reads a table, with what phase 1 found out about its rows.
  struct Input {
    ir::KernelId filter = ir::kNoKernel;
    ir::KernelId hash = ir::kNoKernel;  // probe of a step, or key of a leading aggregate
    uint32_t step = 0;                  // of a pattern, or side of a join
    uint32_t step_input = 0;            // of the step or side; or of a forecast
    bool is_watched = false;            // by a forecast, whether or not a step may take it
    size_t variant = 0;
    bool by_key = false;        // only rows whose hash belongs to this shard
    bool ordered = false;       // filter and hash are computed in phase 2
    std::vector<uint8_t> mask;  // empty: every row passes
    std::vector<int64_t> hashes;
    // What phase 1 finds out about another input holds for this one as well, or for so many others.
    const Input* same_as = nullptr;
    uint32_t followers = 0;
  };
  // A stream that reads a table; patterns may read it in several steps.
  struct Consumer {
    uint32_t stream;
    std::vector<Input> inputs;
    uint32_t group = kNoGroup;  // the row is one of the closure that these streams have in common
  };
  static constexpr uint32_t kNoGroup = UINT32_MAX;
  // Streams of trends that share a closure.
  struct TrendGroup {
    std::unique_ptr<trend::SharedBursts> bursts;
    uint32_t leader;      // place among the consumers of the closure's table
    uint64_t taken = 0;   // rows that none of the streams was offered
    bool offers = false;  // the row at hand goes to each of them
  };
  // An event table that feeds a stream or table, directly or not.
  struct Root {
    uint32_t table;
    DurationNs delay = 0;  // the largest out_of_order of the watermarks on the way
  };
  struct TableState {
    std::vector<Consumer> consumers;   // declaration order
    std::vector<uint32_t> groups;      // that share a closure of the table's rows
    std::vector<uint32_t> alone;       // consumers that are in none; only if there are groups
    std::vector<uint8_t> interesting;  // by row of the batch; phase 1
    TimestampNs clock = kTimeMin;
    std::vector<uint32_t> timed_streams;  // streams with something due whose clock this table moves
    std::vector<Root> roots;              // of a derived table
  };
  struct StreamState {
    bool here = true;   // this engine runs it
    uint32_t rank = 0;  // place in the order of the time phase
    ir::TimeBounds time;
    std::unique_ptr<pattern::PatternState> pattern;
    std::unique_ptr<forecast::ForecastState> forecast;  // of the pattern, whose runs it watches
    std::unique_ptr<pattern::TwoObservers> both;        // it and a trace
    std::unique_ptr<trend::TrendState> trend;
    uint32_t group = kNoGroup;  // of the trends
    std::unique_ptr<join::JoinState> join;
    // Parallel to the operators; null where there is no window.
    std::vector<std::unique_ptr<window::WindowState>> windows;
    std::vector<OperatorState> states;              // parallel to the operators
    std::vector<const window::WindowState*> timed;  // those of them that close by deadline
    std::vector<size_t> batch_ends;                 // operators that wait for the end of a batch
    // Of a stream with a pattern: tables in which its matches leave rows, and the first .limit that all of them
    // come to before anything else sees them (kNoLimit: none).
    static constexpr size_t kNoLimit = SIZE_MAX;
    std::vector<ir::TableId> match_tables;
    size_t limit = kNoLimit;
    std::vector<Root> roots;
    // What has been reached of the stream's own clock; kept only behind a watermark, where rows and what is
    // due take turns.
    TimestampNs clock = kTimeMin;
    std::unique_ptr<time::ReorderBuffer> reorder;  // of a stream whose rows wait
    StreamStatistics statistics;
  };
  struct Derived {
    uint32_t table;
    uint32_t row;
    OutputOrder order;
  };
  // Where one row has got to in the operators of its stream.
  struct Cursor {
    uint32_t stream;
    size_t op;
    size_t variant;
    const row::RowTable* rows;
    uint32_t row;
    const Input* input;                      // what phase 1 knows of an event; null for other rows
    op::KernelCaller::ErrorCounts errors{};  // before the operator, if a handler wants to know
  };
  // What an operator does with the row: it goes on to the next operator, it is dropped, or whatever
  // had to be done with it is done.
  enum class Next { GoOn, Drop, Done };

  // setup.cpp
  void BuildConsumers();
  void BuildPatternInputs(uint32_t stream);
  void BuildForecastInputs(uint32_t stream);
  void BuildTrendInputs(uint32_t stream);
  void BuildJoinInputs(uint32_t stream);
  void BuildInputs(uint32_t stream);
  void BuildWindows(uint32_t stream);
  std::vector<Input>& InputsOf(uint32_t table, uint32_t stream);
  void BuildRoots();
  static void AddRoot(std::vector<Root>& roots, Root root);
  void SetFunctions();
  void AddLookupMetrics(size_t stream, std::vector<Metric>& metrics) const;
  void InitialiseGlobals();
  // classify.cpp
  void Classify(const row::Batch& batch);
  void ClassifyTable(TableState& state, const row::RowTable& rows);
  void ClassifyInput(Input& input, const row::RowTable& rows);
  void CountErrorsAgain(const op::KernelCaller::ErrorCounts& before, uint32_t times);
  // run_enrich.cpp
  void AskAhead(const row::Batch& batch);
  void AskAhead(uint32_t stream, const Input& input, const row::RowTable& rows, uint32_t row);
  Next Run(const ir::EnrichOperator& op, Cursor& at);
  abi::MapValue* FindAnswer(const ir::EnrichOperator& op, const abi::Cell& key, const Cursor& at,
                            enrich::Lookups::Found& found);
  abi::MapValue* NewAnswer(const ir::EnrichOperator& op);
  void WarnOfLoss(const ir::EnrichOperator& op, const Cursor& at, const abi::Cell& key,
                  const enrich::Answer& answer);
  bool SurvivesLookup(const ir::EnrichOperator& op, const Cursor& at, const abi::Cell& key,
                      const enrich::Answer& answer);
  // dispatch.cpp
  void ProcessEvent(uint32_t table, const row::RowTable& rows, uint32_t row, uint64_t number,
                    bool classified);
  void FireTimers(TimestampNs clock, uint64_t arrived);
  void Deliver(uint32_t table, const row::RowTable& rows, uint32_t row, bool classified);
  void Offer(uint32_t table, uint32_t consumer, const row::RowTable& rows, uint32_t row,
             bool classified);
  // trend_groups.cpp
  void BuildTrendGroups();
  void BuildTrendGroup(const ir::TrendGroup& group);
  bool KeepForGroups(const TableState& state, const row::RowTable& rows, uint32_t row);
  uint64_t RowsIn(const StreamState& state) const;
  // dispatch.cpp
  bool Passes(const Input& input, const row::RowTable& rows, uint32_t row, bool classified);
  // run_trace.cpp: for a trace only.
  void TraceEvent(const row::Batch& batch, const row::RowRef& ref, uint64_t number);
  void TraceOffer(const Consumer& consumer, const Input& input, bool passes,
                  const row::RowTable& rows, uint32_t row);
  void OfferToPattern(Consumer& consumer, const row::RowTable& rows, uint32_t row, bool classified);
  void AddPatternHit(const Input& input, const row::RowTable& rows, uint32_t row, bool classified);
  void OfferToTrend(Consumer& consumer, const row::RowTable& rows, uint32_t row, bool classified);
  void AddTrendHit(const Input& input, const row::RowTable& rows, uint32_t row, bool classified,
                   uint64_t& hash);
  void TakeIntoTrend(uint32_t stream, uint64_t hash, const row::RowTable& rows, uint32_t row);
  uint64_t Probe(const Input& input, const row::RowTable& rows, uint32_t row, bool classified);
  void TakeIntoPattern(uint32_t stream, const row::RowTable& rows, uint32_t row);
  void TakeIntoJoin(uint32_t stream, const Input& input, uint64_t hash, const row::RowTable& rows,
                    uint32_t row);
  void Drain();
  // reorder.cpp
  void Reorder(uint32_t table, uint32_t consumer, const row::RowTable& rows, uint32_t row,
               bool classified);
  void Take(const Consumer& consumer, const time::PassedInputs& passed, const row::RowTable& rows,
            uint32_t row);
  void ReleaseNext(StreamState& state);
  // run_operators.cpp
  void RunOperators(uint32_t stream, size_t from, size_t variant, const row::RowTable& rows,
                    uint32_t row, const Input* input);
  Next Run(const ir::FilterOperator& op, Cursor& at);
  Next Run(const ir::ProjectOperator& op, Cursor& at);
  Next Run(const ir::EmitOperator& op, Cursor& at);
  Next Run(const ir::ProcessOperator& op, Cursor& at);
  Next Run(const ir::LimitOperator& op, Cursor& at);
  Next Run(const ir::DistinctOperator& op, Cursor& at);
  // The row of values that an operator looks at; nothing if a handler takes the row out. The caller
  // takes it back from the table when it has looked.
  std::optional<uint32_t> Evaluate(const std::vector<ir::KernelId>& kernels, row::RowTable& values,
                                   const Cursor& at);
  bool IsRefused(const Cursor& at);
  void Recover(const Cursor& at);
  abi::EvalError ErrorAt(const Cursor& at) const;
  void Stop(uint32_t stream, const row::RowTable& rows, uint32_t row, std::string_view reason,
            std::string_view asked_by);
  // run_window.cpp
  Next Run(const ir::AggregateOperator& op, Cursor& at);
  Next Run(const ir::WindowOperator& op, Cursor& at);
  Next Run(const ir::SortOperator& op, Cursor& at);
  Next AddToWindow(const ir::Windowing& windowing, Cursor& at);
  row::RowTable& WindowRows(const Cursor& at);
  void OutputWindow(const row::RowTable& out, uint32_t row, Cursor& at);
  void EndRowBatch(const Cursor& at);
  void RunSorted(const ir::SortOperator& op, Cursor& at);
  // run_fork.cpp
  Next Run(const ir::ForkOperator& op, Cursor& at);
  Next Run(const ir::PathEndOperator& op, Cursor& at);
  // run_observers.cpp
  Next Run(const ir::PrintOperator& op, Cursor& at);
  Next Run(const ir::LogOperator& op, Cursor& at);
  Next Run(const ir::TapOperator& op, Cursor& at);
  Next Run(const ir::ToOperator& op, Cursor& at);
  Next Run(const ir::AlertOperator& op, Cursor& at);
  void RenderAlert(const ir::AlertOperator& op, const row::RowTable& values, uint32_t row,
                   std::string_view event_type);
  void WriteLog(ir::LogLevel level, uint32_t stream, const abi::Cell& message,
                const abi::Cell& data);
  // run_matches.cpp
  void BeginMatches();
  void OutputMatch(uint32_t stream, uint32_t match);
  void EndMatchPart(uint32_t stream);
  bool IsPartWaitedFor() const;
  bool IsSortWaiting(uint32_t stream) const;
  bool MoveWaitingRows();
  void StopIfTooMuchWaits(uint32_t stream);
  void FindMatchTables(uint32_t stream);
  void FindLastLimit(uint32_t stream);
  void CloseIfExhausted(uint32_t stream);
  void OutputForecast(uint32_t stream, const row::RowTable& rows, uint32_t row);
  // time_phase.cpp
  void Visit(uint32_t stream);
  void FollowWatermark(uint32_t stream);
  void FireDue(uint32_t stream);
  void FirePattern(uint32_t stream, TimestampNs clock);
  void DrainPattern(uint32_t stream);
  void FireTrend(uint32_t stream, TimestampNs clock);
  void FireJoin(uint32_t stream, TimestampNs clock);
  void MoveClock(uint32_t table, TimestampNs time);
  void FireOverdue();
  // live_time.cpp
  void NoteArrivals(const row::Batch& batch);
  TimestampNs NextTick(const StreamState& stream) const;
  TimestampNs SlowestReaches(const StreamState& stream, TimestampNs clock) const;
  TimestampNs FastestReaches(const StreamState& stream, TimestampNs clock) const;
  static bool IsAnyDue(const StreamState& stream, TimestampNs clock);
  TimestampNs SlowestClock(const StreamState& stream) const;
  TimestampNs WindowClock(const StreamState& stream) const;
  TimestampNs PatternClock(const StreamState& stream) const;
  DurationNs Lateness(const StreamState& stream) const;
  OutputOrder DueOrder(const StreamState& stream, TimestampNs due, DueItem item,
                       uint64_t sequence) const;
  window::WindowState* NextWindow(uint32_t stream, TimestampNs clock, Cursor& at);
  void FireWindows(uint32_t stream, TimestampNs clock, TimestampNs pattern_clock);
  void EndBatch();
  // engine_state.cpp
  void SaveProgram(state::StateWriter& out) const;
  void SaveGlobals(state::StateWriter& out) const;
  void SaveClocks(state::StateWriter& out) const;
  void SaveEgresses(state::StateWriter& out) const;
  void SaveStream(uint32_t stream, state::StateWriter& out);
  // What one section says; several say one thing, so counters add up.
  const std::vector<std::string>& Definitions();
  void RestoreProgram(state::StateReader& in, uint32_t shard);
  void RestoreGlobals(state::StateReader& in, bool counts);
  void RestoreClocks(state::StateReader& in);
  void RestoreEgresses(state::StateReader& in, bool counters);
  void RestoreStream(uint32_t stream, state::StateReader& in);
  void FinishRestoreOf(uint32_t stream);
  op::RestoredPart PartOf(uint32_t stream) const;
  std::string EgressName(const ir::Egress& egress) const;
  // Gives back what rows and values of this batch take; nothing may be waiting.
  void ClearDerived();
  row::RowTable& Derive(ir::TableId table) { return *derived_[table]; }
  template <typename State>
  State& StateOf(const Cursor& at) {
    return std::get<State>(streams_[at.stream].states[at.op]);
  }

  const ir::Plan& plan_;
  kernel::KernelTable kernels_;
  OutputSink& sink_;
  const Share share_;
  const Bounds bounds_;
  enrich::Provider* const provider_;
  std::vector<enrich::Lookups*> lookups_;  // of all operators of all streams
  io::JsonObjectReader answers_;
  OutputOrder order_;
  base::Arena arena_;
  abi::KernelContext context_;
  std::vector<abi::Cell> globals_;  // each owns its value
  std::vector<kernel::BoundKernel> functions_;
  std::function<void(std::string_view)> print_;
  std::string load_failure_;
  op::KernelCaller call_;
  std::vector<TableState> tables_;                       // by ir::TableId
  std::vector<uint64_t> rows_of_tables_;                 // by ir::TableId
  std::vector<std::unique_ptr<row::RowTable>> derived_;  // by ir::TableId, null for events
  std::vector<TrendGroup> trend_groups_;
  std::vector<StreamState> streams_;
  std::deque<Derived> queue_;
  uint64_t queued_ = 0;  // rows that have ever been in it
  time::TimerSet timers_;
  std::unique_ptr<IdleClocks> idle_;    // of a live host; else null
  bool has_overdue_ = false;            // some window was opened after its time
  bool is_finishing_ = false;           // the input has ended: nothing is waited for any more
  MatchPart part_;                      // of the matches that are being put out
  size_t window_rows_ = 0;              // that windows have put out since the last ClearDerived
  std::vector<pattern::StepHit> hits_;  // scratch
  // Scratch: the event at hand as a forecast watches it, by one of its inputs and with the partition's hash.
  struct Watched {
    uint32_t input;
    uint64_t hash;
  };
  std::optional<Watched> watched_;
  std::vector<trend::TrendHit> trend_hits_;  // scratch
  time::PassedInputs passed_;                // scratch
  uint64_t outputs_ = 0;
  uint64_t events_ = 0;  // that have arrived; every shard sees all of them
  std::vector<uint64_t> undelivered_;
  std::vector<std::string> definitions_;  // of the streams' state, once somebody has asked
  std::optional<Failure> failure_;
  std::unique_ptr<Tracer> trace_;  // null unless somebody wants one
  std::string line_;               // scratch
  std::string topic_;              // scratch
};

}  // namespace varpulis::exec
