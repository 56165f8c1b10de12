#pragma once

// What a contest reads: events in batches as an engine takes them.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/limits.h"
#include "compiler/ir/plan.h"
#include "runtime/row/table.h"

namespace varpulis::bench {

using Batches = std::vector<std::unique_ptr<row::Batch>>;

// `count` events in batches of limits::kBatchRows; append(batch, rows) fills one.
template <typename Append>
Batches FillBatches(const ir::Plan& plan, uint32_t count, const Append& append) {
  Batches batches;
  for (uint32_t first = 0; first < count; first += limits::kBatchRows) {
    batches.push_back(std::make_unique<row::Batch>(plan));
    append(*batches.back(), std::min(limits::kBatchRows, count - first));
  }
  return batches;
}

}  // namespace varpulis::bench
