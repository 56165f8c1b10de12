#include "runtime/exec/json_sink.h"

#include "runtime/exec/flat_event.h"

namespace varpulis::exec {

void JsonSink::Emit(uint32_t, const std::vector<std::string>& keys, const row::RowTable& rows,
                    uint32_t row) {
  if (human_) lines_ += "OUTPUT EVENT: " + rows.schema().event_type + " - ";
  AppendFlatEvent(lines_, keys, rows, row);
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
