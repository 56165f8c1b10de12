#include "runtime/interp/machine.h"

#include <cstring>
#include <type_traits>

#include "base/limits.h"
#include "runtime/interp/eval.h"
#include "runtime/kernel/kernel_context.h"

namespace varpulis::interp {

Machine::Machine(abi::KernelFrame& call, const ir::Kernel& code, std::vector<Cell>& values)
    : frame(call), kernel(code), values_(values) {
  const size_t cells = kernel.insts.size() + kernel.locals.size();
  if (values_.size() < cells) values_.resize(cells);
}

void Machine::RunItem(uint64_t item) {
  item_ = item;
  row_ = frame.rows != nullptr ? frame.rows[item] : frame.first_row + item;
  record_ = kernel.record.empty() ? nullptr : frame.records[item];
  for (uint32_t i = 0; i < kernel.locals.size(); ++i) local(i) = Cell::Missing();
  // A function works on what its caller has left. Finding out whether this kernel works at all
  // (ir::Works) would cost more than it saves.
  if (frame.context != nullptr && frame.context->call_depth == 0)
    frame.context->work = limits::kMaxWork;
  RunBlock(0);
  StoreResult();
}

Cell Machine::RunBlock(ir::BlockId block) {
  for (ir::ValueId id : kernel.blocks[block].insts) {
    std::visit(
        [&](const auto& inst) {
          if constexpr (std::is_void_v<decltype(Eval(*this, inst))>) {
            Eval(*this, inst);
          } else {
            values_[id] = Eval(*this, inst);
          }
        },
        kernel.insts[id]);
  }
  const ir::ValueId yield = kernel.blocks[block].yield;
  return yield == ir::kNoValue ? Cell::Missing() : values_[yield];
}

std::vector<Cell> Machine::Gather(const std::vector<ir::ValueId>& ids) const {
  std::vector<Cell> cells;
  cells.reserve(ids.size());
  for (ir::ValueId id : ids) cells.push_back(values_[id]);
  return cells;
}

void Machine::StoreResult() {
  if (kernel.result == ir::KernelResult::None) return;
  const Cell& result = values_[kernel.returned];
  if (kernel.result == ir::KernelResult::Bool) {
    frame.result_bytes[item_] = IsTrue(result) ? 1 : 0;
  } else {
    frame.result_ints[item_] = result.absent() ? 0 : result.integer;
  }
}

Cell Machine::Load(ir::Type type, const void* payload, abi::State state) {
  if (type == ir::Type::Any) {
    Cell cell;
    std::memcpy(&cell, payload, sizeof cell);
    return cell;
  }
  if (state != abi::kPresent) return Cell::Absent(state);
  Cell cell(kernel::TagOf(type));
  std::memcpy(cell.words, payload, ir::PayloadSize(type));
  return cell;
}

void Machine::StorePayload(const Cell& cell, ir::Type type, void* payload) {
  if (type == ir::Type::Any) {
    std::memcpy(payload, &cell, sizeof cell);
  } else {
    std::memcpy(payload, cell.words, ir::PayloadSize(type));
  }
}

}  // namespace varpulis::interp
