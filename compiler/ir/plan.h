#pragma once

// What the runtime executes: tables, streams with their operators, kernels. Immutable once built;
// state is kept elsewhere.
//
// Rows live in tables. An event table holds the rows of one event type of the input, with the
// columns that somebody reads; the table of a timer gets its rows as if they came in between. A
// derived table holds the rows that a Project, Aggregate or pattern writes. A stream takes rows of some tables (its inputs), sends each through its operators in
// order, and the rows that reach the end go to the streams that read it.
//
// Kernels of operators before the first table change exist once per input (the "variant" of the
// row), because each input table has columns of its own; after it there is one variant. Behind a
// ProcessOperator there is one per type of event that it makes, behind a fork whose paths all go on one
// per path.

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "base/time.h"
#include "compiler/ir/automaton.h"
#include "compiler/ir/config_value.h"
#include "compiler/ir/forecast_plan.h"
#include "compiler/ir/join_plan.h"
#include "compiler/ir/kernel.h"
#include "compiler/ir/operators.h"
#include "compiler/ir/pattern_plan.h"
#include "compiler/ir/time_bounds.h"
#include "compiler/ir/traced_condition.h"
#include "compiler/ir/trend_plan.h"

namespace varpulis::ir {

struct TableColumn {
  std::string name;
  Type type;
  // The column, called `prefix*`, holds a map; its entries are fields of the row under that prefix.
  bool spread = false;
};

// A declared field of an event type, in declaration order.
struct DeclaredField {
  std::string name;
  Type type;
  bool optional = false;
};

struct Table {
  enum class Kind {
    Event,    // rows of the input
    Timer,    // rows that a timer of the plan makes
    Derived,  // rows that operators write
  };
  Kind kind = Kind::Event;
  std::string name;                   // the event type; or stream and operator: `Pair.emit`
  std::string event_type;             // `event_type` of its rows
  bool declared = false;              // event tables: an `event` declaration exists
  std::vector<DeclaredField> fields;  // of the declaration
  std::vector<TableColumn> columns;   // what is decoded or written
  // Index of the Any column `*` that holds the whole event as a map, or -1. Without it an event table
  // has nobody who needs the event, and the columns of a derived table are all its fields.
  int event_column = -1;
  // Places of the columns in tables that only AddColumn fills: event tables, which may have many.
  std::unordered_map<std::string, uint32_t> places;

  // Index of a column, -1 if there is none.
  int Find(const std::string& column) const;
  uint32_t AddColumn(const std::string& column, Type type);
};

// Rows of `table` for which the filter is true enter the stream.
struct StreamInput {
  TableId table;
  KernelId filter = kNoKernel;  // predicate over the row; kNoKernel: every row
  bool ordered = false;         // the filter must be evaluated in the order of the events
  std::vector<TracedCondition> traced = {};  // the filter's
};

// What ties a connector to a stream. Parameters are those of the declaration, overridden by those
// where it is used; `topic` is not among them.
struct Binding {
  std::string connector;
  std::string kind;
  std::string stream;
  std::vector<ConfigItem> parameters;
  std::string topic;  // empty: the driver's default, or computed from the event
};
// `X.from(C, ...)`: events of the type that the connector delivers come in, also for other streams.
struct Ingress {
  Binding binding;
  std::string event_type;
};
// `.to(C, ...)`: rows go out (ToOperator).
struct Egress {
  Binding binding;
  std::string topic_text;  // of a topic that is computed from the event, for dumps; else empty
};

// `.enrich(C, ...)`: keys are looked up (EnrichOperator).
struct Lookup {
  Binding binding;
  DurationNs timeout = 0;
};
// `.alert(...)`: messages go out (AlertOperator).
struct Alert {
  std::string stream;
  std::string webhook;  // a URL; empty: the message is a log record
};

// .concurrent: what the program says about its parallelism. The engine shares work by itself.
struct ConcurrencyHint {
  int64_t workers = 0;
  std::string key_text;  // empty without partition_by
};

struct StreamPlan {
  std::string name;
  std::string context;  // empty: the default one
  std::optional<Ingress> ingress;
  TimeBounds time;
  // One per variant; empty when `pattern`, `trend` or `join` is set, and when the stream only filters for
  // readers, which repeat its filters.
  std::vector<StreamInput> inputs;
  std::optional<PatternPlan> pattern;    // the stream starts with a pattern
  std::optional<ForecastPlan> forecast;  // of `pattern`, whose matches are not put out then
  std::optional<TrendPlan> trend;        // or with the trends of one
  std::optional<JoinPlan> join;          // or with a join
  std::vector<Operator> operators;
  std::vector<OnError> on_error;  // parallel to the operators
  std::vector<ErrorHandler> handlers;
  std::vector<ConcurrencyHint> concurrency;
  // Table of the rows that reach the end, per variant; what dependents read. Filter-only streams
  // have no hop of their own: their readers repeat the filter on the source (decision D19).
  std::vector<TableId> outputs;
  bool has_readers = false;
};

// The steps of its pattern, or of the pattern whose trends it sums up; null if it has neither.
inline const std::vector<PatternStepPlan>* StepsOf(const StreamPlan& stream) {
  if (stream.pattern) return &stream.pattern->steps;
  return stream.trend ? &stream.trend->steps : nullptr;
}
// The tables whose rows enter the stream, by all of its inputs, steps or sides; some maybe twice.
std::vector<TableId> InputTables(const StreamPlan& stream);

// `context c (cores: [0, 1])`: where streams run; it does not change what they say.
struct Context {
  std::string name;
  std::vector<int64_t> cores;
};

// `timer(interval, initial_delay: d)`: a row of `table` each time that the program's clock has moved on
// by the interval; the first one `initial_delay` after the first event.
struct Timer {
  TableId table = kNoTable;
  DurationNs interval = 0;
  DurationNs initial_delay = 0;
};
// The columns of its table, all of type Int: when it fired, in milliseconds since the epoch.
inline constexpr uint32_t kTimerTimeColumn = 0;

struct GlobalVariable {
  std::string name;
  bool assigned = false;  // changes while events are processed
};

struct Plan {
  std::vector<Table> tables;
  std::vector<StreamPlan> streams;       // declaration order
  std::vector<uint32_t> upstream_first;  // stream indices in the order of the time phase
  std::vector<Timer> timers;             // declaration order
  std::vector<Context> contexts;
  std::vector<Egress> egresses;
  std::vector<Lookup> lookups;
  std::vector<Alert> alerts;
  std::vector<GlobalVariable> globals;
  std::vector<KernelId> load;                // run once at load, in order; they store the globals
  std::vector<KernelId> functions;           // what CallFunction and ForEach name by index
  std::vector<std::string> collected_types;  // what Collect names by index
  // Why the streams cannot be spread over workers, empty if they can.
  std::string serial_reason;
  std::vector<Kernel> kernels;
};

// As text, one stream a paragraph (`--emit=plan`, `explain`), and as Graphviz.
std::string Print(const Plan& plan);
std::string PrintDot(const Plan& plan);
Status Verify(const Plan& plan, unsigned threads = 1);

}  // namespace varpulis::ir
