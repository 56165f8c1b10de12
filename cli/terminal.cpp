#include "cli/terminal.h"

#include <unistd.h>

#include <chrono>
#include <cstdlib>

#include <fmt/format.h>

#include "cli/output.h"
#include "compiler/diagnostics/diagnostic.h"

namespace varpulis::cli {

std::string VersionText() { return "varpulis " VPL_VERSION; }

void ShowUnexpected(const std::vector<std::string>& unexpected) {
  static const std::vector<std::string> kCommands = {
      "simulate", "validate",  "check",  "parse",      "compile", "explain",  "fmt",
      "lsp",      "server",    "deploy", "list",       "logs",    "undeploy", "status",
      "inject",   "pipelines", "init",   "config-gen", "detect",  "analyze",  "infer"};
  for (const std::string& argument : unexpected) {
    Say("unexpected: {}\n", argument);
    std::string closest = diagnostics::ClosestName(argument, kCommands);
    if (!closest.empty()) Say("did you mean `varpulis {}`?\n", closest);
  }
}

bool IsTerminal(int fd) { return isatty(fd) == 1; }

bool UseColour(int fd) {
  const char* no_colour = std::getenv("NO_COLOR");
  return IsTerminal(fd) && (no_colour == nullptr || *no_colour == '\0');
}

double NowMs() {
  auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double, std::milli>(now).count();
}

std::string Readable(double number) {
  if (number >= 1e6) return fmt::format("{:.1f} M", number / 1e6);
  if (number >= 1e4) return fmt::format("{:.0f} k", number / 1e3);
  return fmt::format("{:.0f}", number);
}

std::string ReadableDuration(DurationNs duration) {
  static constexpr std::pair<DurationNs, const char*> kUnits[] = {{86'400'000'000'000, "d"},
                                                                  {3'600'000'000'000, "h"},
                                                                  {60'000'000'000, "m"},
                                                                  {1'000'000'000, "s"},
                                                                  {1'000'000, "ms"},
                                                                  {1'000, "us"},
                                                                  {1, "ns"}};
  for (size_t i = 0; i < std::size(kUnits); ++i) {
    const auto [unit, name] = kUnits[i];
    if (duration < unit) continue;
    std::string text = fmt::format("{}{}", duration / unit, name);
    // From seconds on one unit says enough.
    if (i < 3 && duration % unit >= kUnits[i + 1].first)
      text += fmt::format("{}{}", duration % unit / kUnits[i + 1].first, kUnits[i + 1].second);
    return text;
  }
  return "0s";
}

std::string ReadableBytes(double bytes) {
  static constexpr const char* kUnits[] = {"B", "KB", "MB", "GB", "TB"};
  size_t unit = 0;
  while (bytes >= 1000 && unit + 1 < std::size(kUnits)) {
    bytes /= 1000;
    ++unit;
  }
  return fmt::format("{:.{}f} {}", bytes, unit == 0 ? 0 : 1, kUnits[unit]);
}

}  // namespace varpulis::cli
