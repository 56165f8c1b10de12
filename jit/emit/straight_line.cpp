#include "jit/emit/straight_line.h"

#include <algorithm>

#include "compiler/ir/kernel_abi.h"

namespace varpulis::jit {

namespace {

constexpr size_t kLongKernel = 400;

template <typename... T>
bool Is(const ir::Inst& inst) {
  return (std::holds_alternative<T>(inst) || ...);
}

// A constant in a cell: comparisons with it need no helper in the usual cases.
bool IsBoxedConstant(const ir::Kernel& kernel, ir::ValueId id) {
  const auto* box = std::get_if<ir::Box>(&kernel.insts[id]);
  return box != nullptr &&
         Is<ir::ConstBool, ir::ConstInt, ir::ConstFloat, ir::ConstStr>(kernel.insts[box->a]);
}

bool IsSimpleCompare(const ir::Kernel& kernel, const ir::Compare& compare) {
  if (compare.type == ir::Type::Any) {
    return IsBoxedConstant(kernel, compare.a) || IsBoxedConstant(kernel, compare.b);
  }
  return compare.type != ir::Type::Str || compare.predicate == ir::Predicate::Eq ||
         compare.predicate == ir::Predicate::Ne;
}

// Whether a text starts with a constant of up to four bytes is seen in its head.
bool IsShortPrefixTest(const ir::Kernel& kernel, const ir::StrTest& test) {
  const auto* constant = std::get_if<ir::ConstStr>(&kernel.insts[test.b]);
  return test.op == ir::StrTestOp::StartsWith && constant != nullptr &&
         kernel.strings[constant->string].size() <= sizeof(abi::VplString::prefix);
}

// Numbers, flags, loads and stores; comparisons of text for equality with at worst one rare branch.
bool IsSimple(const ir::Kernel& kernel, const ir::Inst& inst) {
  if (const auto* compare = std::get_if<ir::Compare>(&inst)) {
    return IsSimpleCompare(kernel, *compare);
  }
  if (const auto* test = std::get_if<ir::StrTest>(&inst)) return IsShortPrefixTest(kernel, *test);
  if (const auto* binary = std::get_if<ir::IntBinary>(&inst)) return binary->op != ir::IntOp::Pow;
  if (const auto* binary = std::get_if<ir::FloatBinary>(&inst)) {
    return binary->op != ir::FloatOp::Pow && binary->op != ir::FloatOp::Mod;
  }
  return Is<ir::ConstBool, ir::ConstInt, ir::ConstFloat, ir::ConstStr, ir::ConstAbsent,
            ir::LoadColumn, ir::LoadTime, ir::IntUnary, ir::FloatUnary, ir::IntToFloat, ir::Logic,
            ir::Not, ir::Truth, ir::NotValue, ir::IsAbsent, ir::Select, ir::Box, ir::ToNumber,
            ir::HashCombine, ir::StoreOut>(inst);
}

}  // namespace

bool IsStraightLine(const ir::Kernel& kernel) {
  return kernel.record.empty() && kernel.insts.size() < kLongKernel &&
         std::all_of(
             kernel.insts.begin(), kernel.insts.end(),
             [&](const ir::Inst& inst) { return IsSimple(kernel, inst); });
}

}  // namespace varpulis::jit
