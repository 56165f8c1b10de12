// Windows over random rows, in every mode, against a model that computes each result anew.

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "tests/cases/case_files.h"
#include "tests/differential/dice.h"
#include "tests/differential/window_model.h"
#include "tests/replay/replay.h"

namespace varpulis::testing {
namespace {

struct Form {
  const char* text;
  ModelWindow window;
};

std::vector<Form> Forms() {
  using Kind = ModelWindow::Kind;
  return {
      {"10s", {Kind::Tumbling, 10 * kNsPerSecond, 0}},
      {"5", {Kind::Count, 5, 0}},
      {"1", {Kind::Count, 1, 0}},
      {"10s, sliding: 3s", {Kind::Sliding, 10 * kNsPerSecond, 3 * kNsPerSecond}},
      {"30s, sliding: 1ms", {Kind::Sliding, 30 * kNsPerSecond, kNsPerMs}},
      {"2s, sliding: 7s", {Kind::Sliding, 2 * kNsPerSecond, 7 * kNsPerSecond}},
      {"9, sliding: 1", {Kind::SlidingCount, 9, 1}},
      {"4, sliding: 3", {Kind::SlidingCount, 4, 3}},
      {"2, sliding: 5", {Kind::SlidingCount, 2, 5}},
      {"session: 4s", {Kind::Session, 4 * kNsPerSecond, 0}},
  };
}

// Numbers are multiples of 1/4, so that sums are exact in every order of addition.
std::vector<ModelRow> RandomRows(Dice& dice, size_t count, bool late, std::string& events) {
  std::vector<ModelRow> rows;
  int64_t ms = 100'000;
  for (size_t i = 0; i < count; ++i) {
    if (dice.Chance(80)) ms += static_cast<int64_t>(dice.Roll(dice.Chance(5) ? 20'000 : 2'000));
    const bool steps_back = late && dice.Chance(15);
    const int64_t at = steps_back ? ms - static_cast<int64_t>(dice.Roll(15'000)) : ms;
    ModelRow row{at * kNsPerMs, dice.Pick({"", "1", "2", "\"a key of eighteen\""}), "", {}};
    const size_t kind = dice.Roll(10);
    const double number = static_cast<double>(dice.Roll(40)) / 4 - 5;
    // w is 1, or makes infinity minus infinity of the product.
    std::string w = "1.0";
    if (kind == 0) {
      row.value = "null";
    } else if (kind == 1) {
      row.value = dice.Pick({"\"text\"", "\"a text of twenty byte\""});
    } else if (kind == 2) {
      row.value = fmt::format("{}", static_cast<int64_t>(dice.Roll(9)) - 4);
      row.number = std::strtod(row.value.c_str(), nullptr);
    } else if (kind == 3) {
      row.value = "0.5";
      w = "0.0 * 1e999";
    } else if (kind > 4) {
      row.value = fmt::format("{:.2f}", number);
      while (row.value.ends_with("0") && !row.value.ends_with(".0")) row.value.pop_back();
      row.number = number;
    }
    std::vector<std::string> fields;
    if (!row.key.empty()) fields.push_back("\"k\":" + row.key);
    if (!row.value.empty()) fields.push_back("\"v\":" + row.value);
    fields.push_back(fmt::format("\"nan\":{}", w == "1.0" ? "false" : "true"));
    events += fmt::format("{{\"type\":\"E\",\"timestamp\":\"{}\",{}}}\n",
                          base::FormatTimestamp(row.time), fmt::join(fields, ","));
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string Line(TimestampNs time, const std::string& key, const std::string& fields) {
  const std::string first = key.empty() ? "" : "k: " + key + (fields.empty() ? "" : ", ");
  const std::string all = first + fields;
  return fmt::format("@{} S {{{}}}", base::FormatDuration(time),
                     all.empty() ? "" : " " + all + " ");
}

// One line per result with the aggregates of its rows, or one per row.
std::vector<std::string> ModelLines(const std::vector<ModelResult>& results, bool aggregate) {
  std::vector<std::string> lines;
  for (const ModelResult& result : results) {
    TimestampNs latest = kTimeMin;
    for (const ModelRow& row : result.rows) {
      latest = std::max(latest, row.time);
      if (aggregate) continue;
      lines.push_back(Line(row.time, row.key, row.value.empty() ? "" : "v: " + row.value));
    }
    if (aggregate) lines.push_back(Line(latest, result.key, ModelAggregates(result.rows)));
  }
  return lines;
}

// How rows come: in order of time, late, or late to a stream that waits for them.
enum class Arrival { InOrder, Late, Awaited };

void Compare(const Form& form, bool aggregate, Arrival arrival, uint64_t seed) {
  Dice dice(seed);
  std::string events;
  const std::vector<ModelRow> rows = RandomRows(dice, 300, arrival != Arrival::InOrder, events);
  // NaN has no text in events.
  std::string text =
      "event E:\n    nan: bool\n"
      "stream N = E .select(k: k, v: v, w: if nan then 1e308 * 1e308 - 1e308 * 1e308 else 1.0)\n";
  const bool awaited = arrival == Arrival::Awaited;
  text += fmt::format("stream S = N{} .partition_by(k) .window({})",
                      awaited ? " .watermark(out_of_order: 15s)" : "", form.text);
  if (aggregate) {
    text += ModelAggregateText();
    text +=
        " .emit(k: k, n: n, present: present, different: different, s: s, a: a, lo: lo, hi: hi, "
        "f: f, l: l, m: m, q: q, p99: p99, sd: sd, va: va, e: e, c: c)\n";
  } else {
    text += " .emit(k: k, v: v)\n";
  }
  const ReplayProgram program(text);
  ASSERT_EQ(program.failure(), "") << text;
  const std::vector<std::string> expected = ModelLines(
      awaited ? RunModelInOrder(form.window, rows) : RunModel(form.window, rows), aggregate);
  EXPECT_FALSE(expected.empty());
  for (const std::string& mode : AllModes()) {
    const ReplayResult result = program.Replay(events, mode);
    ASSERT_EQ(result.failure, "");
    ASSERT_EQ(cases::Diff(fmt::format("{}", fmt::join(expected, "\n")),
                          fmt::format("{}", fmt::join(result.output, "\n"))),
              "")
        << "seed " << seed << ", " << mode << "\n"
        << text;
  }
}

TEST(WindowTest, ResultsAreThoseOfRecomputation) {
  for (const Form& form : Forms()) {
    Compare(form, true, Arrival::InOrder, 1);
    Compare(form, true, Arrival::Late, 2);
  }
}

TEST(WindowTest, BatchesAreTheRowsOfTheWindow) {
  for (const Form& form : Forms()) {
    Compare(form, false, Arrival::InOrder, 3);
    Compare(form, false, Arrival::Late, 4);
  }
}

TEST(WindowTest, RowsWaitForTheWatermark) {
  for (const Form& form : Forms()) {
    // On the grid each row would be in 30,000 windows, which is refused.
    if (form.window.slide == kNsPerMs) continue;
    Compare(form, true, Arrival::Awaited, 5);
    Compare(form, false, Arrival::Awaited, 6);
  }
}

}  // namespace
}  // namespace varpulis::testing
