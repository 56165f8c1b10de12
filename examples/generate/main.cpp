// Writes the events of an online shop as JSON lines, the same for the same seed everywhere.

#include <cstdint>
#include <string>
#include <string_view>

#include "examples/generate/command_line.h"
#include "examples/generate/shop.h"

namespace {

constexpr std::string_view kUsage =
    "usage: varpulis-generate-demo [--events N] [--seed S] [--out FILE]\n"
    "The events of an online shop with planted fraud, as JSON lines in order of time.\n"
    "  --events N   how many, default 200000\n"
    "  --seed S     the same seed gives the same events, default 1\n"
    "  --out FILE   default: standard output\n";

}  // namespace

int main(int argc, char** argv) {
  using namespace varpulis::generate;
  uint64_t events = 200'000;
  uint64_t seed = 1;
  std::string path;
  if (!ReadOptions(argc, argv,
                   {{"--events", &events, {}}, {"--seed", &seed, {}}, {"--out", nullptr, &path}})) {
    std::fwrite(kUsage.data(), 1, kUsage.size(), stderr);
    return 1;
  }
  OutputFile out(path);
  if (!out.Opened()) return 2;
  Shop shop(seed);
  for (uint64_t i = 0; i < events; ++i) out.Write(shop.Next() + "\n");
  return out.Close() ? 0 : 2;
}
