#include "connectors/contract/deadline.h"

#include <algorithm>
#include <cerrno>
#include <thread>

#include <poll.h>

namespace varpulis::connectors {

int64_t Deadline::LeftMs() const {
  if (stopped()) return 0;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(end_ - Clock::now());
  return std::max<int64_t>(left.count(), 0);
}

void Deadline::Sleep(int64_t ms) const {
  // In short pieces: the end of the program is to be noticed.
  constexpr int64_t kPieceMs = 20;
  const auto end = Clock::now() + std::chrono::milliseconds(ms);
  while (!is_over() && Clock::now() < end)
    std::this_thread::sleep_for(std::chrono::milliseconds(std::min(ms, kPieceMs)));
}

bool WaitFor(int descriptor, short events, const Deadline& deadline) {
  // In short pieces: the end of the program is to be noticed.
  constexpr int64_t kPieceMs = 100;
  while (!deadline.is_over()) {
    pollfd wanted{descriptor, events, 0};
    const int ready = poll(&wanted, 1, static_cast<int>(std::min(deadline.LeftMs(), kPieceMs)));
    if (ready > 0 || (ready < 0 && errno != EINTR)) return true;
  }
  return false;
}

}  // namespace varpulis::connectors
