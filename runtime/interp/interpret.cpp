#include "runtime/interp/interpret.h"

#include <deque>

#include "runtime/interp/machine.h"

namespace varpulis::interp {

namespace {

// Scratch memory of the kernels that are running on a thread, the innermost last: a kernel may call
// functions, which are kernels. Cells of a deque stay where they are when it grows.
class Scratch {
 public:
  Scratch() {
    if (depth_ == stack_.size()) stack_.emplace_back();
    values_ = &stack_[depth_++];
  }
  ~Scratch() { --depth_; }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  std::vector<Cell>& values() { return *values_; }

 private:
  static thread_local std::deque<std::vector<Cell>> stack_;
  static thread_local size_t depth_;
  std::vector<Cell>* values_;
};
thread_local std::deque<std::vector<Cell>> Scratch::stack_;
thread_local size_t Scratch::depth_ = 0;

}  // namespace

void Interpret(abi::KernelFrame* frame, const void* code) {
  Scratch scratch;
  Machine machine(*frame, *static_cast<const ir::Kernel*>(code), scratch.values());
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
