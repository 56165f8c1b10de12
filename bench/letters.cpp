#include "bench/letters.h"

#include "base/check.h"

namespace varpulis::bench {
namespace {

class LetterSource {
 public:
  explicit LetterSource(const LetterScript& script)
      : script_(script), at_(static_cast<size_t>(script.keys)) {}

  void Append(row::Batch& batch) {
    const int64_t key = NextKey();
    size_t& at = at_[static_cast<size_t>(key)];
    const char letter = script_.text[at];
    at = (at + 1) % script_.text.size();
    const uint32_t index = TableOf(batch, letter);
    row::RowTable& table = batch.tables[index];
    const uint32_t row = table.AppendRow(time_ += kNsPerMs);
    Set(table, "k", row, script_.first_key + key);
    Set(table, "v", row, random_.Between(0, 99));
    batch.order.push_back({index, row});
  }

 private:
  int64_t NextKey() {
    if (!script_.in_turn) return random_.Between(0, script_.keys - 1);
    const int64_t key = next_key_;
    // A key says its whole script before the next one speaks.
    if (at_[static_cast<size_t>(key)] + 1 == script_.text.size())
      next_key_ = (next_key_ + 1) % script_.keys;
    return key;
  }

  static uint32_t TableOf(const row::Batch& batch, char letter) {
    for (uint32_t table = 0; table < batch.tables.size(); ++table) {
      if (batch.tables[table].schema().event_type == std::string(1, letter)) return table;
    }
    VPL_CHECK(false, "no program reads {}", letter);
    return 0;
  }

  static void Set(row::RowTable& table, const char* name, uint32_t row, int64_t value) {
    const int column = table.schema().Find(name);
    if (column >= 0) table.SetInt(static_cast<uint32_t>(column), row, value);
  }

  const LetterScript script_;
  std::vector<size_t> at_;  // by key: the place in its script
  int64_t next_key_ = 0;
  generate::Random random_{42};
  TimestampNs time_ = 1'750'000'000 * kNsPerSecond;
};

const int64_t* Values(const row::RowTable& rows, const char* name) {
  const int column = rows.schema().Find(name);
  return column < 0 ? nullptr : static_cast<const int64_t*>(rows.columns()[column].values);
}

}  // namespace

LetterColumns::LetterColumns(const row::RowTable& rows)
    : key(Values(rows, "k")), value(Values(rows, "v")) {}

Batches MakeLetters(const ir::Plan& plan, const LetterScript& script, uint32_t count) {
  LetterSource source(script);
  return FillBatches(plan, count, [&](row::Batch& batch, uint32_t rows) {
    for (uint32_t i = 0; i < rows; ++i) source.Append(batch);
  });
}

}  // namespace varpulis::bench
