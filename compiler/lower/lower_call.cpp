// Calls of functions and lambdas in expressions, and reads of what functions change.

#include <algorithm>

#include <fmt/format.h>

#include "base/check.h"
#include "compiler/lower/lower_expr.h"

namespace varpulis::lower {

using sema::TypedExpr;
using sema::TypedExprPtr;
using sema::TypedOp;

namespace {

// Larger bodies stay calls, and so do bodies that call: expansion must not multiply.
constexpr size_t kLargestInlined = 40;

size_t SizeOf(const TypedExpr& expr) {
  size_t size = 1;
  for (const TypedExprPtr& arg : expr.args) size += SizeOf(*arg);
  return size;
}

bool Calls(const TypedExpr& expr) {
  return expr.op == TypedOp::CallFunction || expr.op == TypedOp::MapEach ||
         expr.op == TypedOp::FilterEach ||
         std::any_of(expr.args.begin(), expr.args.end(),
                     [](const TypedExprPtr& arg) { return Calls(*arg); });
}

// The body to be put in place of a call, or null.
const TypedExpr* Inlined(const sema::TypedFunction& function) {
  const TypedExpr* body = sema::SingleExpression(function);
  if (body == nullptr || Calls(*body) || SizeOf(*body) > kLargestInlined) return nullptr;
  return body;
}

}  // namespace

ir::ValueId ExprLowering::Global(const TypedExpr& expr) {
  const uint32_t index = k_.GlobalName(expr.index, expr.text);
  // What functions assign may differ from one read to the next.
  const bool constant = !binding_.plan->globals[expr.index].assigned;
  return k_.Add(ir::LoadGlobal{index}, expr.text,
                constant ? fmt::format("global {}", expr.index) : std::string());
}

ir::ValueId ExprLowering::CallFunction(const TypedExpr& expr) {
  const sema::TypedFunction& function = binding_.program->functions[expr.index];
  if (Inlined(function) != nullptr) return Inline(function, expr);
  ir::CallFunction call{k_.FunctionName(expr.index, function.name), {}};
  for (const TypedExprPtr& arg : expr.args) call.arguments.push_back(AnyOf(*arg));
  return k_.Convert(k_.Add(std::move(call), function.name), expr.type);
}

// Arguments are evaluated once each, as a call would, and take the types of the parameters.
ir::ValueId ExprLowering::Inline(const sema::TypedFunction& function, const TypedExpr& call) {
  std::map<uint32_t, ir::ValueId> values;
  for (size_t i = 0; i < call.args.size(); ++i) {
    const uint32_t local = function.parameters[i];
    values[local] = k_.Convert(Value(*call.args[i]), function.body.locals[local].type);
  }
  Binding binding;
  binding.plan = binding_.plan;
  binding.program = binding_.program;
  binding.local = [&](KernelBuilder&, uint32_t local) {
    auto found = values.find(local);
    VPL_CHECK(found != values.end(), "{} has no local {}", function.name, local);
    return found->second;
  };
  ir::ValueId result = ExprLowering(k_, binding).Value(*Inlined(function));
  return k_.Convert(k_.Convert(result, function.result), call.type);
}

ir::ValueId ExprLowering::Each(const TypedExpr& expr) {
  const sema::TypedFunction& function = binding_.program->functions[expr.index];
  ir::ForEach each{expr.op == TypedOp::MapEach ? ir::EachOp::Map : ir::EachOp::Filter,
                   k_.FunctionName(expr.index, function.name),
                   expr.pair,
                   {}};
  for (const TypedExprPtr& arg : expr.args) each.arguments.push_back(AnyOf(*arg));
  return k_.Add(std::move(each), expr.op == TypedOp::MapEach ? "mapped" : "filtered");
}

}  // namespace varpulis::lower
