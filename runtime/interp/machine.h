#pragma once

// The state of one interpreted call: the item at hand and the value of every instruction so far.

#include <cstdint>
#include <vector>

#include "compiler/ir/kernel.h"
#include "compiler/ir/kernel_abi.h"
#include "runtime/kernel/cell_ops.h"

namespace varpulis::interp {

using abi::Cell;
using abi::EvalError;
using abi::Tag;

class Machine {
 public:
  // `values` is scratch memory of any content; it is grown to one cell per instruction and local.
  Machine(abi::KernelFrame& call, const ir::Kernel& code, std::vector<Cell>& values);

  void RunItem(uint64_t item);

  const Cell& operator[](ir::ValueId id) const { return values_[id]; }
  Cell RunBlock(ir::BlockId block);
  // The values side by side.
  std::vector<Cell> Gather(const std::vector<ir::ValueId>& ids) const;

  // The value at `payload`, stored as `type` is stored in columns and slots.
  static Cell Load(ir::Type type, const void* payload, abi::State state);
  // The same way back; cells that own memory are the caller's affair.
  static void StorePayload(const Cell& cell, ir::Type type, void* payload);

  Cell& local(uint32_t index) { return values_[kernel.insts.size() + index]; }

  uint64_t row() const { return row_; }
  uint64_t out_row() const { return frame.out_first + item_; }
  uint8_t* record() const { return record_; }

  // Counts the error; the operation has no value.
  Cell Fail(EvalError error) { return kernel::Fail(frame, error); }

  abi::KernelFrame& frame;
  const ir::Kernel& kernel;

 private:
  void StoreResult();

  std::vector<Cell>& values_;
  uint64_t item_ = 0;
  uint64_t row_ = 0;
  uint8_t* record_ = nullptr;
};

}  // namespace varpulis::interp
