#include "runtime/exec/json_sink.h"

#include "runtime/io/event_json.h"

namespace varpulis::exec {

void JsonSink::Emit(uint32_t, const std::vector<std::string>& keys, const row::RowTable& rows,
                    uint32_t row) {
  io::FlatEventWriter writer(lines_);
  const std::string& type = rows.schema().event_type;
  if (human_) lines_ += "OUTPUT EVENT: " + type + " - ";
  writer.Begin(type, rows.time(row));
  for (uint32_t column = 0; column < keys.size(); ++column) {
    const std::string& key = keys[column];
    abi::Cell value = rows.Get(column, row);
    if (key.empty() || value.tag == abi::Tag::Missing) continue;
    const bool whole = static_cast<int>(column) == rows.schema().event_column;
    if (!whole && !rows.schema().columns[column].spread) {
      writer.Field(key, value);
      continue;
    }
    // The whole event, its fields under the prefix that follows the star.
    if (value.tag != abi::Tag::Map) continue;
    for (uint64_t i = 0; i < value.map->size; ++i) {
      const abi::MapEntry& entry = value.map->entries()[i];
      key_.assign(key, 1);
      key_ += entry.key.view();
      writer.Field(key_, entry.value);
    }
  }
  writer.End();
  if (lines_.size() >= block_bytes_) Flush();
}

void JsonSink::Lines(std::string_view lines) {
  lines_ += lines;
  if (lines_.size() >= block_bytes_) Flush();
}

void JsonSink::Print(std::string_view line) {
  // Printed lines and events may share a stream: keep their order.
  Flush();
  print_(line);
}

void JsonSink::Log(ir::LogLevel level, std::string_view line) {
  Flush();
  log_(level, line);
}

void JsonSink::Flush() {
  if (lines_.empty()) return;
  write_(lines_);
  lines_.clear();
}

}  // namespace varpulis::exec
