// Calling the program's functions, and what they may change besides their result.

#include <algorithm>

#include <absl/container/inlined_vector.h>

#include "base/check.h"
#include "base/limits.h"
#include "runtime/kernel/cell_ops.h"
#include "runtime/kernel/helpers.h"
#include "runtime/kernel/kernel_context.h"
#include "runtime/kernel/kernel_table.h"
#include "runtime/kernel/values.h"

namespace varpulis::kernel {
namespace {

// One level of nesting, as long as the call runs.
class Nesting {
 public:
  Nesting(abi::KernelContext& context, const char* here) : context_(context) {
    if (context.call_depth == 0) context.stack_base = here;
    const auto used = static_cast<size_t>(std::abs(context.stack_base - here));
    fits_ = context.call_depth < limits::kMaxCallDepth && used < limits::kMaxCallStackBytes &&
            context.work > 0;
    context.work -= limits::kWorkOfCall;
    ++context.call_depth;
  }
  ~Nesting() { --context_.call_depth; }
  Nesting(const Nesting&) = delete;
  Nesting& operator=(const Nesting&) = delete;
  bool fits() const { return fits_; }

 private:
  abi::KernelContext& context_;
  bool fits_;
};

// A function is a kernel over a table of one row: every argument is a column.
Cell CallFunction(abi::KernelFrame& frame, int64_t function, const Cell* arguments, size_t count) {
  const char here = 0;
  Nesting nesting(*frame.context, &here);
  if (!nesting.fits()) return Fail(frame, EvalError::Limit);
  absl::InlinedVector<abi::ColumnRef, 8> columns(count);
  for (size_t i = 0; i < count; ++i) columns[i] = {&arguments[i], nullptr};
  Cell result;
  const abi::OutRef out = {&result, nullptr};
  abi::KernelFrame call{};
  call.columns = columns.data();
  call.count = 1;
  call.outs = &out;
  call.globals = frame.globals;
  call.context = frame.context;
  frame.context->functions[function].Call(call);
  for (size_t i = 0; i < abi::kEvalErrorKinds; ++i) frame.errors[i] += call.errors[i];
  return result;
}

bool IsPair(const Cell& cell) { return cell.tag == Tag::Array && cell.array->size == 2; }

// Calls a function for one element after the other, with the same captures each time.
class ElementCall {
 public:
  ElementCall(abi::KernelFrame& frame, int64_t function, bool pair, const Cell* captures,
              size_t count)
      : frame_(frame), function_(function), pair_(pair), arguments_(1 + (pair ? 1 : 0)) {
    arguments_.insert(arguments_.end(), captures, captures + count);
  }
  Cell operator()(const Cell& element) {
    if (pair_) {
      arguments_[0] = IsPair(element) ? element.array->elements()[0] : Cell::Missing();
      arguments_[1] = IsPair(element) ? element.array->elements()[1] : Cell::Missing();
    } else {
      arguments_[0] = element;
    }
    return CallFunction(frame_, function_, arguments_.data(), arguments_.size());
  }

 private:
  abi::KernelFrame& frame_;
  int64_t function_;
  bool pair_;
  absl::InlinedVector<Cell, 4> arguments_;
};

Cell ForEach(abi::KernelFrame& frame, ir::EachOp op, const Cell& array, ElementCall call) {
  if (array.absent()) return Cell::Missing();
  if (array.tag != Tag::Array) return Fail(frame, EvalError::Type);
  std::vector<Cell> kept;
  for (uint64_t i = 0; i < array.array->size; ++i) {
    const Cell& element = array.array->elements()[i];
    const Cell result = call(element);
    if (op == ir::EachOp::Filter) {
      if (result.tag == Tag::Bool && result.boolean != 0) kept.push_back(element);
    } else if (result.tag != Tag::Missing) {
      kept.push_back(result);
    }
  }
  return MakeArray(frame, kept.data(), kept.size());
}

}  // namespace
}  // namespace varpulis::kernel

namespace varpulis::abi {

extern "C" {

void vpl_call_function(KernelFrame* frame, int64_t function, const Cell* arguments, int64_t count,
                       Cell* result) noexcept {
  *result = kernel::CallFunction(*frame, function, arguments, static_cast<size_t>(count));
}

void vpl_for_each(KernelFrame* frame, int64_t op, int64_t function, int64_t pair,
                  const Cell* arguments, int64_t count, Cell* result) noexcept {
  VPL_DCHECK(count >= 1);
  kernel::ElementCall call(*frame, function, pair != 0, arguments + 1,
                           static_cast<size_t>(count - 1));
  *result = kernel::ForEach(*frame, static_cast<ir::EachOp>(op), arguments[0], std::move(call));
}

void vpl_store_global(KernelFrame* frame, int64_t global, const Cell* value) noexcept {
  vpl_slot_store_cell(frame, &frame->context->globals[global], value);
}

void vpl_collect(KernelFrame* frame, int64_t event, const Cell* fields) noexcept {
  std::vector<CollectedEvent>& collected = frame->context->collected;
  if (collected.size() >= limits::kMaxCollectedEvents) {
    kernel::Fail(*frame, EvalError::Limit);
    return;
  }
  collected.push_back({static_cast<uint32_t>(event), *fields});
}

}  // extern "C"

}  // namespace varpulis::abi
