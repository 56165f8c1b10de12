#pragma once

// Reading a text in one go and showing what came out, for the tests of this folder.

#include <string>
#include <utility>
#include <vector>

#include "runtime/io/event_json.h"
#include "runtime/io/event_reader.h"

namespace varpulis::io::testing {

// An event table whose columns are all Any.
inline ir::Table DynamicTable(const std::string& type, const std::vector<std::string>& columns) {
  ir::Table table;
  table.name = table.event_type = type;
  for (const std::string& column : columns) {
    if (column == "*") table.event_column = static_cast<int>(table.columns.size());
    table.columns.push_back({column, ir::Type::Any});
  }
  return table;
}

// An event table with a declaration, all of whose fields are read.
inline ir::Table DeclaredTable(const std::string& type,
                               const std::vector<ir::DeclaredField>& fields) {
  ir::Table table;
  table.name = table.event_type = type;
  table.declared = true;
  table.fields = fields;
  for (const ir::DeclaredField& field : fields) table.columns.push_back({field.name, field.type});
  return table;
}

inline ir::Plan PlanOf(std::vector<ir::Table> tables) {
  ir::Plan plan;
  plan.tables = std::move(tables);
  return plan;
}

struct Reading {
  std::vector<std::string> events;  // in order of arrival, `unread` for those that nobody reads
  std::string error;
  std::vector<uint32_t> batches;  // events per call
  ReaderStatistics statistics;
};

// One event: `Type@ns {"column":value}`; IntText values have a trailing `t`, nulls are shown and
// missing values are not.
inline std::string Show(const row::RowTable& table, uint32_t row) {
  std::string out = table.schema().event_type + "@" + std::to_string(table.time(row)) + " {";
  bool is_first = true;
  for (uint32_t c = 0; c < table.schema().columns.size(); ++c) {
    abi::Cell cell = table.Get(c, row);
    if (cell.tag == abi::Tag::Missing) continue;
    if (!is_first) out += ',';
    is_first = false;
    AppendJsonString(out, table.schema().columns[c].name);
    out += ':';
    AppendJsonValue(out, cell);
    if (cell.tag == abi::Tag::IntText) out += 't';
    if (cell.tag == abi::Tag::Duration) out += "ns";
  }
  return out + "}";
}

inline Reading ReadAll(EventReader& reader, const ir::Plan& plan) {
  Reading reading;
  row::Batch batch(plan);
  while (true) {
    auto more = reader.Next(batch);
    if (!more.ok()) reading.error = more.status().message();
    if (!more.ok() || !*more) break;
    reading.batches.push_back(static_cast<uint32_t>(batch.order.size()));
    for (const row::RowRef& event : batch.order) {
      bool is_read = event.table != row::kUnreadTable;
      reading.events.push_back(is_read ? Show(batch.tables[event.table], event.row) : "unread");
    }
  }
  reading.statistics = reader.statistics();
  return reading;
}

inline Reading Read(const ir::Plan& plan, const std::string& text, ReaderOptions options = {},
                    const std::string& name = "events") {
  auto reader = EventReader::OverText(name, text, plan, std::move(options));
  return ReadAll(*reader, plan);
}

}  // namespace varpulis::io::testing
