// Writes a pack of detection rules, or log lines for one; the same for the same seed everywhere.

#include <cstdint>
#include <string>
#include <string_view>

#include "examples/generate/command_line.h"
#include "examples/generate/rule_pack.h"

namespace {

constexpr std::string_view kUsage =
    "usage: varpulis-generate-rules [--count N] [--seed S] [--events M] [--out FILE]\n"
    "A program of detection rules over log lines, or log lines of which some fit a rule.\n"
    "  --count N    rules in the program, default 4000\n"
    "  --seed S     the same seed gives the same rules and lines, default 1\n"
    "  --events M   write M log lines for that program as JSON, not the program\n"
    "  --out FILE   default: standard output\n";

}  // namespace

int main(int argc, char** argv) {
  using namespace varpulis::generate;
  uint64_t count = 4000;
  uint64_t seed = 1;
  uint64_t events = 0;
  std::string path;
  const bool understood = ReadOptions(argc, argv,
                                      {{"--count", &count, {}},
                                       {"--seed", &seed, {}},
                                       {"--events", &events, {}},
                                       {"--out", nullptr, &path}});
  if (!understood || count == 0) {
    std::fwrite(kUsage.data(), 1, kUsage.size(), stderr);
    return 1;
  }
  OutputFile out(path);
  if (!out.Opened()) return 2;
  RuleEvents lines(seed, count);
  for (uint64_t i = 0; i < events; ++i) out.Write(lines.Next() + "\n");
  if (events == 0) out.Write(RulePackText(seed, count));
  return out.Close() ? 0 : 2;
}
