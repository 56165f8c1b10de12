#pragma once

// Events A, B, C and X of many keys, one every millisecond. Each key goes through a script of its own, again
// and again, so that every loop knows what is open.

#include <array>
#include <cstdint>
#include <string_view>

#include "bench/columns.h"
#include "bench/ticks.h"

namespace varpulis::bench {

// The declarations that programs over letters begin with; they read `k` of each of them.
inline constexpr std::string_view kLetterEvents = R"(
event A:
    k: int
    v: int
event B:
    k: int
    v: int
event C:
    k: int
    v: int
event X:
    k: int
    v: int
)";

struct Letter {
  TimestampNs time = 0;
  char letter = 'A';
  int64_t key = 0;
  int64_t value = 0;  // 0 to 99
};

struct LetterScript {
  std::string_view text;  // of each key
  int64_t keys = 10'000;
  int64_t first_key = 0;
  bool in_turn = false;  // one key after the other instead of any
};

Batches MakeLetters(const ir::Plan& plan, const LetterScript& script, uint32_t count);

// The columns of one letter in a batch; `v` may not be read by the program.
struct LetterColumns {
  explicit LetterColumns(const row::RowTable& rows);

  const int64_t* key;
  const int64_t* value;  // null if nobody reads it
};

// Calls visit(letter) in the order of arrival.
template <typename Visit>
void ForLetters(const Batches& batches, const Visit& visit) {
  for (const auto& batch : batches) {
    std::vector<LetterColumns> columns;
    for (const row::RowTable& table : batch->tables) columns.emplace_back(table);
    for (const row::RowRef& event : batch->order) {
      const row::RowTable& table = batch->tables[event.table];
      const LetterColumns& rows = columns[event.table];
      visit(Letter{table.time(event.row), table.schema().event_type.front(), rows.key[event.row],
                   rows.value == nullptr ? 0 : rows.value[event.row]});
    }
  }
}

}  // namespace varpulis::bench
