#include <algorithm>
#include <cstring>

#include "runtime/exec/engine.h"

// Phase 1: event-local predicates and key hashes over whole columns.

namespace varpulis::exec {

void Engine::Classify(row::Batch& batch) {
  for (size_t i = 0; i < batch.tables.size(); ++i) {
    TableState& state = tables_[batch.table_ids[i]];
    if (batch.tables[i].rows() > 0) ClassifyTable(state, batch.tables[i]);
  }
}

void Engine::ClassifyTable(TableState& state, row::RowTable& rows) {
  uint32_t count = rows.rows();
  state.interesting.assign(count, 0);
  for (Consumer& consumer : state.consumers) {
    for (Input& input : consumer.inputs) {
      if (input.filter == ir::kNoKernel) {
        std::memset(state.interesting.data(), 1, count);
      } else {
        input.mask.resize(count);
        call_.Mask(input.filter, rows, 0, count, input.mask.data());
        for (uint32_t row = 0; row < count; ++row) state.interesting[row] |= input.mask[row];
      }
      if (input.hash == ir::kNoKernel) continue;
      input.hashes.resize(count);
      call_.Ints(input.hash, rows, 0, count, input.hashes.data());
    }
  }
}

}  // namespace varpulis::exec
