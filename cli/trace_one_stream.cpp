#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/time.h"
#include "cli/output.h"
#include "cli/terminal.h"
#include "cli/trace.h"

namespace varpulis::cli {
namespace {

using exec::TraceEntry;
using pattern::RunEnd;
using Kind = TraceEntry::Kind;

class OneStream final : public TraceView {
 public:
  OneStream(const ir::Plan& plan, uint32_t stream, TraceOutput out)
      : stream_(stream), plan_(plan.streams[stream]), out_(out) {}

  void Write(const TraceEntry& entry) override {
    if (entry.kind == Kind::Event) {
      event_ = entry;
      is_shown_ = false;
    } else if (entry.stream == stream_) {
      Tell(entry);
    }
  }

  void Finish() override {
    if (matches_ > 0) return out_(fmt::format("{} matches.\n", matches_));
    if (!plan_.pattern) return out_("nothing came through.\n");
    if (!nearest_) return out_(fmt::format("no match, and no run was opened: {}.\n", WhyNoRun()));
    std::string text = fmt::format("no match. Nearest: run {}, missing {}", NumberOf(*nearest_),
                                   WaitedFor(runs_.at(*nearest_).state));
    const Run& run = runs_.at(*nearest_);
    if (run.ended == RunEnd::Killed) text += "; it was ended by what must not come";
    if (run.ended == RunEnd::Broken) text += "; an event that did not fit broke it";
    if (run.ended == RunEnd::Evicted) text += "; it made room for another run";
    if (run.came_late > 0)
      text += fmt::format("; it came {} late", ReadableDuration(run.came_late));
    else if (!run.refused.empty())
      text += fmt::format("; the last that came did not fit: {}", run.refused);
    out_(text + ".\n");
  }

 private:
  struct Run {
    uint64_t number = 0;
    TimestampNs start = 0;
    uint32_t state = 0;
    uint64_t key = 0;
    size_t steps = 1;
    std::optional<RunEnd> ended = {};
    DurationNs came_late = 0;  // after its deadline, an event that it had waited for
    std::string refused = {};  // why the last event that it was offered did not fit
  };
  // Runs that are over and remembered, for events that come too late for them.
  static constexpr size_t kMostRuns = 100'000;

  void Tell(const TraceEntry& entry) {
    switch (entry.kind) {
      case Kind::Offered:
        happened_ = false;
        return;
      case Kind::Blocked:
        return Note(StepName(entry.step) + FalseCondition(entry));
      case Kind::Opened:
        return Open(entry);
      case Kind::NotOpened:
        return Note(WhyNotOpened(entry.not_opened));
      case Kind::Advanced:
        return Advance(entry);
      case Kind::Refused:
        return Refuse(entry);
      case Kind::TooLate:
        return Note(fmt::format("run {}: {} after its last event, more than {} allows",
                                NumberOf(entry.run), ReadableDuration(entry.after),
                                NameOf(entry.step)));
      case Kind::Matched:
        ++matches_;
        return Note(fmt::format("run {} matched", NumberOf(entry.run)));
      case Kind::Ended:
        return End(entry);
      case Kind::Runs:
        return NothingHappened(entry);
      case Kind::Emitted:
        matches_ += plan_.pattern ? 0 : 1;
        return Note("output " + entry.fields);
      default:
        return;
    }
  }

  // One line; the event is shown with the first one about it.
  void Note(const std::string& text) {
    happened_ = true;
    if (text.empty()) return;
    std::string head(is_shown_ ? 22 : 0, ' ');
    if (!std::exchange(is_shown_, true)) {
      head = fmt::format("{}  {:<16} {}\n", base::FormatTimestamp(event_.time), event_.type,
                         event_.fields) +
             std::string(22, ' ');
    }
    out_(head + text + "\n");
  }

  void Open(const TraceEntry& entry) {
    if (runs_.size() >= kMostRuns) runs_.erase(runs_.begin());
    Run& run = runs_[entry.run];
    run.number = ++opened_;
    run.start = entry.time;
    run.state = entry.state;
    run.key = entry.key;
    if (!nearest_ || !runs_.contains(*nearest_)) nearest_ = entry.run;
    Note(fmt::format("opened run {}", run.number));
  }

  void Advance(const TraceEntry& entry) {
    const auto run = runs_.find(entry.run);
    if (run == runs_.end()) return;
    const bool more = run->second.state == entry.state;
    run->second.state = entry.state;
    run->second.key = entry.key;
    run->second.refused.clear();
    run->second.steps += more ? 0 : 1;
    const auto nearest = nearest_ ? runs_.find(*nearest_) : runs_.end();
    if (nearest == runs_.end() || run->second.steps > nearest->second.steps) nearest_ = entry.run;
    const std::string step = NameOf(entry.step);
    Note(more ? fmt::format("run {} took one more {}", run->second.number, step)
              : fmt::format("run {} took step {}, waits for {}", run->second.number, step,
                            WaitedFor(entry.state)));
  }

