#include "compiler/lower/aggregates/accumulators.h"

#include <utility>

#include <fmt/format.h>

namespace varpulis::lower {
namespace {

double NumberOf(const sema::TypedExpr& literal) {
  return literal.op == sema::TypedOp::Int ? static_cast<double>(literal.integer) : literal.number;
}

}  // namespace

void AddAccumulators(const sema::TypedExpr& expr, uint32_t rows_slot, bool slides,
                     ir::RecordLayout& layout, Accumulators& all) {
  if (expr.op != sema::TypedOp::Aggregate) {
    for (const sema::TypedExprPtr& arg : expr.args) {
      AddAccumulators(*arg, rows_slot, slides, layout, all);
    }
    return;
  }
  std::string text = sema::Print(expr);
  if (all.contains(text)) return;
  Accumulator accumulator;
  AggregateCall call{static_cast<sema::AggregateKind>(expr.index)};
  call.rows_slot = rows_slot;
  call.slides = slides;
  call.has_argument = !expr.args.empty();
  if (call.has_argument) {
    accumulator.argument = expr.args.front().get();
    call.type = accumulator.argument->type;
  }
  if (expr.args.size() > 1) call.parameter = NumberOf(*expr.args[1]);
  accumulator.aggregate = MakeAggregate(call);
  accumulator.aggregate->AddSlots(layout, fmt::format("agg{}", all.size() + 1));
  all.emplace(std::move(text), std::move(accumulator));
}

}  // namespace varpulis::lower
