#include "server/api/stream_summary.h"

#include <set>
#include <variant>

namespace varpulis::api {
namespace {

const char* NameOf(const ir::FilterOperator&) { return "where"; }
const char* NameOf(const ir::ProjectOperator&) { return "select"; }
const char* NameOf(const ir::EmitOperator&) { return "emit"; }
const char* NameOf(const ir::ToOperator&) { return "to"; }
const char* NameOf(const ir::PrintOperator&) { return "print"; }
const char* NameOf(const ir::WindowOperator&) { return "window"; }
const char* NameOf(const ir::AggregateOperator&) { return "aggregate"; }
const char* NameOf(const ir::SortOperator&) { return "order_by"; }
const char* NameOf(const ir::ProcessOperator&) { return "process"; }
const char* NameOf(const ir::LimitOperator&) { return "limit"; }
const char* NameOf(const ir::DistinctOperator&) { return "distinct"; }
const char* NameOf(const ir::LogOperator&) { return "log"; }
const char* NameOf(const ir::TapOperator&) { return "tap"; }
const char* NameOf(const ir::EnrichOperator&) { return "enrich"; }
const char* NameOf(const ir::AlertOperator&) { return "alert"; }
const char* NameOf(const ir::ForkOperator&) { return "fork"; }
// The end of a path of a fork, which nobody has written.
const char* NameOf(const ir::PathEndOperator&) { return nullptr; }

}  // namespace

std::string SourceText(const ir::Plan& plan, const ir::StreamPlan& stream) {
  std::string text;
  std::set<std::string> seen;
  for (const ir::TableId id : ir::InputTables(stream)) {
    const ir::Table& table = plan.tables[id];
    const std::string& name = table.event_type.empty() ? table.name : table.event_type;
    if (seen.insert(name).second) text += (text.empty() ? "" : ", ") + name;
  }
  return text;
}

std::vector<std::string> OperationNames(const ir::StreamPlan& stream) {
  std::vector<std::string> names;
  if (stream.pattern) names.emplace_back("pattern");
  if (stream.forecast) names.emplace_back("forecast");
  if (stream.trend) names.emplace_back("trend_aggregate");
  if (stream.join) names.emplace_back("join");
  for (const ir::Operator& op : stream.operators) {
    const char* name = std::visit([](const auto& one) { return NameOf(one); }, op);
    if (name != nullptr) names.emplace_back(name);
  }
  return names;
}

}  // namespace varpulis::api
