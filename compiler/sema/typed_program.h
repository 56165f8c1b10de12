#pragma once

// A program after checking: streams in declaration order, with their sources resolved to event types
// and to the streams that have outputs of their own, and every expression typed.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/time.h"
#include "compiler/ir/config_value.h"
#include "compiler/ir/operators.h"
#include "compiler/ir/time_bounds.h"
#include "compiler/sema/typed_expr.h"
#include "compiler/sema/typed_forecast.h"
#include "compiler/sema/typed_function.h"
#include "compiler/sema/typed_pattern.h"
#include "compiler/sema/typed_row.h"
#include "compiler/sema/typed_trend.h"

namespace varpulis::sema {

// `timer(interval, initial_delay: d)`.
struct TypedTimer {
  DurationNs interval = 0;
  DurationNs initial_delay = 0;
};

struct EventType {
  std::string name;
  bool declared = false;
  RowShape shape;
  std::optional<TypedTimer> timer = {};  // its events come from there, and no name reads them
};

struct WhereOp {
  TypedExprPtr condition;
};
struct SelectOp {
  std::vector<NamedItem> items;
};
struct EmitOp {
  std::string event_type;  // `as T`, else the stream's name
  bool as_type = false;
  bool all_fields = false;  // `.emit()`
  std::vector<NamedItem> items;
  // `context: c`: only readers in that context see the row. Into TypedProgram::contexts.
  std::optional<uint32_t> context;
  RowShape shape;  // of the emitted row
};
struct ToOp {
  uint32_t connector = 0;  // into TypedProgram::connectors
  std::string event_type;
  std::vector<ir::ConfigItem> parameters;  // written here, without a computed topic
  // Of a topic that is computed from the event: their texts are joined. Empty: the topic is fixed.
  std::vector<TypedExprPtr> topic;
};
struct PrintOp {
  std::vector<TypedExprPtr> values;  // empty: the whole event
};
// What .partition_by and .window say; the meaning of the fields is that of ir::Windowing.
struct Window {
  ir::WindowKind kind = ir::WindowKind::None;
  int64_t size = 0;
  int64_t slide = 0;
  bool by_clock = false;
  bool watermarked = false;
  std::vector<NamedItem> keys;  // partition_by; name empty unless a plain field
};
// .window without an aggregate directly behind it: its rows go on one by one, as a batch.
struct WindowOp {
  Window window;
};
// Of kind Batch it makes rows of each batch that the window in front of it puts out.
struct AggregateOp {
  Window window;
  std::vector<NamedItem> items;
  bool shows_keys = true;  // the rows have `_partition` and the fields of the key; .collect: not
};
// .order_by: sorts a batch.
struct SortOp {
  struct Key {
    TypedExprPtr value;
    bool descending = false;
  };
  std::vector<Key> keys;
};
// .process: the events that the call emits replace the row.
struct ProcessOp {
  TypedExprPtr value;
  std::vector<uint32_t> events;  // into TypedProgram::collected_types
};
struct LimitOp {  // .limit, .first
  int64_t rows = 0;
};
struct DistinctOp {
  TypedExprPtr key;  // null: all fields
};
// .map with a value that is known only when it runs; others are a SelectOp.
struct MapOp {
  TypedExprPtr value;
};
struct LogOp {
  std::optional<ir::LogLevel> level;
  TypedExprPtr level_word;  // when `level` is not known
  TypedExprPtr message;     // null: the event type
  TypedExprPtr data;        // null: all fields
};
struct TapOp {
  std::string counter;             // metric, empty if none
  std::string gauge;               // metric, empty if none
  TypedExprPtr value;              // of the gauge
  std::vector<NamedItem> labels;   // of both
  std::vector<NamedItem> records;  // logged at debug level
};
// .enrich: the fields of the answer are added to the row.
struct EnrichOp {
  uint32_t connector = 0;  // into TypedProgram::connectors
  TypedExprPtr key;
  std::vector<std::string> fields;
  DurationNs cache_ttl = 0;  // 0: nothing is remembered
  DurationNs timeout = 0;
  TypedExprPtr fallback;   // a constant; null: none
  bool makes_row = false;  // behind a join: names are fields of the new row, no longer of the sides
  std::vector<std::string> AddedFields() const;  // `fields`, then what .enrich says about itself
};
struct AlertOp {
  std::string webhook;  // empty: the message goes to the log
  struct Part {
    std::string text;    // as written
    TypedExprPtr value;  // of a placeholder that may have a value
  };
  std::vector<Part> parts;  // empty: the whole event
};
struct ConcurrentOp {
  int64_t workers = 0;
  TypedExprPtr key;  // null if none
};
// Handles the errors of the operators between the handler before it and itself.
struct OnErrorOp {
  ir::ErrorPolicy policy = ir::ErrorPolicy::Null;
  TypedExprPtr value;  // Handle: the event in place of the row that failed
};
struct ForkPath;
struct ForkOp {
  using Combine = ir::ForkOperator::Combine;
  std::vector<ForkPath> paths;
  Combine combine = Combine::Each;
  uint32_t needed = 0;  // AtLeast
};
using TypedOperator = std::variant<WhereOp, SelectOp, EmitOp, ToOp, PrintOp, WindowOp, AggregateOp,
                                   SortOp, ProcessOp, LimitOp, DistinctOp, MapOp, LogOp, TapOp,
                                   EnrichOp, AlertOp, ConcurrentOp, OnErrorOp, ForkOp>;
struct ForkPath {
  std::string name;
  std::vector<TypedOperator> operators;
  RowShape shape;  // of the rows that it puts out
};

// `X.from(C, ...)`.
struct TypedIngress {
  uint32_t connector = 0;  // into TypedProgram::connectors
  std::string event_type;
  std::vector<ir::ConfigItem> parameters;
};

struct TypedStream {
  std::string name;
  source::SourceSpan span;
  std::optional<uint32_t> context;  // into TypedProgram::contexts; nothing: the default one
  std::optional<TypedIngress> ingress;
  ir::TimeBounds time;
  std::vector<SourceRoot> roots;  // without pattern
  std::optional<TypedPattern> pattern;
  std::optional<TypedTrend> trend;  // of the pattern: its matches are summed up, not put out
  std::optional<TypedForecast> forecast;  // of the pattern: its matches are foretold, not put out
  std::optional<TypedJoin> join;
  std::vector<TypedOperator> operators;
  RowShape source_shape;     // rows that enter the operators
  RowShape output;           // rows that leave them
  bool filter_only = false;  // readers repeat its conditions and have no hop
  bool is_repeated = false;  // filter_only, and there is such a reader
};

// The steps of its pattern, or the sides of its join, that expressions behind it read; null if it has
// neither.
const std::vector<TypedStep>* StepsOf(const TypedStream& stream);

struct TypedConnector {
  std::string name;
  std::string kind;
  std::vector<ir::ConfigItem> parameters;
};
struct TypedContext {
  std::string name;
  std::vector<int64_t> cores;
};
// Deprecated (language.md 2.8): kept, without effect.
struct TypedConfig {
  std::string name;
  std::vector<ir::ConfigItem> items;
};

struct TypedGlobal {
  std::string name;
  bool is_var = false;
  bool assigned = false;  // by some function, so while events are processed
};

struct TypedProgram {
  std::vector<EventType> event_types;
  std::vector<TypedStream> streams;
  std::vector<uint32_t> upstream_first;  // indices of streams
  std::vector<TypedConnector> connectors;
  std::vector<TypedContext> contexts;
  std::vector<TypedConfig> configs;
  std::vector<TypedGlobal> globals;
  // Top-level initialisers, assignments and statements, in program order: run once at load.
  std::vector<TypedBody> load;
  std::vector<TypedFunction> functions;    // lambdas too
  std::vector<EventType> collected_types;  // of `emit` statements
  // Why the streams cannot be spread over workers, empty if they can.
  std::string serial_reason;
};

// As text, one stream a paragraph, for `--emit=typed`.
std::string Print(const TypedProgram& program);

}  // namespace varpulis::sema
