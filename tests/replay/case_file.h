#pragma once

// A `.case` file: what it shows in one sentence, a program, events, and the expected output.
//
//   # A large transaction within five minutes of a login.
//   --- program
//   ...
//   --- input
//   @0s Login { user: "ana" }
//   --- output
//   @1m Alert { user: "ana" }
//   @1m Alert { user: "ana" } -> Mq alerts
//
// The last line is what `.to(Mq, topic: "alerts")` delivers. In front of the input there may be
//
//   --- lookups
//   Crm "ana" -> { "segment": "gold" }
//
// which says what `.enrich(Crm, ...)` finds (table_provider.h).

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/exec/bounds.h"

namespace varpulis::testing {

struct CaseFile {
  std::string header;  // all lines before the program
  std::string program;
  std::string lookups;
  std::string input;
  std::vector<std::string> output;
  // `# not in <mode>: <reason>` in the header.
  std::map<std::string, std::string> excluded;
  // `# with max_runs=2 max_closure=3 max_matches=4 max_reorder=5 overflow=sample(0.5)` in the header,
  // or some of it.
  exec::Bounds bounds;
  std::string problem;  // why the file is no case; empty if it is one

  std::string Text() const;  // the file again
};

CaseFile ParseCase(std::string_view text);

// Output lines with their times in one spelling, so that `@60s` and `@1m` are equal.
std::vector<std::string> Normalised(const std::vector<std::string>& output);

}  // namespace varpulis::testing
