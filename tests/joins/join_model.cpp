#include "tests/joins/join_model.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace varpulis::testing {
namespace {

// What one or several sides joined: the fields of each, nothing for a side that did not come.
struct Row {
  TimestampNs time = 0;
  std::map<size_t, std::map<std::string, std::string>> parts;
  bool kept = false;    // of a side that is kept
  bool paired = false;  // it has had a partner
  bool gone = false;    // its time is over
};

// The rows of both sides of one pair, in order of arrival.
struct Pair {
  std::vector<Row> rows[2];
};

class Model {
 public:
  explicit Model(const ModelJoin& join) : join_(join), pairs_(join.sides() - 1) {}

  void Take(const JoinEvent& event) {
    if (!join_.awaited) MoveClock(event);
    LetGo(join_.awaited ? std::min(event.time, Slowest()) : Slowest());
    Row row{event.time, {{event.side, event.fields}}};
    const size_t stage = event.side == 0 ? 0 : event.side - 1;
    Offer(stage, event.side == 0 ? 0 : 1, row);
  }

  void MoveClock(const JoinEvent& event) {
    TimestampNs& clock = clocks_.try_emplace(event.side, kTimeMin).first->second;
    clock = std::max(event.time, clock);
  }

  // Rows whose time lies before the clock; those of the left pairs first, for what they pass on.
  void LetGo(TimestampNs clock) {
    for (size_t stage = 0; stage < pairs_.size(); ++stage) {
      while (Row* row = Next(stage, clock)) {
        row->gone = true;
        if (!row->kept || row->paired) continue;
        Row alone{row->time + join_.within, row->parts};
        PassOn(stage, alone);
      }
    }
  }

  std::vector<std::string> lines;

 private:
  TimestampNs Slowest() const {
    TimestampNs slowest = kTimeMax;
    for (const auto& [side, clock] : clocks_) slowest = std::min(slowest, clock);
    return slowest;
  }

  // The oldest row whose time is over; of equal ones the first to arrive, whatever its side.
  Row* Next(size_t stage, TimestampNs clock) {
    Row* next = nullptr;
    for (std::vector<Row>& rows : pairs_[stage].rows) {
      for (Row& row : rows) {
        if (row.gone || row.time + join_.within >= clock) continue;
        if (next == nullptr || row.time < next->time) next = &row;
      }
    }
    return next;
  }

  static std::optional<std::string> Field(const Row& row, size_t side, const std::string& name) {
    const auto part = row.parts.find(side);
    if (part == row.parts.end()) return std::nullopt;
    const auto field = part->second.find(name);
    if (field == part->second.end() || field->second == "null") return std::nullopt;
    // Equal as keys: text that is an int arrives as one (decision D23).
    return field->second == "1.0" || field->second == "\"1\"" ? "1" : field->second;
  }

  // The values of its key; nothing if one of them is absent.
  std::optional<std::vector<std::string>> Key(size_t stage, size_t position, const Row& row) const {
    std::vector<std::string> key;
    for (const JoinEquality& equality : join_.keys[stage + 1]) {
      const auto value = position == 0 ? Field(row, equality.earlier, equality.left)
                                       : Field(row, stage + 1, equality.right);
      if (!value) return std::nullopt;
      key.push_back(*value);
    }
    return key;
  }

  // Of the rows with its key that of the greatest time, the later arrival of equal ones, if it is young enough.
  Row* Partner(size_t stage, size_t position, const Row& row) {
    const auto key = Key(stage, position, row);
    if (!key) return nullptr;
    Row* partner = nullptr;
    for (Row& other : pairs_[stage].rows[1 - position]) {
      if (other.gone || Key(stage, 1 - position, other) != key) continue;
      if (partner == nullptr || other.time >= partner->time) partner = &other;
    }
    return partner != nullptr && partner->time >= row.time - join_.within ? partner : nullptr;
  }

  void Offer(size_t stage, size_t position, Row row) {
    row.kept = position == 0 ? join_.keeps_left : join_.keeps_right;
    Row* partner = Partner(stage, position, row);
    row.paired = partner != nullptr;
    std::optional<Row> joined;
    if (partner != nullptr) {
      partner->paired = true;
      joined = Row{std::max(row.time, partner->time), row.parts};
      joined->parts.insert(partner->parts.begin(), partner->parts.end());
    }
    pairs_[stage].rows[position].push_back(std::move(row));
    if (joined) PassOn(stage, *joined);
  }

  void PassOn(size_t stage, const Row& row) {
    if (stage + 1 < pairs_.size()) return Offer(stage + 1, 0, row);
    std::vector<std::string> fields;
    for (size_t side = 0; side < join_.sides(); ++side) {
      const auto part = row.parts.find(side);
      fields.push_back(
          fmt::format("s{}: {}", side, part == row.parts.end() ? "null" : part->second.at("id")));
    }
    lines.push_back(
        fmt::format("@{} J {{ {} }}", base::FormatDuration(row.time), fmt::join(fields, ", ")));
  }

  const ModelJoin& join_;
  std::vector<Pair> pairs_;
  std::map<size_t, TimestampNs> clocks_;
};

}  // namespace

std::vector<std::string> RunJoinModel(const ModelJoin& join, const std::vector<JoinEvent>& events) {
  Model model(join);
  if (join.awaited) {
    for (const JoinEvent& event : events) model.MoveClock(event);
  }
  for (const JoinEvent& event : events) model.Take(event);
  model.LetGo(kTimeMax);
  return std::move(model.lines);
}

}  // namespace varpulis::testing
