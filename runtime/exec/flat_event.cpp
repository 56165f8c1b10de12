#include "runtime/exec/flat_event.h"

#include "runtime/io/event_json.h"

namespace varpulis::exec {

void VisitOutput(const std::vector<std::string>& keys, const row::RowTable& rows, uint32_t row,
                 OutputVisitor visit) {
  std::string spread;
  for (uint32_t column = 0; column < keys.size(); ++column) {
    const std::string& key = keys[column];
    const abi::Cell value = rows.Get(column, row);
    if (key.empty() || value.tag == abi::Tag::Missing) continue;
    const bool whole = static_cast<int>(column) == rows.schema().event_column;
    if (!whole && !rows.schema().columns[column].spread) {
      visit(key, value);
      continue;
    }
    // The whole event, its fields under the prefix that follows the star.
    if (value.tag != abi::Tag::Map) continue;
    for (uint64_t i = 0; i < value.map->size; ++i) {
      const abi::MapEntry& entry = value.map->entries()[i];
      spread.assign(key, 1);
      spread += entry.key.view();
      visit(spread, entry.value);
    }
  }
}

void AppendFlatEvent(std::string& out, const std::vector<std::string>& keys,
                     const row::RowTable& rows, uint32_t row) {
  io::FlatEventWriter writer(out);
  writer.Begin(rows.schema().event_type, rows.time(row));
  VisitOutput(keys, rows, row,
              [&](const std::string& key, const abi::Cell& value) { writer.Field(key, value); });
  writer.End();
}

}  // namespace varpulis::exec
