#include "runtime/exec/affinity.h"

#ifdef __linux__
#include <pthread.h>
#include <sched.h>
#endif

namespace varpulis::exec {

#ifdef __linux__
namespace {

cpu_set_t UsableCores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  (void)sched_getaffinity(0, sizeof set, &set);
  return set;
}

bool Has(const cpu_set_t& set, int64_t core) {
  return core >= 0 && core < CPU_SETSIZE && CPU_ISSET(static_cast<size_t>(core), &set);
}

}  // namespace

std::vector<int64_t> MissingCores(const std::vector<int64_t>& cores) {
  const cpu_set_t usable = UsableCores();
  std::vector<int64_t> missing;
  for (const int64_t core : cores) {
    if (!Has(usable, core)) missing.push_back(core);
  }
  return missing;
}

void RunOnCores(const std::vector<int64_t>& cores) {
  const cpu_set_t usable = UsableCores();
  cpu_set_t wanted;
  CPU_ZERO(&wanted);
  for (const int64_t core : cores) {
    if (Has(usable, core)) CPU_SET(static_cast<size_t>(core), &wanted);
  }
  // Where it does not work out the thread runs anywhere, as it would without being asked.
  if (CPU_COUNT(&wanted) > 0) (void)pthread_setaffinity_np(pthread_self(), sizeof wanted, &wanted);
}
#else
std::vector<int64_t> MissingCores(const std::vector<int64_t>&) { return {}; }
void RunOnCores(const std::vector<int64_t>&) {}
#endif

}  // namespace varpulis::exec
