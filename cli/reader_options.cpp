#include "cli/reader_options.h"

#include <string>

#include <fmt/format.h>

#include "base/time.h"

namespace varpulis::cli {

void AddReaderOptions(CLI::App& command, io::ReaderOptions& options) {
  command.add_flag("--skip-bad", options.skip_bad, "Count malformed lines and go on");
  command.add_flag("--streaming", options.streaming, "Bounded memory for any file size");
  command
      .add_option_function<std::string>(
          "--start",
          [&options](const std::string& text) {
            const auto start = base::ParseTimestamp(text);
            if (!start) {
              throw CLI::ValidationError(
                  "--start",
                  fmt::format("`{}` is not a timestamp such as 2026-03-01T00:00:00Z", text));
            }
            options.start = *start;
          },
          "Time of offset 0, default 1970-01-01T00:00:00Z")
      ->type_name("TIME");
  command.add_option("--event-type", options.default_type, "Type of lines without one");
  command.add_option("--time-field", options.time_field, "Field with the event time");
  command.add_option("--time-format", options.time_format, "strptime format of that field");
}

}  // namespace varpulis::cli
