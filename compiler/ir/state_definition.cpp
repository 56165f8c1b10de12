#include "compiler/ir/state_definition.h"

#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "compiler/ir/operator_text.h"

namespace varpulis::ir {
namespace {

std::string Layout(const RecordLayout& record) {
  std::string text = fmt::format("[{}", record.size);
  for (const RecordSlot& slot : record.slots) {
    text += fmt::format(" {}:{}@{}", slot.name, TypeName(slot.type), slot.offset);
    if (slot.state_offset != kNoState) text += fmt::format("/{}", slot.state_offset);
  }
  return text + "]";
}

// With their columns if rows of these tables are kept as they are.
std::string Inputs(const Plan& plan, const StreamPlan& stream) {
  std::string text = "from";
  for (const TableId table : InputTables(stream)) {
    text += " " + plan.tables[table].name;
    if (stream.time.reorders) text += "(" + ColumnList(plan.tables[table]) + ")";
  }
  return text + "\n";
}

std::string Time(const TimeBounds& time) {
  if (!time.watermarked) return "";
  return fmt::format("time {} {} {}\n", time.out_of_order.value_or(-1), time.lateness,
                     time.reorders);
}

std::string Steps(const std::vector<PatternStepPlan>& steps) {
  std::string text;
  for (const PatternStepPlan& step : steps)
    text += fmt::format(" {}{}{}:{}", step.negated ? "!" : "", step.at_once ? "@" : "", step.alias,
                        step.inputs.size());
  return text;
}

std::string Pattern(const PatternPlan& pattern) {
  std::string text = fmt::format(
      "pattern{} within {} selection {} key {} {}\n", Steps(pattern.steps), pattern.within,
      static_cast<int>(pattern.selection), pattern.key_text, pattern.partition_key);
  for (const PatternEdge& edge : pattern.edges) {
    text += fmt::format("edge {} {}-{} step {} way {} {}{}{} within {} closure {}\n",
                        static_cast<int>(edge.kind), edge.from, edge.to, edge.step, edge.way,
                        edge.keyed, edge.has_match, edge.ends, edge.within, edge.closure);
  }
  for (const PatternState& state : pattern.states) {
    text += fmt::format("state {} {} group {} way {} watched by [{}]\n", state.matches_at_deadline,
                        state.drains, state.group, state.way, fmt::join(state.groups, " "));
  }
  for (const NegatedGroup& group : pattern.groups)
    text += fmt::format("group {} {} {}\n", group.step, group.is_free, group.is_alike);
  for (const Closure& closure : pattern.closures) {
    text += fmt::format("closure {} {} [{}]\n", closure.step, static_cast<int>(closure.mode),
                        fmt::join(closure.lists, " "));
  }
  return text + "run " + Layout(pattern.run) + "\n";
}

// What a model has learnt depends on every parameter.
std::string Forecast(const ForecastPlan& forecast) {
  return fmt::format("forecast {} symbols {} [{}] key {} {}\n", forecast.text, forecast.symbol_text,
                     fmt::join(forecast.symbols, " "), forecast.key_text,
                     Layout(forecast.partition));
}

std::string Trend(const TrendPlan& trend) {
  std::string text = fmt::format("trends{} within {} key {} {} {}\n", Steps(trend.steps),
                                 trend.within, trend.key_text, trend.updates, trend.text);
  for (const TrendPlace& place : trend.places) {
    text += fmt::format("place {} {} {} {} {}\n", place.step, place.is_last, place.bound,
                        place.keeps_event, place.key_text);
    for (const TrendEdge& edge : place.edges)
      text += fmt::format("edge {} [{}]\n", edge.from, fmt::join(edge.inherits, " "));
  }
  for (const TrendTerm& term : trend.terms)
    text += fmt::format("term {} {}\n", static_cast<int>(term.fold), term.step);
  return text + "vertex " + Layout(trend.vertex) + "\nwindow " + Layout(trend.window) + "\n";
}

std::string Join(const JoinPlan& join) {
  std::string text = fmt::format("join within {}\n", join.within);
  for (const JoinStage& stage : join.stages) {
    text += fmt::format("on {}\n", stage.key_text);
    for (const JoinSide& side : stage.sides) {
      text += fmt::format("side {} {} {} {}\n", side.name, side.kept, side.inputs.size(),
                          Layout(side.record));
    }
  }
  return text;
}

std::string Window(const Windowing& windowing) {
  return fmt::format("{} {} {} {}{} {}", static_cast<int>(windowing.kind), windowing.size,
                     windowing.slide, windowing.by_clock, windowing.watermarked,
                     Layout(windowing.record));
}

// Of the operators that remember something; of the others nothing.
struct OperatorDefinition {
  std::string operator()(const WindowOperator& op) const {
    return fmt::format("window {} {} {}\n", Window(op.windowing), op.text, Layout(op.held.entry));
  }
  std::string operator()(const AggregateOperator& op) const {
    return fmt::format("aggregate {} {} {}\n", Window(op.windowing), op.text,
                       Layout(op.sliding.held.entry));
  }
  std::string operator()(const LimitOperator& op) const {
    return fmt::format("limit {}\n", op.rows);
  }
  std::string operator()(const DistinctOperator& op) const {
    return fmt::format("distinct {} {}\n", op.text, Layout(op.record));
  }
  std::string operator()(const TapOperator& op) const {
    return fmt::format("tap {} {} [{}]\n", op.counter, op.gauge, fmt::join(op.labels, " "));
  }
  std::string operator()(const EnrichOperator&) const { return "enrich\n"; }
  template <typename Stateless>
  std::string operator()(const Stateless&) const {
    return "";
  }
};

}  // namespace

std::string StateDefinition(const Plan& plan, const StreamPlan& stream) {
  std::string text = Inputs(plan, stream) + Time(stream.time);
  if (stream.pattern) text += Pattern(*stream.pattern);
  if (stream.forecast) text += Forecast(*stream.forecast);
  if (stream.trend) text += Trend(*stream.trend);
  if (stream.join) text += Join(*stream.join);
  for (const Operator& op : stream.operators) text += std::visit(OperatorDefinition(), op);
  return text;
}

std::string StateDefinition(const Plan& plan, const Timer& timer) {
  return fmt::format("{} {} {}", plan.tables[timer.table].name, timer.interval,
                     timer.initial_delay);
}

}  // namespace varpulis::ir
