#include <algorithm>

#include "runtime/exec/engine.h"
#include "runtime/kernel/record_state.h"

// What an engine remembers, for people. What is to be taken over by another engine is in engine_state.cpp.

namespace varpulis::exec {

void Engine::VisitRuns(uint32_t stream, size_t most,
                       const std::function<void(const OpenRun&)>& visit) {
  pattern::PatternState* state = streams_[stream].pattern.get();
  if (state == nullptr) return;
  const ir::RecordLayout& layout = plan_.streams[stream].pattern->run;
  const auto by_number = state->RunsByNumber();
  std::vector<std::pair<uint64_t, op::RecordId>> runs(by_number.begin(), by_number.end());
  std::sort(runs.begin(), runs.end());
  if (runs.size() > most) runs.resize(most);
  std::vector<std::pair<std::string_view, abi::Cell>> captured;
  for (const auto& [number, run] : runs) {
    state->ReadRecord(run, [&](const uint8_t* record) {
      captured.clear();
      for (const ir::RecordSlot& slot : layout.slots)
        captured.emplace_back(slot.name, kernel::SlotCell(slot, record));
      visit({state->state_of(run), state->start_of(run), captured});
    });
  }
}

void Engine::VisitVariables(
    const std::function<void(std::string_view, const abi::Cell&)>& visit) const {
  for (size_t i = 0; i < plan_.globals.size(); ++i) {
    if (plan_.globals[i].assigned) visit(plan_.globals[i].name, globals_[i]);
  }
}

}  // namespace varpulis::exec
