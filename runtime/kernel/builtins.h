#pragma once

// The scalar builtins of builtin_kind.def, one function each, in files by family. builtins.cpp
// builds the table from the list, so a builtin without a function does not link.

#include <string>
#include <string_view>

#include "base/limits.h"
#include "compiler/ir/kernel_abi.h"
#include "runtime/kernel/cell_ops.h"
#include "runtime/kernel/kernel_context.h"
#include "runtime/kernel/numbers.h"
#include "runtime/kernel/values.h"

namespace varpulis::kernel {

// A call in progress. The number of arguments was checked by Verify; unless a builtin is listed in
// builtins.cpp as seeing absent values, its arguments are present.
struct Call {
  abi::KernelFrame& frame;
  const Cell* arguments;
  size_t count;

  const Cell& operator[](size_t i) const { return arguments[i]; }
  abi::KernelContext& context() const { return *frame.context; }

  Cell Fail(EvalError error) const { return kernel::Fail(frame, error); }
  Cell WrongType() const { return Fail(EvalError::Type); }
  // The text as a new value; longer than kMaxStringBytes fails with Limit.
  Cell Text(std::string_view text) const {
    if (text.size() > limits::kMaxStringBytes) return Fail(EvalError::Limit);
    return Cell::Str(MakeText(context(), text));
  }
  Cell IntOr(const IntOutcome& outcome, Tag tag = Tag::Int) const {
    return outcome.ok ? Cell::Int(outcome.value, tag) : Fail(outcome.error);
  }
  // True if an array of that many elements may be made.
  static bool ArrayFits(uint64_t size) {
    return size <= static_cast<uint64_t>(limits::kMaxRangeElements);
  }
};

// Named as in VPL. Inside this namespace functions of the C library need their `std::`.
namespace builtin {
#define VPL_BUILTIN(name, min_arguments, max_arguments, result) Cell name(const Call& call);
#include "compiler/ir/builtin_kind.def"
}  // namespace builtin

}  // namespace varpulis::kernel
