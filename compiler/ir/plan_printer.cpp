#include <fmt/format.h>

#include "base/time.h"
#include "compiler/ir/operator_text.h"
#include "compiler/ir/plan.h"
#include "compiler/ir/trend_groups.h"

namespace varpulis::ir {
namespace {

std::string KernelName(const Plan& plan, KernelId id) {
  return id == kNoKernel ? std::string("-") : plan.kernels[id].name;
}

std::string PrintPattern(const PatternPlan& pattern) {
  std::string text = "  pattern    ";
  for (size_t i = 0; i < pattern.steps.size(); ++i) {
    text += (i > 0 ? "\n          -> " : "") + pattern.steps[i].text;
  }
  if (pattern.within > 0) text += "\n             within " + base::FormatDuration(pattern.within);
  text += "\n";
  if (!pattern.key_text.empty()) text += fmt::format("             key {}\n", pattern.key_text);
  static constexpr const char* kModes[] = {"longest", "each", "subsets"};
  for (const Closure& closure : pattern.closures) {
    const std::string& alias = pattern.steps[closure.step].alias;
    text += fmt::format("             closure {}: {}, at most {} elements\n",
                        alias.empty() ? fmt::format("step{}", closure.step + 1) : alias,
                        kModes[static_cast<size_t>(closure.mode)], closure.limit);
  }
  if (pattern.selection == Selection::Stnm) text += "             stnm\n";
  if (pattern.selection == Selection::Strict) text += "             strict\n";
  if (pattern.selection == Selection::Any) text += "             any\n";
  return text + fmt::format("             run {}\n", SlotList(pattern.run));
}

std::string PrintForecast(const Plan& plan, const ForecastPlan& forecast) {
  std::string text = fmt::format("  forecast   {}\n             symbols {}\n", forecast.text,
                                 forecast.symbol_text);
  if (!forecast.key_text.empty())
    text += fmt::format("             a model per {}\n", forecast.key_text);
  const Table& table = plan.tables[forecast.table];
  return text +
         fmt::format("             row {}\n", table.columns.empty() ? "-" : ColumnList(table));
}

// What the vertices of each place are told apart by is what trends cost.
std::string PrintTrend(const TrendPlan& trend) {
  std::string text = "  trends     ";
  for (size_t i = 0; i < trend.steps.size(); ++i) {
    text += (i > 0 ? "\n          -> " : "") + trend.steps[i].text;
  }
  text += fmt::format("\n             within {}\n", base::FormatDuration(trend.within));
  if (!trend.key_text.empty()) text += fmt::format("             key {}\n", trend.key_text);
  text += fmt::format("             {}{}\n", trend.text, trend.updates ? "; with updates" : "");
  for (const TrendPlace& place : trend.places) {
    const std::string& alias = trend.steps[place.step].alias;
    text += fmt::format(
        "             place {}: {}", alias.empty() ? fmt::format("step{}", place.step + 1) : alias,
        place.bound == 0 ? "one total" : fmt::format("by {} event(s)", place.bound));
    if (!place.key_text.empty()) text += ", found by " + place.key_text;
    for (const TrendEdge& edge : place.edges) {
      const std::string guard = edge.guards.empty() ? "" : " if guarded";
      text += edge.from == TrendEdge::kBegin ? ", begins" + guard
                                             : fmt::format(", from {}{}", edge.from + 1, guard);
    }
    text += place.is_last ? ", last\n" : "\n";
  }
  if (!trend.vertex.empty())
    text += fmt::format("             vertex {}\n", SlotList(trend.vertex));
  return text + fmt::format("             window {}\n", SlotList(trend.window));
}

// With how many streams a closure is shared at run time, while that pays.
std::string PrintSharing(const Plan& plan, uint32_t stream, const std::vector<TrendGroup>& groups) {
  for (const TrendGroup& group : groups) {
    for (const TrendGroup::Member& member : group.members) {
      if (member.stream != stream) continue;
      const std::string& alias = plan.streams[stream].trend->steps[member.step].alias;
      return fmt::format("             shares {} with {} other stream(s)\n",
                         alias.empty() ? fmt::format("step{}", member.step + 1) : alias,
                         group.members.size() - 1);
    }
  }
  return "";
}

std::string PrintJoin(const JoinPlan& join) {
  std::string text;
  for (size_t s = 0; s < join.stages.size(); ++s) {
    const JoinStage& stage = join.stages[s];
    for (size_t i = s == 0 ? 0 : 1; i < stage.sides.size(); ++i) {
      text += fmt::format("{}{}{}", i == 0 ? "  join       " : "             with ",
                          stage.sides[i].name, stage.sides[i].kept ? " (kept)\n" : "\n");
    }
    text += fmt::format("             on {}\n", stage.key_text);
  }
  text += fmt::format("             within {}\n", base::FormatDuration(join.within));
  for (const JoinStage& stage : join.stages) {
    for (const JoinSide& side : stage.sides)
      text += fmt::format("             {} {}\n", side.name, SlotList(side.record));
  }
  return text;
}

std::string PrintTime(const TimeBounds& time) {
  std::string text;
  if (time.out_of_order) {
    text += fmt::format("  watermark  {} behind\n", base::FormatDuration(*time.out_of_order));
  } else if (time.watermarked) {
    text +=
        fmt::format("  watermark  of its sources{}\n", time.reorders ? ", in order of time" : "");
  }
  if (time.lateness > 0) {
    text += fmt::format("  lateness   {}\n", base::FormatDuration(time.lateness));
  }
  return text;
}

std::string PrintContext(const Context& context) {
  std::string cores;
  for (const int64_t core : context.cores) cores += fmt::format(" {}", core);
  return fmt::format("context {}{}\n", context.name, cores.empty() ? "" : "\n  cores     " + cores);
}

}  // namespace

std::string Print(const Plan& plan) {
  std::string text;
  for (const Table& table : plan.tables) {
    if (table.kind != Table::Kind::Event) continue;
    text += fmt::format("event {}{}\n  columns    {}\n", table.name,
                        table.declared ? "" : " (undeclared)",
                        table.columns.empty() ? "-" : ColumnList(table));
  }
  for (const Timer& timer : plan.timers) {
    text += fmt::format("timer {}\n  every      {}\n  first      after {}\n",
                        plan.tables[timer.table].name, base::FormatDuration(timer.interval),
                        base::FormatDuration(timer.initial_delay));
  }
  for (const Context& context : plan.contexts) text += PrintContext(context);
  const std::vector<TrendGroup> trend_groups = TrendGroups(plan);
  for (uint32_t s = 0; s < plan.streams.size(); ++s) {
    const StreamPlan& stream = plan.streams[s];
    text += fmt::format("stream {}\n", stream.name);
    if (!stream.context.empty()) text += fmt::format("  context    {}\n", stream.context);
    if (stream.ingress) {
      text += fmt::format("  ingress    {}\n", BindingText(stream.ingress->binding, {}));
    }
    text += PrintTime(stream.time);
    for (const StreamInput& input : stream.inputs) {
      text += fmt::format("  from       {}{}\n", plan.tables[input.table].name,
                          input.filter == kNoKernel ? "" : " if " + KernelName(plan, input.filter));
    }
    if (stream.inputs.empty() && !stream.pattern && !stream.trend && !stream.join)
      text += "  filters    in its readers\n";
    if (stream.pattern) text += PrintPattern(*stream.pattern);
    if (stream.forecast) text += PrintForecast(plan, *stream.forecast);
    if (stream.trend) text += PrintTrend(*stream.trend) + PrintSharing(plan, s, trend_groups);
    if (stream.join) text += PrintJoin(*stream.join);
    text += OperatorText(plan, stream);
    for (const ConcurrencyHint& hint : stream.concurrency) {
      text += fmt::format("  concurrent {} workers{}\n", hint.workers,
                          hint.key_text.empty() ? "" : " by " + hint.key_text);
    }
    if (stream.has_readers) text += "  feeds      other streams\n";
  }
  return text;
}

std::string PrintDot(const Plan& plan) {
  std::string text =
      "digraph plan {\n  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];\n";
  std::vector<std::string> nodes;
  for (const Table& table : plan.tables) nodes.push_back(table.name);
  for (const StreamPlan& stream : plan.streams) {
    for (const TableId id : stream.outputs) {
      if (plan.tables[id].kind == Table::Kind::Derived) nodes[id] = stream.name;
    }
  }
  for (const Table& table : plan.tables) {
    if (table.kind == Table::Kind::Derived) continue;
    text += fmt::format("  \"{}\" [shape=ellipse];\n", table.name);
  }
  for (const StreamPlan& stream : plan.streams) {
    text += fmt::format("  \"{}\";\n", stream.name);
    for (const StreamInput& input : stream.inputs) {
      text += fmt::format("  \"{}\" -> \"{}\";\n", nodes[input.table], stream.name);
    }
    for (const Operator& op : stream.operators) {
      if (const auto* enrich = std::get_if<EnrichOperator>(&op)) {
        const std::string& connector = plan.lookups[enrich->lookup].binding.connector;
        text += fmt::format("  \"connector {}\" [shape=cds];\n  \"connector {}\" -> \"{}\";\n",
                            connector, connector, stream.name);
      }
      const auto* to = std::get_if<ToOperator>(&op);
      if (to == nullptr) continue;
      const std::string& connector = plan.egresses[to->egress].binding.connector;
      text += fmt::format("  \"connector {}\" [shape=cds];\n  \"{}\" -> \"connector {}\";\n",
                          connector, stream.name, connector);
    }
    if (stream.join) {
      for (uint32_t i = 0; i < stream.join->side_count(); ++i) {
        const JoinSide& side = stream.join->side(i);
        for (const JoinInput& input : side.inputs) {
          text += fmt::format("  \"{}\" -> \"{}\" [label=\"{}\"];\n", nodes[input.table],
                              stream.name, side.name);
        }
      }
    }
    const std::vector<PatternStepPlan>* steps = StepsOf(stream);
    if (steps == nullptr) continue;
    for (size_t i = 0; i < steps->size(); ++i) {
      for (const StepInput& input : (*steps)[i].inputs) {
        text += fmt::format("  \"{}\" -> \"{}\" [label=\"step {}\"];\n", nodes[input.table],
                            stream.name, i + 1);
      }
    }
  }
  return text + "}\n";
}

}  // namespace varpulis::ir
