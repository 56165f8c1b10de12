#include "runtime/exec/row_text.h"

#include "runtime/exec/flat_event.h"
#include "runtime/io/event_json.h"

namespace varpulis::exec {
namespace {

void AppendField(std::string& text, std::string_view key, const abi::Cell& value) {
  if (value.tag == abi::Tag::Missing) return;
  text += text.empty() ? '{' : ',';
  io::AppendJsonString(text, key);
  text += ':';
  io::AppendJsonValue(text, value);
}

}  // namespace

std::string RowText(const row::RowTable& rows, uint32_t row) {
  const ir::Table& table = rows.schema();
  std::string text;
  if (table.event_column >= 0) {
    io::AppendJsonValue(text, rows.Get(static_cast<uint32_t>(table.event_column), row));
    return text;
  }
  for (uint32_t c = 0; c < table.columns.size(); ++c)
    AppendField(text, table.columns[c].name, rows.Get(c, row));
  return text.empty() ? "{}" : text + "}";
}

std::string RowText(const std::vector<std::string>& keys, const row::RowTable& rows, uint32_t row) {
  std::string text;
  VisitOutput(keys, rows, row, [&](const std::string& key, const abi::Cell& value) {
    AppendField(text, key, value);
  });
  return text.empty() ? "{}" : text + "}";
}

}  // namespace varpulis::exec
