#pragma once

// `simulate --trace`: what became of every event, for people.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli/commands.h"
#include "compiler/ir/plan.h"
#include "runtime/exec/bounds.h"
#include "runtime/exec/trace_entry.h"
#include "runtime/io/event_reader.h"

namespace varpulis::cli {

class TraceView {
 public:
  virtual ~TraceView() = default;
  virtual void Write(const exec::TraceEntry& entry) = 0;
  // Behind the last event.
  virtual void Finish() {}
};

// Where its lines go, line breaks included.
using TraceOutput = void (*)(std::string_view);

// All streams, event by event (language-later.md 13.2). `events`: how many there are, 0 if nobody knows.
std::unique_ptr<TraceView> TraceAllStreams(const ir::Plan& plan, uint64_t events, TraceOutput out);
// One stream: what its runs did, and why there is no match.
std::unique_ptr<TraceView> TraceOneStream(const ir::Plan& plan, uint32_t stream, TraceOutput out);
// The one for `--trace STREAM`, an empty name is all streams; null, said, if there is no such stream. Files
// that can be read twice are read to count their events.
std::unique_ptr<TraceView> OpenTrace(const ir::Plan& plan, const std::string& stream,
                                     const std::vector<std::string>& files,
                                     const io::ReaderOptions& options, TraceOutput out);

// The N-th output of the program, from 1, with the events that it is made of.
class MatchView : public TraceView {
 public:
  // Whether it has come.
  virtual bool found() const = 0;
};
std::unique_ptr<MatchView> ExplainMatch(const ir::Plan& plan, uint64_t match, TraceOutput out);

struct Replayed {
  const std::vector<std::string>& files;
  const io::ReaderOptions& reader;
  const exec::Bounds& bounds;
};
// Replays files for the view alone, interpreted, until `enough` says so.
ExitCode ReplayTraced(const ir::Plan& plan, const Replayed& replayed, TraceView& view,
                      const std::function<bool()>& enough);

}  // namespace varpulis::cli
