#include <algorithm>
#include <cstring>

#include "runtime/exec/engine.h"

// Phase 1: event-local predicates and key hashes over whole columns.

namespace varpulis::exec {

void Engine::Classify(const row::Batch& batch) {
  looks_ahead_ = false;
  for (size_t i = 0; i < batch.tables.size(); ++i) {
    TableState& state = tables_[batch.table_ids[i]];
    if (batch.tables[i].rows() > 0) ClassifyTable(state, batch.tables[i]);
    looks_ahead_ = looks_ahead_ || !state.ahead.empty();
  }
}

void Engine::ClassifyTable(TableState& state, const row::RowTable& rows) {
  uint32_t count = rows.rows();
  state.interesting.assign(count, 0);
  state.ahead.clear();
  for (Consumer& consumer : state.consumers) {
    pattern::PatternState* pattern = streams_[consumer.stream].pattern.get();
    const bool is_large = pattern != nullptr && pattern->is_large();
    for (Input& input : consumer.inputs) {
      if (is_large && input.hash != ir::kNoKernel && !input.ordered)
        state.ahead.push_back({&input, pattern});
      const bool repeated = input.by_key && !share_.counts_shared_errors();
      const auto errors = call_.error_counts();
      ClassifyInput(input, rows);
      if (repeated) call_.set_error_counts(errors);
      if (input.mask.empty()) {
        std::memset(state.interesting.data(), 1, count);
      } else {
        for (uint32_t row = 0; row < count; ++row) state.interesting[row] |= input.mask[row];
      }
    }
  }
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

// Runs are found at random places in memory. What will be looked for is asked for early, so that it is there
// when its row comes: first the place in the index, then the run that is found there.
void Engine::LookAhead(const row::Batch& batch, size_t at) {
  constexpr size_t kRowsToIndex = 16, kRowsToRun = 8;
  const auto for_row = [&](size_t distance, const auto& hint) {
    if (at + distance >= batch.order.size()) return;
    const row::RowRef& ref = batch.order[at + distance];
    if (ref.table == row::kUnreadTable) return;
    for (const Ahead& ahead : tables_[batch.table_ids[ref.table]].ahead) {
      const Input& input = *ahead.input;
      if (!input.mask.empty() && input.mask[ref.row] == 0) continue;
      hint(*ahead.pattern, input.step, static_cast<uint64_t>(input.hashes[ref.row]));
    }
  };
  for_row(kRowsToIndex, [](pattern::PatternState& pattern, uint32_t step, uint64_t hash) {
    pattern.PrefetchIndex(step, hash);
  });
  for_row(kRowsToRun, [](pattern::PatternState& pattern, uint32_t step, uint64_t hash) {
    pattern.PrefetchRun(step, hash);
  });
}

}  // namespace varpulis::exec
