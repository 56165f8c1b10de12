#include "compiler/sema/typed_program.h"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/ir/connector_kind.h"
#include "compiler/sema/operator_text.h"

namespace varpulis::sema {
namespace {

std::string Roots(const TypedProgram& program, const std::vector<SourceRoot>& roots,
                  const char* indent) {
  std::string text;
  for (const SourceRoot& root : roots) {
    text += fmt::format(
        "\n{}from {} {}", indent, root.is_stream ? "stream" : "event",
        root.is_stream ? program.streams[root.index].name : program.event_types[root.index].name);
    for (const TypedExprPtr& condition : root.conditions) text += " if " + Print(*condition);
  }
  return text;
}

std::string JoinText(const TypedProgram& program, const TypedJoin& join) {
  std::string text;
  for (size_t side = 0; side < join.sides.size(); ++side) {
    text += fmt::format("\n  side {}{}", join.sides[side].alias, join.keeps(side) ? " (kept)" : "");
    text += Roots(program, join.sides[side].roots, "    ");
  }
  for (const TypedJoin::Keys& keys : join.keys) {
    for (const auto& [left, right] : keys)
      text += fmt::format("\n  on {} = {}", Print(*left), Print(*right));
  }
  return text + "\n  within " + base::FormatDuration(join.within);
}

// What is more than one step behind the other, as it is by default.
std::string FormText(const TypedPattern& pattern, bool has_matches) {
  static constexpr const char* kModes[] = {"longest", "each", "subsets"};
  static constexpr const char* kSelections[] = {"stam", "stnm", "strict", "any"};
  std::string text;
  const bool plain = std::all_of(
      pattern.steps.begin(), pattern.steps.end(),
      [](const TypedStep& step) { return step.repeat == Repeat::One && !step.negated; });
  const bool sequence = pattern.alternatives.size() == 1 &&
                        pattern.alternatives.front().kind == PatternNode::Kind::Sequence;
  for (const PatternNode& way : pattern.alternatives) {
    if (!plain || !sequence) text += "\n  form " + Print(way, pattern.steps);
  }
  for (const uint32_t step : pattern.forbidden) text += fmt::format("\n  never #{}", step);
  for (uint32_t i = 0; i < pattern.steps.size(); ++i) {
    if (!pattern.steps[i].is_closure() || !has_matches) continue;
    text +=
        fmt::format("\n  closure #{} {}", i, kModes[static_cast<size_t>(pattern.steps[i].mode)]);
  }
  if (pattern.selection != ir::Selection::Stam) {
    text += fmt::format("\n  select {}", kSelections[static_cast<size_t>(pattern.selection)]);
  }
  return text;
}

}  // namespace

const std::vector<TypedStep>* StepsOf(const TypedStream& stream) {
  if (stream.pattern) return &stream.pattern->steps;
  return stream.join ? &stream.join->sides : nullptr;
}

std::string Print(const TypedProgram& program) {
  std::string text;
  for (const EventType& event : program.event_types) {
    if (event.timer) {
      text += fmt::format("timer {} every {}, first after {}\n", event.name,
                          base::FormatDuration(event.timer->interval),
                          base::FormatDuration(event.timer->initial_delay));
      continue;
    }
    text += fmt::format("event {}{}\n", event.name, event.declared ? "" : " (undeclared)");
    for (const ShapeField& field : event.shape.fields) {
      text += fmt::format("  {}: {}{}\n", field.name, ir::TypeName(field.type),
                          field.optional ? "?" : "");
    }
  }
  for (const TypedConnector& connector : program.connectors) {
    text += fmt::format("connector {} = {}({})\n", connector.name, connector.kind,
                        ir::PrintParameters(connector.kind, connector.parameters));
  }
  for (const TypedContext& context : program.contexts) {
    text += "context " + context.name;
    for (const int64_t core : context.cores) text += fmt::format(" {}", core);
    text += "\n";
  }
  for (const TypedConfig& config : program.configs) {
    text += fmt::format("config {} {{{}}}\n", config.name, ir::Print(config.items));
  }
  for (const TypedBody& body : program.load) {
    const auto* set = body.statements.size() == 1
                          ? std::get_if<SetGlobal>(&body.statements.front().node)
                          : nullptr;
    if (set != nullptr) {
      text +=
          fmt::format("global {} = {}\n", program.globals[set->global].name, Print(*set->value));
    } else {
      text += "load\n" + Print(body.statements, "  ");
    }
  }
  for (const TypedFunction& function : program.functions) text += Print(function);
  for (const TypedStream& stream : program.streams) {
    text += fmt::format("stream {}{}", stream.name, stream.filter_only ? " (filter only)" : "");
    if (stream.context) text += "\n  context " + program.contexts[*stream.context].name;
    if (stream.time.out_of_order) {
      text += "\n  watermark " + base::FormatDuration(*stream.time.out_of_order);
    } else if (stream.time.watermarked) {
      text += "\n  watermark of its sources";
      if (stream.time.reorders) text += ", in order of time";
    }
    if (stream.time.lateness > 0) {
      text += "\n  lateness " + base::FormatDuration(stream.time.lateness);
    }
    if (stream.ingress) {
      text += fmt::format(
          "\n  ingress {} from {}({})", stream.ingress->event_type,
          program.connectors[stream.ingress->connector].name,
          ParameterText(program, stream.ingress->connector, stream.ingress->parameters));
    }
    text += Roots(program, stream.roots, "  ");
    if (stream.pattern) {
      for (const TypedStep& step : stream.pattern->steps) {
        text +=
            fmt::format("\n  step {} {}", step.alias.empty() ? "_" : step.alias, step.type_name);
        text += Roots(program, step.roots, "    ");
        for (const TypedExprPtr& conjunct : step.conjuncts)
          text += "\n    where " + Print(*conjunct);
        for (const TypedExprPtr& conjunct : step.more) text += "\n    more " + Print(*conjunct);
        if (step.within > 0) text += "\n    within " + base::FormatDuration(step.within);
      }
      text += FormText(*stream.pattern, !stream.trend);
      if (stream.pattern->within > 0) {
        text += "\n  within " + base::FormatDuration(stream.pattern->within);
      }
    }
    if (stream.trend) text += "\n  " + Print(*stream.trend);
    if (stream.join) text += JoinText(program, *stream.join);
    for (const TypedOperator& op : stream.operators) text += "\n  " + OperatorText(program, op);
    text += "\n";
  }
  return text;
}

}  // namespace varpulis::sema
