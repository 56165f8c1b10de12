#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/time.h"
#include "cli/terminal.h"
#include "cli/trace.h"

namespace varpulis::cli {
namespace {

using exec::TraceEntry;
using Kind = TraceEntry::Kind;

class OneMatch final : public MatchView {
 public:
  OneMatch(const ir::Plan& plan, uint64_t match, TraceOutput out)
      : plan_(plan), wanted_(match), out_(out) {}

  bool found() const override { return found_; }

  void Write(const TraceEntry& entry) override {
    switch (entry.kind) {
      case Kind::Event:
        number_ = entry.number;
        return;
      case Kind::Offered:
        row_ = {entry.type, entry.time, entry.fields, number_};
        return;
      case Kind::Opened:
      case Kind::Advanced:
        runs_[{entry.stream, entry.run}].push_back({entry.step, row_});
        return;
      case Kind::Matched:
        matches_[entry.stream] = MatchOf(entry);
        return;
      case Kind::Ended:
        runs_.erase({entry.stream, entry.run});
        return;
      case Kind::Emitted:
        if (++emitted_ == wanted_) Tell(entry);
        return;
      default:
        return;
    }
  }

 private:
  // An event of the input, or a row that a stream has made of one.
  struct Row {
    std::string type;
    TimestampNs time = 0;
    std::string fields;
    uint64_t number = 0;  // of the input's event
  };
  struct Taken {
    uint32_t step;
    Row row;
  };

  // The events of the run that are in the match, in the order in which they were taken.
  std::vector<Taken> MatchOf(const TraceEntry& entry) const {
    const auto run = runs_.find({entry.stream, entry.run});
    std::vector<Taken> taken = run == runs_.end() ? std::vector<Taken>() : run->second;
    // A run that matches with its first event has been told of as opened.
    const bool opens = taken.size() == 1 && taken.front().row.number == row_.number;
    if (entry.step != UINT32_MAX && !opens) taken.push_back({entry.step, row_});
    for (const pattern::ChosenElements& chosen : entry.chosen) {
      uint64_t place = 0;
      std::erase_if(taken, [&](const Taken& one) {
        if (one.step != chosen.step) return false;
        return !std::binary_search(chosen.places.begin(), chosen.places.end(), place++);
      });
    }
    return taken;
  }

  void Tell(const TraceEntry& entry) {
    found_ = true;
    const ir::StreamPlan& stream = plan_.streams[entry.stream];
    out_(fmt::format("output {}: {} {} {}\n", wanted_, entry.type,
                     base::FormatTimestamp(entry.time), entry.fields));
    if (!stream.pattern) return TellRow(stream.name);
    const std::vector<Taken>& match = matches_[entry.stream];
    size_t width = 0;
    for (const Taken& taken : match) width = std::max(width, StepText(stream, taken.step).size());
    for (const Taken& taken : match) {
      out_(fmt::format("  {:<{}}  {}  {}  {}\n", StepText(stream, taken.step), width,
                       base::FormatTimestamp(taken.row.time), taken.row.fields, Origin(taken.row)));
    }
    if (match.empty()) return;
    const DurationNs within = stream.pattern->within;
    const DurationNs span = match.back().row.time - match.front().row.time;
    out_(fmt::format("{} events in {}{}\n", match.size(), ReadableDuration(span),
                     within > 0 ? fmt::format(", within {}", ReadableDuration(within)) : ""));
  }

  void TellRow(const std::string& stream) const {
    out_(fmt::format("  {}  {}  {}  {}\n", row_.type, base::FormatTimestamp(row_.time), row_.fields,
                     Origin(row_)));
    out_(fmt::format("{} has no pattern: this is the last event that streams have read before\n",
                     stream));
  }

  static const std::string& StepText(const ir::StreamPlan& stream, uint32_t step) {
    return stream.pattern->steps[step].text;
  }

  std::string Origin(const Row& row) const {
    const bool is_made = std::any_of(plan_.streams.begin(), plan_.streams.end(),
                                     [&](const auto& stream) { return stream.name == row.type; });
    return fmt::format("({}event {})", is_made ? "made on " : "", row.number + 1);
  }

  const ir::Plan& plan_;
  const uint64_t wanted_;
  const TraceOutput out_;
  uint64_t number_ = 0;
  Row row_;
  std::map<std::pair<uint32_t, uint64_t>, std::vector<Taken>> runs_;  // by stream and run
  std::map<uint32_t, std::vector<Taken>> matches_;                    // by stream: the last one
  uint64_t emitted_ = 0;
  bool found_ = false;
};

}  // namespace

std::unique_ptr<MatchView> ExplainMatch(const ir::Plan& plan, uint64_t match, TraceOutput out) {
  return std::make_unique<OneMatch>(plan, match, out);
}

}  // namespace varpulis::cli
