#include "bench/ticks.h"

#include <array>

#include <fmt/format.h>

#include "base/check.h"

namespace varpulis::bench {
namespace {

constexpr uint64_t kSeed = 42;
constexpr int64_t kSymbols = 1000;
constexpr std::array<std::string_view, 6> kVenues = {"XETRA", "PARIS",  "NASDAQ",
                                                     "NYSE",  "LONDON", "Tradegate Exchange"};
constexpr std::array<std::string_view, 5> kNotes = {
    "auction", "trading halted for news", "trading resumed after news",
    "opening call of the auction", "cross trade between two members"};

// Text of a batch lives in its arena, as if a decoder had written it.
abi::VplString Keep(row::Batch& batch, std::string_view text) {
  return abi::VplString::Borrow(batch.arena.Copy(text));
}

void SetField(row::Batch& batch, uint32_t column, uint32_t row, const Tick& tick) {
  row::RowTable& table = batch.tables[0];
  const std::string& name = table.schema().columns[column].name;
  if (name == "symbol") return table.SetStr(column, row, Keep(batch, tick.symbol));
  if (name == "venue") return table.SetStr(column, row, Keep(batch, tick.venue));
  if (name == "note") return table.SetStr(column, row, Keep(batch, tick.note));
  if (name == "price") return table.SetFloat(column, row, tick.price);
  VPL_CHECK(name == "volume", "a tick has no {}", name);
  table.SetInt(column, row, tick.volume);
}

void AppendTicks(row::Batch& batch, TickSource& source, uint32_t count) {
  row::RowTable& table = batch.tables[0];
  const auto columns = static_cast<uint32_t>(table.schema().columns.size());
  for (uint32_t i = 0; i < count; ++i) {
    const Tick tick = source.Next();
    const uint32_t row = table.AppendRow(tick.time);
    for (uint32_t column = 0; column < columns; ++column) {
      if (!source.IsMissing()) SetField(batch, column, row, tick);
    }
    batch.order.push_back({0, row});
  }
}

}  // namespace

Tick TickSource::Next() {
  time_ += kNsPerMs;
  Tick tick;
  tick.time = time_;
  tick.symbol = fmt::format("S{:04}", random_.Between(0, kSymbols - 1));
  tick.venue = random_.Pick(kVenues);
  tick.note = random_.Pick(kNotes);
  tick.price = static_cast<double>(random_.Between(100, 20'000)) / 100;
  tick.volume = random_.Between(1, 1000);
  return tick;
}

Batches MakeTicks(const ir::Plan& plan, uint32_t count) {
  TickSource source(kSeed);
  return FillBatches(plan, count,
                     [&](row::Batch& batch, uint32_t rows) { AppendTicks(batch, source, rows); });
}

std::unique_ptr<row::Batch> MakeTickTable(const ir::Plan& plan, uint32_t count) {
  TickSource source(kSeed);
  auto batch = std::make_unique<row::Batch>(plan);
  AppendTicks(*batch, source, count);
  return batch;
}

}  // namespace varpulis::bench
