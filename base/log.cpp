#include "base/log.h"

#include <array>
#include <chrono>
#include <memory>
#include <mutex>

#include <fmt/format.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "base/time.h"

namespace varpulis::log {
namespace {

struct Registry {
  std::mutex mutex;
  std::vector<Target*> targets;
  Options options;
  bool started = false;
  // Replaced by StartLog; writers hold a copy while they write.
  std::shared_ptr<spdlog::sinks::sink> sink;
};

// Targets are objects of namespaces, which may be made before any other of this file.
Registry& TheRegistry() {
  static Registry registry;
  return registry;
}

constexpr std::array<std::string_view, 6> kNames = {"OFF",  "ERROR", "WARN",
                                                    "INFO", "DEBUG", "TRACE"};
constexpr std::array<std::string_view, 6> kColours = {"",         "\x1b[31m", "\x1b[33m",
                                                      "\x1b[32m", "\x1b[34m", "\x1b[35m"};

std::string TimeText(int64_t time_us) {
  std::string text;
  base::AppendTimestamp(text, time_us / 1'000'000 * kNsPerSecond);
  text.pop_back();  // the Z; always six digits, so that columns line up
  return fmt::format("{}.{:06}Z", text, time_us % 1'000'000);
}

void AppendJson(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<uint8_t>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  out += '"';
}

// Text that stands alone: what would look like a second field or line is quoted.
void AppendPlain(std::string& out, std::string_view text) {
  const bool plain = !text.empty() && text.find_first_of(" \"\\=\n\r\t") == std::string_view::npos;
  if (plain) {
    out += text;
  } else {
    AppendJson(out, text);
  }
}

void AppendNumber(std::string& out, const Field& field) {
  if (field.kind == Field::Kind::Int) out += fmt::format("{}", field.integer);
  if (field.kind == Field::Kind::Float) out += fmt::format("{:.3f}", field.number);
  if (field.kind == Field::Kind::Bool) out += field.integer != 0 ? "true" : "false";
}

// A message is one line whatever a program puts into it.
void AppendMessage(std::string& out, std::string_view message) {
  for (const char c : message) {
    if (static_cast<uint8_t>(c) >= 0x20 || c == '\t') {
      out += c;
    } else {
      out += c == '\n' ? "\\n" : fmt::format("\\x{:02x}", static_cast<unsigned>(c));
    }
  }
}

std::string TextRecord(const Options& options, int64_t time_us, Level level,
                       std::string_view target, std::string_view message,
                       std::initializer_list<Field> fields) {
  std::string line;
  if (options.timestamps) line += TimeText(time_us) + " ";
  const auto index = static_cast<size_t>(level);
  if (options.colour) line += kColours[index];
  line += fmt::format("{:>5}", kNames[index]);
  if (options.colour) line += "\x1b[0m";
  line += fmt::format(" {}: ", target);
  AppendMessage(line, message);
  for (const Field& field : fields) {
    line += ' ';
    line += field.name;
    line += '=';
    if (field.kind == Field::Kind::Text) {
      AppendPlain(line, field.text);
    } else {
      AppendNumber(line, field);
    }
  }
  return line;
}

std::string JsonRecord(const Options& options, int64_t time_us, Level level,
                       std::string_view target, std::string_view message,
                       std::initializer_list<Field> fields) {
  std::string line = "{";
  if (options.timestamps) line += fmt::format("\"timestamp\":\"{}\",", TimeText(time_us));
  line += fmt::format("\"level\":\"{}\",\"target\":\"{}\",\"message\":",
                      kNames[static_cast<size_t>(level)], target);
  AppendJson(line, message);
  for (const Field& field : fields) {
    line += ',';
    AppendJson(line, field.name);
    line += ':';
    if (field.kind == Field::Kind::Text) {
      AppendJson(line, field.text);
    } else {
      AppendNumber(line, field);
    }
  }
  return line + "}";
}

std::shared_ptr<spdlog::sinks::sink> MakeSink(const Options& options) {
  if (!options.file.empty()) {
    return std::make_shared<spdlog::sinks::rotating_file_sink_mt>(
        options.file, options.rotate_mb << 20, options.keep);
  }
  if (options.standard_error) return std::make_shared<spdlog::sinks::stderr_sink_mt>();
  return std::make_shared<spdlog::sinks::stdout_sink_mt>();
}

}  // namespace

Target::Target(const char* name) : name_(name) {
  Registry& registry = TheRegistry();
  std::lock_guard lock(registry.mutex);
  registry.targets.push_back(this);
  if (registry.started) set_level(registry.options.filter.LevelOf(name_));
}

std::string FormatRecord(const Options& options, int64_t time_us, Level level,
                         std::string_view target, std::string_view message,
                         std::initializer_list<Field> fields) {
  return options.json ? JsonRecord(options, time_us, level, target, message, fields)
                      : TextRecord(options, time_us, level, target, message, fields);
}

void Target::Write(Level level, std::string_view message,
                   std::initializer_list<Field> fields) const {
  Registry& registry = TheRegistry();
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const int64_t time_us = std::chrono::duration_cast<std::chrono::microseconds>(now).count();
  std::lock_guard lock(registry.mutex);
  if (!registry.sink) return;
  const std::string line = FormatRecord(registry.options, time_us, level, name_, message, fields);
  // A full disk must not end the process; the record is lost.
  try {
    registry.sink->log({spdlog::source_loc{}, name_, spdlog::level::info, line});
    registry.sink->flush();
  } catch (const spdlog::spdlog_ex&) {
  }
}

Status StartLog(const Options& options) {
  std::shared_ptr<spdlog::sinks::sink> sink;
  try {
    sink = MakeSink(options);
    // The line is finished: spdlog adds the line break.
    sink->set_formatter(std::make_unique<spdlog::pattern_formatter>("%v"));
  } catch (const spdlog::spdlog_ex& error) {
    return {StatusCode::IoError, fmt::format("{}: {}", options.file, error.what())};
  }
  Registry& registry = TheRegistry();
  std::lock_guard lock(registry.mutex);
  registry.options = options;
  registry.sink = std::move(sink);
  registry.started = true;
  for (Target* target : registry.targets) target->set_level(options.filter.LevelOf(target->name()));
  return {};
}

}  // namespace varpulis::log
