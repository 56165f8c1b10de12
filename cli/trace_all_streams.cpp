#include <unistd.h>

#include <string>
#include <utility>

#include <fmt/format.h>

#include "cli/output.h"
#include "cli/terminal.h"
#include "cli/trace.h"

namespace varpulis::cli {
namespace {

using exec::TraceEntry;
using Kind = TraceEntry::Kind;

class AllStreams final : public TraceView {
 public:
  AllStreams(const ir::Plan& plan, uint64_t events, TraceOutput out)
      : plan_(plan), events_(events), out_(out) {}

  void Write(const TraceEntry& entry) override {
    switch (entry.kind) {
      case Kind::Event:
        return BeginEvent(entry);
      case Kind::Offered:
        return Show(entry);
      case Kind::Passed:
        Line("    | Filter {} {}{}\n", Coloured("PASS", kGreen), StepName(entry), entry.condition);
        return;
      case Kind::Blocked:
        Line("    | Filter {} {}{}{}\n", Coloured("BLOCK", kRed), StepName(entry), entry.condition,
             entry.values.empty() ? "" : fmt::format("  ({})", entry.values));
        return;
      case Kind::Runs:
        Line("    pattern: {} active run(s), {} completed\n", entry.open_runs, entry.matches);
        return;
      case Kind::Emitted:
        Line("  <- {} emitted {}\n", plan_.streams[entry.stream].name, entry.fields);
        return;
      default:
        return;
    }
  }
  void Finish() override { EndEvent(); }

 private:
  static constexpr std::string_view kGreen = "32", kRed = "31";

  template <typename... Arguments>
  void Line(fmt::format_string<Arguments...> format, Arguments&&... arguments) const {
    out_(fmt::format(format, std::forward<Arguments>(arguments)...));
  }
  void BeginEvent(const TraceEntry& entry) {
    EndEvent();
    in_event_ = true;
    matched_ = false;
    stream_ = UINT32_MAX;
    const std::string total = events_ > 0 ? fmt::format("/{}", events_) : "";
    Line("EVENT [{}{}] {} {}\n", entry.number + 1, total, entry.type, entry.fields);
  }
  void EndEvent() const {
    if (in_event_ && !matched_) Line("  -> no matching streams\n");
  }
  void Show(const TraceEntry& entry) {
    if (std::exchange(stream_, entry.stream) == entry.stream) return;
    matched_ = true;
    Line("  -> stream {} matched on {}\n", plan_.streams[entry.stream].name, entry.type);
  }
  // Of a pattern several steps may read the type.
  std::string StepName(const TraceEntry& entry) const {
    if (entry.step == UINT32_MAX) return {};
    const std::string& text = plan_.streams[entry.stream].pattern->steps[entry.step].text;
    return text.substr(0, text.find(" [")) + ": ";
  }
  std::string Coloured(std::string_view word, std::string_view colour) const {
    if (!UseColour(out_ == WriteStandardOutput ? STDOUT_FILENO : STDERR_FILENO))
      return std::string(word);
    return fmt::format("\x1b[{}m{}\x1b[0m", colour, word);
  }

  const ir::Plan& plan_;
  const uint64_t events_;
  const TraceOutput out_;
  bool in_event_ = false;
  bool matched_ = false;
  uint32_t stream_ = UINT32_MAX;  // the last one shown
};

}  // namespace

std::unique_ptr<TraceView> TraceAllStreams(const ir::Plan& plan, uint64_t events, TraceOutput out) {
  return std::make_unique<AllStreams>(plan, events, out);
}

}  // namespace varpulis::cli
