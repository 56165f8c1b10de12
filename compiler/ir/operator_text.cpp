#include "compiler/ir/operator_text.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/time.h"
#include "compiler/ir/connector_kind.h"

namespace varpulis::ir {
namespace {

// Each once, in order.
std::string EventTypes(const Plan& plan, const std::vector<TableId>& tables) {
  std::string text;
  std::vector<std::string_view> seen;
  for (TableId table : tables) {
    const std::string& type = plan.tables[table].event_type;
    if (std::find(seen.begin(), seen.end(), type) != seen.end()) continue;
    seen.push_back(type);
    text += (text.empty() ? "" : ", ") + type;
  }
  return text;
}

std::string WindowText(const Windowing& windowing) {
  const auto ns = [](int64_t size) { return base::FormatDuration(size); };
  const std::string grid = IsOnGrid(windowing) ? " on the grid" : "";
  const std::string by_clock = windowing.by_clock ? " by clock" : "";
  switch (windowing.kind) {
    case WindowKind::None:
      return "running";
    case WindowKind::Tumbling:
      return "tumbling " + ns(windowing.size) + (grid.empty() ? by_clock : grid);
    case WindowKind::Count:
      return fmt::format("count {}", windowing.size);
    case WindowKind::Sliding:
      return fmt::format("sliding {} every {}{}", ns(windowing.size), ns(windowing.slide), grid);
    case WindowKind::SlidingCount:
      return fmt::format("count {} every {}", windowing.size, windowing.slide);
    case WindowKind::Session:
      return "session " + ns(windowing.size) + by_clock;
    case WindowKind::Delay:
      return fmt::format("delay {}", windowing.size);
    case WindowKind::Batch:
      return "batch";
  }
  return "";
}

// What an operator does; its first word is the column that names the operator.
struct OperatorPrinter {
  const Plan& plan;

  std::string operator()(const FilterOperator& op) const { return "filter     " + op.text; }
  std::string operator()(const ProjectOperator& op) const {
    return fmt::format("project    {}", ColumnList(plan.tables[op.table]));
  }
  std::string operator()(const EmitOperator& op) const {
    return "emit       " + EventTypes(plan, op.tables);
  }
  std::string operator()(const ToOperator& op) const {
    const Egress& egress = plan.egresses[op.egress];
    return "to         " + BindingText(egress.binding, egress.topic_text);
  }
  std::string operator()(const ProcessOperator& op) const {
    return fmt::format("process    {}\nmakes {}", op.text, EventTypes(plan, op.tables));
  }
  std::string operator()(const PrintOperator& op) const {
    return op.whole_event
               ? std::string("print      the event")
               : fmt::format("print      {} value(s)", plan.tables[op.table].columns.size());
  }
  std::string operator()(const WindowOperator& op) const {
    return fmt::format("window     {}{}\nkeeps {}", WindowText(op.windowing),
                       op.text.empty() ? "" : "; " + op.text, SlotList(op.held.entry));
  }
  std::string operator()(const AggregateOperator& op) const {
    std::string text = fmt::format("aggregate  {}; {}\nrecord {}", WindowText(op.windowing),
                                   op.text, SlotList(op.windowing.record));
    if (HoldsEntries(op.windowing)) text += "\nkeeps " + SlotList(op.sliding.held.entry);
    return text;
  }
  std::string operator()(const SortOperator& op) const { return "sort       by " + op.text; }
  std::string operator()(const LimitOperator& op) const {
    return fmt::format("limit      {} row(s)", op.rows);
  }
  std::string operator()(const DistinctOperator& op) const {
    return fmt::format("distinct   {}\nrecord {}", op.text, SlotList(op.record));
  }
  std::string operator()(const LogOperator& op) const {
    return fmt::format("log        {}", op.level ? LevelName(*op.level) : "a level of the row");
  }
  std::string operator()(const TapOperator& op) const {
    std::string text = "tap       ";
    if (!op.counter.empty()) text += " counter " + op.counter;
    if (!op.gauge.empty()) text += " gauge " + op.gauge;
    if (!op.labels.empty()) text += fmt::format(" by {}", fmt::join(op.labels, ", "));
    if (!op.recorded.empty()) text += fmt::format(" record {}", fmt::join(op.recorded, ", "));
    return text;
  }
  std::string operator()(const EnrichOperator& op) const {
    const Lookup& lookup = plan.lookups[op.lookup];
    std::string text =
        fmt::format("enrich     {} by {}\nadds {}; timeout {}", BindingText(lookup.binding, ""),
                    op.text, fmt::join(op.fields, ", "), base::FormatDuration(lookup.timeout));
    if (op.cache_ttl > 0) text += "; cached for " + base::FormatDuration(op.cache_ttl);
    if (op.has_fallback) text += "; has a fallback";
    if (!op.early_keys.empty()) text += "; looked up ahead";
    return text;
  }
  std::string operator()(const AlertOperator& op) const {
    const Alert& alert = plan.alerts[op.alert];
    return "alert      " + (alert.webhook.empty() ? "to the log" : "to " + alert.webhook);
  }
  std::string operator()(const ForkOperator& op) const {
    switch (op.combine) {
      case ForkOperator::Combine::Each:
        return "fork       every path goes on";
      case ForkOperator::Combine::First:
        return "fork       the first path with a row goes on";
      case ForkOperator::Combine::AtLeast:
        return fmt::format("fork       one row if {} of {} paths have one: {}", op.needed,
                           op.paths.size(), ColumnList(plan.tables[op.table]));
    }
    return "";
  }
  std::string operator()(const PathEndOperator&) const { return ""; }
};

constexpr size_t kNameWidth = 11;

class StreamPrinter {
 public:
  StreamPrinter(const Plan& plan, const StreamPlan& stream) : plan_(plan), stream_(stream) {}

