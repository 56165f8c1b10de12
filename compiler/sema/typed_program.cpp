#include "compiler/sema/typed_program.h"

#include <fmt/format.h>

#include "compiler/ir/connector_kind.h"

namespace varpulis::sema {
namespace {

std::string Items(const std::vector<NamedItem>& items) {
  std::string text;
  for (const NamedItem& item : items) {
    text += fmt::format("\n      {} = {}", item.name.empty() ? "_" : item.name, Print(*item.value));
  }
  return text;
}

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

std::string Parameters(const TypedProgram& program, uint32_t connector,
                       const std::vector<ir::ConfigItem>& parameters) {
  return ir::PrintParameters(program.connectors[connector].kind, parameters);
}

std::string PrintOperator(const TypedProgram& program, const TypedOperator& op) {
  if (const auto* where = std::get_if<WhereOp>(&op)) return "where " + Print(*where->condition);
  if (const auto* select = std::get_if<SelectOp>(&op)) return "select" + Items(select->items);
  if (const auto* emit = std::get_if<EmitOp>(&op)) {
    return fmt::format("emit as {}{}{}", emit->event_type,
                       emit->context ? " to context " + program.contexts[*emit->context].name : "",
                       emit->all_fields ? " all fields" : Items(emit->items));
  }
  if (const auto* to = std::get_if<ToOp>(&op)) {
    std::string text =
        fmt::format("to {} as {}({})", program.connectors[to->connector].name, to->event_type,
                    Parameters(program, to->connector, to->parameters));
    for (const TypedExprPtr& part : to->topic) text += " topic " + Print(*part);
    return text;
  }
  if (const auto* print = std::get_if<PrintOp>(&op)) {
    std::string text = "print";
    for (const TypedExprPtr& value : print->values) text += " " + Print(*value);
    return text;
  }
  if (const auto* process = std::get_if<ProcessOp>(&op)) return "process " + Print(*process->value);
  const auto& aggregate = std::get<AggregateOp>(op);
  std::string window =
      aggregate.window == WindowKind::Tumbling ? base::FormatDuration(aggregate.size)
      : aggregate.window == WindowKind::Count  ? fmt::format("{} rows", aggregate.size)
                                               : "running";
  return fmt::format("aggregate {}\n    by{}\n    items{}", window, Items(aggregate.keys),
                     Items(aggregate.items));
}

}  // namespace

std::string Print(const TypedProgram& program) {
  std::string text;
  for (const EventType& event : program.event_types) {
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
    if (stream.ingress) {
      text +=
          fmt::format("\n  ingress {} from {}({})", stream.ingress->event_type,
                      program.connectors[stream.ingress->connector].name,
                      Parameters(program, stream.ingress->connector, stream.ingress->parameters));
    }
    text += Roots(program, stream.roots, "  ");
    if (stream.pattern) {
      for (const TypedStep& step : stream.pattern->steps) {
        text +=
            fmt::format("\n  step {} {}", step.alias.empty() ? "_" : step.alias, step.type_name);
        text += Roots(program, step.roots, "    ");
        for (const TypedExprPtr& conjunct : step.conjuncts)
          text += "\n    where " + Print(*conjunct);
      }
      if (stream.pattern->within > 0) {
        text += "\n  within " + base::FormatDuration(stream.pattern->within);
      }
    }
    for (const TypedOperator& op : stream.operators) text += "\n  " + PrintOperator(program, op);
    text += "\n";
  }
  return text;
}

}  // namespace varpulis::sema