  void Refuse(const TraceEntry& entry) {
    const std::string why = FalseCondition(entry);
    if (entry.run == 0) return Note(fmt::format("opens no run: {}", why));
    const auto run = runs_.find(entry.run);
    const bool negated = plan_.pattern->steps[entry.step].negated;
    if (run != runs_.end() && !negated) run->second.refused = why;
    Note(fmt::format("run {}{}: {}", NumberOf(entry.run), negated ? " is not ended" : "", why));
  }

  void End(const TraceEntry& entry) {
    const auto run = runs_.find(entry.run);
    if (run == runs_.end()) return;
    run->second.ended = entry.end;
    const uint64_t number = run->second.number;
    switch (entry.end) {
      case RunEnd::Complete:
        if (nearest_ == entry.run) nearest_.reset();
        runs_.erase(run);
        return;
      case RunEnd::Expired: {
        const TimestampNs due = run->second.start + plan_.pattern->within;
        return out_(fmt::format(
            "{}  run {} expired (within {} of {})\n", base::FormatTimestamp(due), number,
            ReadableDuration(plan_.pattern->within), base::FormatTimestamp(run->second.start)));
      }
      case RunEnd::Killed:
        return Note(fmt::format("run {} ended: this must not come", number));
      case RunEnd::Broken:
        return Note(fmt::format("run {} ended: the next event had to fit (.strict())", number));
      case RunEnd::Evicted:
        return Note(fmt::format("run {} made room for a new one", number));
      case RunEnd::Released:
        return;
    }
  }

  // The row was offered and nobody said anything: is there a run that it came too late for?
  void NothingHappened(const TraceEntry& entry) {
    for (const auto& [step, key] : entry.hits) {
      for (auto at = runs_.rbegin(); at != runs_.rend(); ++at) {
        Run& run = at->second;
        if (run.ended != RunEnd::Expired || !Waits(run, step, key)) continue;
        const DurationNs late = event_.time - run.start - plan_.pattern->within;
        if (run.came_late == 0) run.came_late = late;
        if (happened_) return;
        return Note(fmt::format("run {} expired {} ago", run.number, ReadableDuration(late)));
      }
    }
    if (happened_ || entry.hits.empty()) return;
    const bool forbidden = std::all_of(entry.hits.begin(), entry.hits.end(), [&](const auto& hit) {
      return plan_.pattern->steps[hit.first].negated;
    });
    if (forbidden) return Note("ends no run");
    Note(plan_.pattern->key_text.empty() ? "no run waits for it" : "no run for this key");
  }

  bool Waits(const Run& run, uint32_t step, uint64_t key) const {
    const auto& takes = plan_.pattern->states[run.state].takes;
    return std::any_of(takes.begin(), takes.end(), [&](uint32_t id) {
      const ir::PatternEdge& edge = plan_.pattern->edges[id];
      return edge.step == step && edge.to != run.state && (!edge.keyed || key == run.key);
    });
  }

  std::string WaitedFor(uint32_t state) const {
    std::vector<std::string> steps;
    for (const uint32_t id : plan_.pattern->states[state].takes) {
      const ir::PatternEdge& edge = plan_.pattern->edges[id];
      if (edge.to != state) steps.push_back(NameOf(edge.step));
    }
    if (steps.empty()) return "the end of its time";
    return fmt::format("{}", fmt::join(steps, " or "));
  }

  // `Purchase as b`, without its condition.
  std::string NameOf(uint32_t step) const {
    const std::string& text = plan_.pattern->steps[step].text;
    return text.substr(0, text.find(" ["));
  }
  // The same as the beginning of a line about a pattern's step.
  std::string StepName(uint32_t step) const {
    return step == UINT32_MAX || !plan_.pattern ? std::string() : NameOf(step) + ": ";
  }
  static std::string FalseCondition(const TraceEntry& entry) {
    if (entry.condition.empty()) return "another key";
    return fmt::format("{} is false{}", entry.condition,
                       entry.values.empty() ? "" : fmt::format(" ({})", entry.values));
  }
  static std::string WhyNotOpened(pattern::NotOpened why) {
    switch (why) {
      case pattern::NotOpened::Blocked:
        return "opens no run: what must not come before has come";
      case pattern::NotOpened::Growing:
        return "opens no run: another one is still in its first closure";
      case pattern::NotOpened::Bound:
        return "opens no run: there are too many";
    }
    return {};
  }
  std::string WhyNoRun() const {
    return event_.type.empty() ? "there were no events" : "no event fitted the first step";
  }
  uint64_t NumberOf(uint64_t run) const {
    const auto found = runs_.find(run);
    return found == runs_.end() ? 0 : found->second.number;
  }

  const uint32_t stream_;
  const ir::StreamPlan& plan_;
  const TraceOutput out_;
  TraceEntry event_{Kind::Event};
  bool is_shown_ = false;  // the event is
  bool happened_ = false;  // something was said about the row at hand
  uint64_t opened_ = 0;
  uint64_t matches_ = 0;
  std::map<uint64_t, Run> runs_;  // by the engine's number: in the order in which they were opened
  std::optional<uint64_t> nearest_;  // the one that took the most steps without a match
};

}  // namespace

std::unique_ptr<TraceView> TraceOneStream(const ir::Plan& plan, uint32_t stream, TraceOutput out) {
  return std::make_unique<OneStream>(plan, stream, out);
}

}  // namespace varpulis::cli
