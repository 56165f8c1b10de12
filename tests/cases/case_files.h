#pragma once

// Cases as text files that hold their own expectation. A suite says what a file should look like;
// the case passes when it looks like that, and blessing writes it.

#include <filesystem>
#include <string>
#include <string_view>

namespace varpulis::cases {

struct Verdict {
  std::string text;       // the whole file as it should be
  std::string complaint;  // what blessing cannot put right; empty if nothing
  bool skipped = false;   // this build cannot run the case
};

struct Suite {
  std::string name;
  std::filesystem::path root;
  std::string extension;  // ".vpl"
  Verdict (*judge)(const std::filesystem::path& file, std::string_view text);
};

// The main function of a runner: one GoogleTest per file of the suite, or with `--bless [path...]`
// the files below the paths (all without one) are rewritten.
int RunCases(int argc, char** argv, const Suite& suite);

// The lines that differ, with a few around them; empty when none does.
std::string Diff(std::string_view expected, std::string_view actual);

}  // namespace varpulis::cases
