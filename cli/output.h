#pragma once

// Where the commands write. Standard output has the results, standard error everything for people.

#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace varpulis::cli {

// First thing in main: a closed pipe is an answer to a write and no signal, and no file that is
// opened later takes the number of a standard stream that the caller has closed.
void PrepareStandardStreams();

// Writes to standard output, past stdio. When nobody reads it any more (`| head -1`) the process
// ends quietly with kSuccess, as any filter does; when it cannot be written for another reason it
// ends with a line on standard error and kUsageError.
void WriteStandardOutput(std::string_view text);

// Writes to the file, or to standard output if `path` is empty or `-`. kUsageError, said, if the file cannot be written.
int WriteResult(std::string_view text, const std::string& path);

// Writes to standard error; what cannot be written there is lost.
void WriteStandardError(std::string_view text);

template <typename... Arguments>
void Show(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  WriteStandardOutput(fmt::format(format, std::forward<Arguments>(arguments)...));
}
template <typename... Arguments>
void Say(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  WriteStandardError(fmt::format(format, std::forward<Arguments>(arguments)...));
}

}  // namespace varpulis::cli