  std::string Print() {
    Lines(0, stream_.operators.size(), "  ");
    return std::move(text_);
  }

 private:
  // Operators begin .. end-1; the paths of a fork among them are printed below it.
  void Lines(size_t begin, size_t end, const std::string& indent) {
    for (size_t i = begin; i < end;) {
      const Operator& op = stream_.operators[i];
      if (std::holds_alternative<PathEndOperator>(op)) return;
      std::string lines = std::visit(OperatorPrinter{plan_}, op);
      const OnError& on_error = stream_.on_error[i];
      if (on_error.policy == ErrorPolicy::Handle) {
        const ErrorHandler& handler = stream_.handlers[on_error.handler];
        lines +=
            fmt::format("\non error in {}: {}", on_error.stage, plan_.tables[handler.table].name);
        for (const auto& [table, kernel] : handler.kernels) {
          lines +=
              fmt::format("\n  of {} by {}", plan_.tables[table].name, plan_.kernels[kernel].name);
        }
      } else if (on_error.policy != ErrorPolicy::Null) {
        lines += fmt::format("\non error {}", PolicyName(on_error.policy));
      }
      // What an operator says in further lines stands under what it does.
      for (size_t at = lines.find('\n'); at != std::string::npos; at = lines.find('\n', at + 1)) {
        lines.insert(at + 1, indent + std::string(kNameWidth, ' '));
      }
      text_ += indent + lines + "\n";
      const auto* fork = std::get_if<ForkOperator>(&op);
      if (fork == nullptr) {
        ++i;
        continue;
      }
      for (const ForkOperator::Path& path : fork->paths) {
        text_ += fmt::format("{}  path {}\n", indent, path.name);
        Lines(path.begin, fork->next, indent + "    ");
      }
      i = fork->next;
    }
  }

  const Plan& plan_;
  const StreamPlan& stream_;
  std::string text_;
};

}  // namespace

std::string ColumnList(const Table& table) {
  std::string text;
  for (const TableColumn& column : table.columns) {
    text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", column.name, TypeName(column.type));
  }
  return text;
}

std::string SlotList(const RecordLayout& record) {
  std::string text;
  for (const RecordSlot& slot : record.slots) text += (text.empty() ? "" : ", ") + slot.name;
  return fmt::format("{} bytes: {}", record.size, text);
}

std::string BindingText(const Binding& binding, const std::string& topic_text) {
  std::string text = fmt::format("{} = {}({})", binding.connector, binding.kind,
                                 PrintParameters(binding.kind, binding.parameters));
  if (!topic_text.empty()) return text + " topic " + topic_text;
  return binding.topic.empty() ? text : fmt::format("{} topic \"{}\"", text, binding.topic);
}

std::string OperatorText(const Plan& plan, const StreamPlan& stream) {
  return StreamPrinter(plan, stream).Print();
}

}  // namespace varpulis::ir
