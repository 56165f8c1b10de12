#pragma once

// What a trace tells, one entry per thing that happened, in the order in which it happened.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/time.h"
#include "runtime/pattern/run_observer.h"

namespace varpulis::exec {

struct TraceEntry {
  enum class Kind : uint8_t {
    Event,      // an event of the input: type, time, fields
    Offered,    // a stream reads rows of that type; several times if several of its steps do
    Passed,     // a condition of its source, of the step, or among its operators is true
    Blocked,    // or false
    Opened,     // a run, which waits in `state` now
    NotOpened,  // why in `not_opened`
    Advanced,   // the run took step `step` and waits in `state` now
    Refused,    // the condition of an edge is false; of one that opens runs, `run` is 0
    TooLate,    // the event came `after` the run's last one, more than the step allows
    Matched,    // the run has a match
    Ended,      // why in `end`
    Runs,       // what the pattern has when it is done with the row: open runs, matches so far
    Emitted,    // an event of that type, with fields
  };
  Kind kind;
  uint32_t stream = 0;         // of the plan; all but Event
  uint64_t number = 0;         // Event: arrival number, from 0
  TimestampNs time = 0;        // Event, Offered, Opened (of the run's first event), Emitted
  std::string type = {};       // Event, Offered, Emitted
  std::string fields = {};     // Event, Offered, Emitted: as JSON
  std::string condition = {};  // Passed: all of it; Blocked, Refused: the first false conjunct
  std::string values = {};     // Blocked, Refused: `px = 4, t.px = 7`
  uint32_t step = UINT32_MAX;  // of the pattern: what the row was tried as, or taken for
  std::vector<pattern::ChosenElements> chosen = {};  // Matched
  uint64_t run = 0;
  uint32_t state = 0;
  uint64_t key = 0;  // Opened, Advanced: hash by which the run is found
  pattern::RunEnd end = pattern::RunEnd::Complete;
  pattern::NotOpened not_opened = pattern::NotOpened::Bound;
  DurationNs after = 0;
  uint64_t open_runs = 0, matches = 0;  // Runs
  // Runs: by which steps, and which key hash, the row was offered to the pattern.
  std::vector<std::pair<uint32_t, uint64_t>> hits = {};
};

using TraceWrite = std::function<void(const TraceEntry&)>;

}  // namespace varpulis::exec
