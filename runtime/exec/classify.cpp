#include <algorithm>
#include <cstring>

#include "runtime/exec/engine.h"

// Phase 1: event-local predicates and key hashes over whole columns.

namespace varpulis::exec {

void Engine::Classify(const row::Batch& batch) {
  for (size_t i = 0; i < batch.tables.size(); ++i) {
    TableState& state = tables_[batch.table_ids[i]];
    if (batch.tables[i].rows() > 0) ClassifyTable(state, batch.tables[i]);
  }
  if (!lookups_.empty()) AskAhead(batch);
}

void Engine::ClassifyTable(TableState& state, const row::RowTable& rows) {
  uint32_t count = rows.rows();
  state.interesting.assign(count, 0);
  for (Consumer& consumer : state.consumers) {
    for (Input& input : consumer.inputs) {
      if (input.same_as != nullptr) continue;
      const bool repeated = input.by_key && !share_.counts_shared_errors();
      const auto errors = call_.error_counts();
      ClassifyInput(input, rows);
      if (repeated) {
        call_.set_error_counts(errors);
      } else if (input.followers > 0) {
        CountErrorsAgain(errors, input.followers);
      }
      if (input.mask.empty()) {
        std::memset(state.interesting.data(), 1, count);
      } else {
        for (uint32_t row = 0; row < count; ++row) state.interesting[row] |= input.mask[row];
      }
    }
  }
}

// What has gone wrong since then goes wrong for each of the others as well.
void Engine::CountErrorsAgain(const op::KernelCaller::ErrorCounts& before, uint32_t times) {
  op::KernelCaller::ErrorCounts counts = call_.error_counts();
  for (size_t i = 0; i < counts.size(); ++i) counts[i] += (counts[i] - before[i]) * times;
  call_.set_error_counts(counts);
}

void Engine::ClassifyInput(Input& input, const row::RowTable& rows) {
  const uint32_t count = rows.rows();
  if (input.ordered) return;
  if (input.filter != ir::kNoKernel) {
    input.mask.resize(count);
    call_.Mask(input.filter, rows, 0, count, input.mask.data());
  } else if (input.by_key) {
    input.mask.assign(count, 1);
  }
  if (input.hash == ir::kNoKernel) return;
  input.hashes.resize(count);
  call_.Ints(input.hash, rows, 0, count, input.hashes.data());
  if (!input.by_key) return;
  for (uint32_t row = 0; row < count; ++row) {
    input.mask[row] &= share_.Owns(static_cast<uint64_t>(input.hashes[row])) ? 1 : 0;
  }
}

}  // namespace varpulis::exec
