#include <algorithm>
#include <cctype>
#include <optional>

#include "base/log.h"

namespace varpulis::log {
namespace {

std::optional<Level> ParseLevel(std::string_view text) {
  static constexpr std::string_view kNames[] = {"off", "error", "warn", "info", "debug", "trace"};
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return static_cast<char>(std::tolower(static_cast<uint8_t>(c))); });
  for (size_t i = 0; i < std::size(kNames); ++i) {
    const bool is_digit = lower.size() == 1 && lower[0] == static_cast<char>('0' + i);
    if (lower == kNames[i] || is_digit) return static_cast<Level>(i);
  }
  return std::nullopt;
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

bool IsTarget(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return std::isalnum(static_cast<uint8_t>(c)) != 0 || c == '_' || c == ':' || c == '-' ||
           c == '.';
  });
}

// Splits at commas outside of brackets: `[span{a=1,b=2}]` is one directive.
std::vector<std::string_view> Split(std::string_view text) {
  std::vector<std::string_view> parts;
  size_t begin = 0;
  int depth = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] == '[') ++depth;
    if (i < text.size() && text[i] == ']') --depth;
    if (i < text.size() && (text[i] != ',' || depth > 0)) continue;
    const std::string_view part = Trim(text.substr(begin, i - begin));
    if (!part.empty()) parts.push_back(part);
    begin = i + 1;
  }
  return parts;
}

}  // namespace

Filter Filter::Parse(std::string_view text, std::vector<std::string>& bad) {
  Filter filter;
  for (const std::string_view part : Split(text)) {
    if (part.find('[') != std::string_view::npos) {
      const size_t end = part.rfind(']');
      const std::string_view rest = end == std::string_view::npos ? "?" : part.substr(end + 1);
      if (!rest.empty() && (rest[0] != '=' || !ParseLevel(rest.substr(1)))) bad.emplace_back(part);
      continue;
    }
    const size_t equals = part.find('=');
    const std::string_view target = Trim(part.substr(0, equals));
    if (equals == std::string_view::npos) {
      const std::optional<Level> level = ParseLevel(part);
      if (level) {
        filter.directives_.push_back({"", *level});
      } else if (IsTarget(target)) {
        filter.directives_.push_back({std::string(target), Level::Trace});
      } else {
        bad.emplace_back(part);
      }
      continue;
    }
    const std::optional<Level> level = ParseLevel(Trim(part.substr(equals + 1)));
    if (level && IsTarget(target)) {
      filter.directives_.push_back({std::string(target), *level});
    } else {
      bad.emplace_back(part);
    }
  }
  return filter;
}

Level Filter::LevelOf(std::string_view target) const {
  Level level = fallback_;
  size_t longest = 0;
  for (const Directive& directive : directives_) {
    if (!target.starts_with(directive.target) || directive.target.size() < longest) continue;
    longest = directive.target.size();
    level = directive.level;
  }
  return level;
}

}  // namespace varpulis::log
