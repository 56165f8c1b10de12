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

#include <map>
#include <string>
#include <vector>

namespace varpulis::testing {

struct CaseFile {
  std::string path;
  std::string header;  // all lines before the program
  std::string program;
  std::string input;
  std::vector<std::string> output;
  // `# not in <mode>: <reason>` in the header.
  std::map<std::string, std::string> excluded;
  std::string problem;  // why the file is no case; empty if it is one

  std::string Text() const;  // the file again
};

CaseFile ReadCase(const std::string& path);
void WriteCase(const CaseFile& file);

// Output lines with their times in one spelling, so that `@60s` and `@1m` are equal.
std::vector<std::string> Normalised(const std::vector<std::string>& output);
// The two lists as lines with `-` (only expected) and `+` (only actual); empty if they are equal.
std::string Difference(const std::vector<std::string>& expected, const std::vector<std::string>& actual);

}  // namespace varpulis::testing
