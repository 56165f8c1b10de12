#include "cli/watched_files.h"

#include <algorithm>
#include <thread>

#include <sys/stat.h>

#include "base/time.h"

namespace varpulis::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kGlance(50);
constexpr milliseconds kSettled(300);
// A file that something never stops writing to is read as it is.
constexpr milliseconds kMostUnsettled(3000);

}  // namespace

WatchedFiles::Stamp WatchedFiles::Look(const std::string& path) {
  struct stat found{};
  if (stat(path.c_str(), &found) != 0) return {};
  return {true, found.st_dev, found.st_ino, found.st_size,
          found.st_mtim.tv_sec * kNsPerSecond + found.st_mtim.tv_nsec};
}

WatchedFiles::Stamps WatchedFiles::LookAtAll() const {
  Stamps stamps;
  for (const auto& [path, stamp] : noted_) stamps.emplace(path, Look(path));
  return stamps;
}

void WatchedFiles::Note(const std::string& path) { noted_.emplace(path, Look(path)); }

std::string WatchedFiles::WaitForChange() const {
  Stamps last = LookAtAll();
  while (last == noted_) {
    std::this_thread::sleep_for(kGlance);
    last = LookAtAll();
  }
  const auto changed = std::mismatch(noted_.begin(), noted_.end(), last.begin()).first->first;
  const auto begin = steady_clock::now();
  auto since = begin;
  while (steady_clock::now() - since < kSettled && steady_clock::now() - begin < kMostUnsettled) {
    std::this_thread::sleep_for(kGlance);
    Stamps now = LookAtAll();
    if (now == last) continue;
    last = std::move(now);
    since = steady_clock::now();
  }
  return changed;
}

}  // namespace varpulis::cli
