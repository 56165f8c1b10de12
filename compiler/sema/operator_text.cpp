#include "compiler/sema/operator_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

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

std::string Part(const char* name, const TypedExprPtr& value) {
  return value == nullptr ? std::string() : fmt::format("\n      {} = {}", name, Print(*value));
}

std::string Indented(std::string text, size_t columns) {
  for (size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 1)) {
    text.insert(at + 1, columns, ' ');
  }
  return text;
}

std::string WindowText(const Window& window) {
  const std::string grid = window.watermarked ? " on the grid" : "";
  const std::string by_clock = window.by_clock ? " by clock" : "";
  switch (window.kind) {
    case ir::WindowKind::None:
      return "running";
    case ir::WindowKind::Tumbling:
      return base::FormatDuration(window.size) + (grid.empty() ? by_clock : grid);
    case ir::WindowKind::Count:
      return fmt::format("{} rows", window.size);
    case ir::WindowKind::Sliding:
      return fmt::format("{} every {}{}", base::FormatDuration(window.size),
                         base::FormatDuration(window.slide), grid);
    case ir::WindowKind::SlidingCount:
      return fmt::format("{} rows every {}", window.size, window.slide);
    case ir::WindowKind::Session:
      return fmt::format("session {}{}", base::FormatDuration(window.size), by_clock);
    case ir::WindowKind::Delay:
      return fmt::format("delay {}", window.size);
    case ir::WindowKind::Batch:
      return "batch";
  }
  return "";
}

struct OperatorPrinter {
  const TypedProgram& program;

  std::string operator()(const WhereOp& op) const { return "where " + Print(*op.condition); }
  std::string operator()(const SelectOp& op) const { return "select" + Items(op.items); }
  std::string operator()(const EmitOp& op) const {
    return fmt::format("emit as {}{}{}", op.event_type,
                       op.context ? " to context " + program.contexts[*op.context].name : "",
                       op.all_fields ? " all fields" : Items(op.items));
  }
  std::string operator()(const ToOp& op) const {
    std::string text =
        fmt::format("to {} as {}({})", program.connectors[op.connector].name, op.event_type,
                    ParameterText(program, op.connector, op.parameters));
    for (const TypedExprPtr& part : op.topic) text += " topic " + Print(*part);
    return text;
  }
  std::string operator()(const PrintOp& op) const {
    std::string text = "print";
    for (const TypedExprPtr& value : op.values) text += " " + Print(*value);
    return text;
  }
  std::string operator()(const AggregateOp& op) const {
    return fmt::format("aggregate {}\n    by{}\n    items{}", WindowText(op.window),
                       Items(op.window.keys), Items(op.items));
  }
  std::string operator()(const WindowOp& op) const {
    return fmt::format("window {}\n    by{}", WindowText(op.window), Items(op.window.keys));
  }
  std::string operator()(const SortOp& op) const {
    std::string text = "order_by";
    for (const SortOp::Key& key : op.keys) {
      text += fmt::format("\n      {}{}", Print(*key.value), key.descending ? " desc" : "");
    }
    return text;
  }
  std::string operator()(const ProcessOp& op) const { return "process " + Print(*op.value); }
  std::string operator()(const LimitOp& op) const { return fmt::format("limit {}", op.rows); }
  std::string operator()(const DistinctOp& op) const {
    return "distinct " + (op.key == nullptr ? "all fields" : Print(*op.key));
  }
  std::string operator()(const MapOp& op) const { return "map " + Print(*op.value); }
  std::string operator()(const LogOp& op) const {
    std::string text = "log";
    if (op.level) text += fmt::format(" {}", ir::LevelName(*op.level));
    return text + Part("level", op.level_word) + Part("message", op.message) +
           Part("data", op.data);
  }
  std::string operator()(const TapOp& op) const {
    std::string text = "tap";
    if (!op.counter.empty()) text += " counter " + op.counter;
    if (!op.gauge.empty()) text += " gauge " + op.gauge;
    text += Part("value", op.value);
    if (!op.labels.empty()) text += "\n    labels" + Items(op.labels);
    if (!op.records.empty()) text += "\n    records" + Items(op.records);
    return text;
  }
  std::string operator()(const EnrichOp& op) const {
    std::string text =
        fmt::format("enrich {} [{}] timeout {}", program.connectors[op.connector].name,
                    fmt::join(op.fields, ", "), base::FormatDuration(op.timeout));
    if (op.cache_ttl > 0) text += " cached " + base::FormatDuration(op.cache_ttl);
    return text + Part("key", op.key) + Part("fallback", op.fallback);
  }
  std::string operator()(const AlertOp& op) const {
    std::string text = "alert " + (op.webhook.empty() ? "to the log" : op.webhook);
    for (const AlertOp::Part& part : op.parts) {
      text += part.value == nullptr ? fmt::format("\n      \"{}\"", part.text)
                                    : Part(part.text.c_str(), part.value);
    }
    return op.parts.empty() ? text + " all fields" : text;
  }
  std::string operator()(const ConcurrentOp& op) const {
    return fmt::format("concurrent {}", op.workers) + Part("by", op.key);
  }
  std::string operator()(const OnErrorOp& op) const {
    return fmt::format("on_error {}", ir::PolicyName(op.policy)) + Part("by", op.value);
  }
  std::string operator()(const ForkOp& op) const {
    std::string text = op.combine == ForkOp::Combine::First ? "fork first" : "fork";
    if (op.combine == ForkOp::Combine::AtLeast) text += fmt::format(" at least {}", op.needed);
    for (const ForkPath& path : op.paths) {
      text += fmt::format("\n    path {}", path.name);
      for (const TypedOperator& nested : path.operators) {
        text += "\n      " + Indented(OperatorText(program, nested), 4);
      }
    }
    return text;
  }
};

}  // namespace

std::string ParameterText(const TypedProgram& program, uint32_t connector,
                          const std::vector<ir::ConfigItem>& parameters) {
  return ir::PrintParameters(program.connectors[connector].kind, parameters);
}

std::string OperatorText(const TypedProgram& program, const TypedOperator& op) {
  return std::visit(OperatorPrinter{program}, op);
}

}  // namespace varpulis::sema
