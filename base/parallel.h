#pragma once

// Independent pieces of work on several threads.

#include <cstddef>
#include <functional>

namespace varpulis::base {

// Calls work(i) once for each i below `count`, on at most `threads` threads including this one, in no
// particular order; returns when all are done. With one thread, or one piece, nothing is started.
// `work` must not throw.
void ParallelFor(size_t count, unsigned threads, const std::function<void(size_t)>& work);

}  // namespace varpulis::base
