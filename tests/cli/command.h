#pragma once

// Runs the built `varpulis` as a caller would, without a shell in between.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace varpulis::cli_test {

// Where a standard stream of the command leads.
enum class Sink {
  Kept,       // the whole text is in the outcome
  FirstLine,  // a pipe whose reader goes away after a line, as `| head -1` does
  Closed,     // the command starts without this descriptor
  Full,       // /dev/full: every write fails
};

// A signal that the command gets once so many bytes of its standard output, or error, are there, which is kept.
// Without one it is left alone.
struct Interruption {
  int signal = 0;
  size_t after_bytes = 1;
  bool of_errors = false;
};

struct Call {
  std::vector<std::string> arguments;
  std::string input = {};  // standard input, a regular file
  bool piped = false;      // ... or a pipe
  bool held_open = false;  // ... that does not end before the command does
  Sink out = Sink::Kept;
  Sink err = Sink::Kept;
  Interruption interruption = {};
};

struct Outcome {
  int exit_code = -1;  // -1: ended by `signal`
  int signal = 0;
  std::string out;
  std::string err;

  // All that happened, for the message of a failed expectation.
  std::string Text() const;
};

// Waits for the end. A command that computes for more than a minute is killed by SIGXCPU.
Outcome Varpulis(const Call& call);
Outcome Varpulis(std::vector<std::string> arguments, std::string input = {});
// `simulate` of a program and of events (JSON lines or text), with further arguments.
Outcome Replay(const std::string& program, const std::string& events,
               const std::vector<std::string>& more = {});

std::vector<std::string> Lines(std::string_view text);
// The last line that is not empty.
std::string LastLine(std::string_view text);

// A folder for the files of one test, gone with it.
class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  // Writes the file and returns its path.
  std::string Write(const std::string& name, std::string_view text) const;
  std::string Path(const std::string& name) const { return (folder_ / name).string(); }

 private:
  std::filesystem::path folder_;
};

}  // namespace varpulis::cli_test
