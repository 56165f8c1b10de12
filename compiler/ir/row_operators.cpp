#include "compiler/ir/row_operators.h"

namespace varpulis::ir {

std::string_view PolicyName(ErrorPolicy policy) {
  switch (policy) {
    case ErrorPolicy::Null:
      return "null";
    case ErrorPolicy::Skip:
      return "skip";
    case ErrorPolicy::Handle:
      return "handle";
    case ErrorPolicy::Stop:
      return "stop";
  }
  return "";
}

std::string_view LevelName(LogLevel level) {
  switch (level) {
    case LogLevel::Trace:
      return "trace";
    case LogLevel::Debug:
      return "debug";
    case LogLevel::Info:
      return "info";
    case LogLevel::Warn:
      return "warn";
    case LogLevel::Error:
      return "error";
  }
  return "";
}

LogLevel ParseLevel(std::string_view word) {
  for (LogLevel level : {LogLevel::Trace, LogLevel::Debug, LogLevel::Warn, LogLevel::Error}) {
    if (word == LevelName(level)) return level;
  }
  return word == "warning" ? LogLevel::Warn : LogLevel::Info;
}

}  // namespace varpulis::ir
