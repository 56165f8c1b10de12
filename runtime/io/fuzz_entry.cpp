#include "runtime/io/fuzz_entry.h"

#include <string>

#include <simdjson.h>

#include "base/check.h"
#include "runtime/io/event_json.h"
#include "runtime/io/event_reader.h"

namespace varpulis::io {
namespace {

ir::Plan MakePlan() {
  ir::Plan plan;
  ir::Table dynamic;
  dynamic.name = dynamic.event_type = "A";
  dynamic.columns = {
      {"a", ir::Type::Any}, {"b", ir::Type::Any}, {"data", ir::Type::Any}, {"*", ir::Type::Any}};
  dynamic.event_column = 3;
  plan.tables.push_back(dynamic);
  ir::Table declared;
  declared.name = declared.event_type = "B";
  declared.declared = true;
  declared.fields = {{"i", ir::Type::Int, false},     {"f", ir::Type::Float, false},
                     {"s", ir::Type::Str, true},      {"t", ir::Type::Timestamp, false},
                     {"d", ir::Type::Duration, true}, {"b", ir::Type::Bool, true}};
  for (const ir::DeclaredField& field : declared.fields)
    declared.columns.push_back({field.name, field.type});
  declared.columns.push_back({"x", ir::Type::Any});
  plan.tables.push_back(declared);
  return plan;
}

void ShowRows(const row::Batch& batch) {
  std::string out;
  for (const row::RowTable& table : batch.tables) {
    for (uint32_t row = 0; row < table.rows(); ++row) {
      out.clear();
      FlatEventWriter writer(out);
      writer.Begin(table.schema().event_type, table.time(row));
      for (uint32_t c = 0; c < table.schema().columns.size(); ++c) {
        writer.Field(table.schema().columns[c].name, table.Get(c, row));
      }
      writer.End();
      VPL_CHECK(simdjson::validate_utf8(out), "not UTF-8: {}", out);
    }
  }
}

ReaderStatistics ReadAll(const std::string& name, const std::string& text, bool streaming) {
  static const ir::Plan kPlan = MakePlan();
  ReaderOptions options;
  options.skip_bad = true;
  options.streaming = streaming;
  options.batch_rows = 3;
  auto reader = EventReader::OverText(name, text, kPlan, options);
  row::Batch batch(kPlan);
  while (true) {
    auto more = reader->Next(batch);
    // Malformed lines are skipped; only a compressed file is refused.
    VPL_CHECK(more.ok() || more.status().code() == StatusCode::Unavailable, "{}",
              more.status().message());
    if (!more.ok() || !*more) break;
    ShowRows(batch);
  }
  return reader->statistics();
}

}  // namespace

ReaderStatistics FuzzReader(const uint8_t* data, size_t size) {
  std::string text(reinterpret_cast<const char*>(data), size);
  if (text.starts_with('c')) return ReadAll("fuzz.csv", text.substr(1), false);
  const ReaderStatistics ordered = ReadAll("fuzz", text, false);
  const ReaderStatistics streamed = ReadAll("fuzz", text, true);
  VPL_CHECK(ordered.events == streamed.events, "{}, {}", ordered.events, streamed.events);
  VPL_CHECK(ordered.bad_lines == streamed.bad_lines, "{}, {}", ordered.bad_lines,
            streamed.bad_lines);
  return ordered;
}

}  // namespace varpulis::io
