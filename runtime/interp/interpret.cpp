#include "runtime/interp/interpret.h"

#include "runtime/interp/machine.h"

namespace varpulis::interp {

void Interpret(abi::KernelFrame* frame, const void* code) {
  // Kernels do not call kernels, so one scratch vector per thread is enough.
  static thread_local std::vector<Cell> values;
  Machine machine(*frame, *static_cast<const ir::Kernel*>(code), values);
  for (uint64_t item = 0; item < frame->count; ++item) machine.RunItem(item);
}

kernel::KernelTable InterpretedTable(const std::vector<ir::Kernel>& kernels,
                                     std::shared_ptr<const kernel::RegexSet> regexes) {
  kernel::KernelTable table;
  for (ir::KernelId id = 0; id < kernels.size(); ++id) {
    const void* const* bound = regexes == nullptr ? nullptr : kernel::RegexesOf(*regexes, id);
    table.kernels_.push_back({Interpret, &kernels[id], bound});
  }
  table.regexes_ = std::move(regexes);
  return table;
}

}  // namespace varpulis::interp
