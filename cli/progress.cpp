#include "cli/progress.h"

#include <unistd.h>

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "cli/output.h"
#include "cli/terminal.h"

namespace varpulis::cli {

Progress::Progress(const io::ReaderStatistics& input)
    : input_(input), shown_(IsTerminal(STDERR_FILENO)), begin_(NowMs()) {}

void Progress::Update() {
  if (!shown_) return;
  double now = NowMs();
  if (now - last_ < 100) return;
  last_ = now;
  double seconds = (now - begin_) / 1000;
  double rate = seconds > 0 ? static_cast<double>(input_.events) / seconds : 0;
  std::string bar;
  if (input_.total_bytes > 0) {
    constexpr int kWidth = 33;
    double done =
        std::min(1.0, static_cast<double>(input_.bytes) / static_cast<double>(input_.total_bytes));
    int filled = static_cast<int>(done * kWidth);
    for (int i = 0; i < kWidth; ++i) bar += i < filled ? "━" : "╌";
    bar += fmt::format(" {:3.0f}%", done * 100);
  }
  Say("\r\x1b[K{}  {}  {} events/s", bar, ReadableBytes(static_cast<double>(input_.bytes)),
      Readable(rate));
}

void Progress::Done() {
  if (shown_ && last_ > 0) Say("\r\x1b[K");
}

}  // namespace varpulis::cli
