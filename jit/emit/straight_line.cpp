#include "jit/emit/straight_line.h"

#include <algorithm>

namespace varpulis::jit {

namespace {

constexpr size_t kLongKernel = 400;

template <typename... T>
bool Is(const ir::Inst& inst) {
  return (std::holds_alternative<T>(inst) || ...);
}

// Numbers, flags, loads and stores; comparisons of text for equality with at worst one rare branch.
bool IsSimple(const ir::Inst& inst) {
  if (const auto* compare = std::get_if<ir::Compare>(&inst)) {
    return compare->type != ir::Type::Str || compare->predicate == ir::Predicate::Eq ||
           compare->predicate == ir::Predicate::Ne;
  }
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
         std::all_of(kernel.insts.begin(), kernel.insts.end(), IsSimple);
}

}  // namespace varpulis::jit
