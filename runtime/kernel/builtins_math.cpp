// Numbers: abs sqrt floor ceil round pow exp log log10 sin cos tan min max clamp.

#include <algorithm>
#include <cmath>

#include "runtime/kernel/builtins.h"

namespace varpulis::kernel {
namespace {

// One double to one double, in the domain that `allowed` accepts.
template <class Function, class Allowed>
Cell OnFloat(const Call& call, Function function, Allowed allowed) {
  if (!IsNumber(call[0])) return call.WrongType();
  double x = NumberOf(call[0]);
  return allowed(x) ? Cell::Float(function(x)) : call.Fail(EvalError::Domain);
}
constexpr auto kEverywhere = [](double) { return true; };

// Rounds to an int; an int is its own result.
template <class Function>
Cell ToWhole(const Call& call, Function function) {
  if (IsInt(call[0])) return Cell::Int(call[0].integer);
  if (call[0].tag != Tag::Float) return call.WrongType();
  return call.IntOr(TruncateToInt(function(call[0].number)));
}

double RoundToDigits(double x, int64_t digits) {
  // Outside these no double has, or is left with, a digit to round.
  if (digits > 308 || !std::isfinite(x)) return x;
  if (digits < -308) return std::copysign(0.0, x);
  double scale = std::pow(10.0, static_cast<double>(digits < 0 ? -digits : digits));
  double scaled = digits < 0 ? x / scale : x * scale;
  if (!std::isfinite(scaled)) return x;
  return digits < 0 ? std::round(scaled) * scale : std::round(scaled) / scale;
}

// Smallest or largest number: absent values are skipped, NaN only wins when nothing else is there,
// int if all are ints.
Cell Extreme(const Call& call, bool smallest) {
  const Cell* cells = call.arguments;
  size_t count = call.count;
  if (count == 1 && cells[0].tag == Tag::Array) {
    count = cells[0].array->size;
    cells = cells[0].array->elements();
  }
  bool all_ints = true;
  Cell best;
  for (size_t i = 0; i < count; ++i) {
    const Cell& cell = cells[i];
    if (cell.absent()) continue;
    if (!IsNumber(cell)) return call.WrongType();
    all_ints &= IsInt(cell);
    bool better = best.absent();
    if (!better && IsInt(best) && IsInt(cell)) {
      better = smallest ? cell.integer < best.integer : cell.integer > best.integer;
    } else if (!better) {
      double x = NumberOf(cell);
      double y = NumberOf(best);
      better = (smallest ? x < y : x > y) || std::isnan(y);
    }
    if (better) best = cell;
  }
  if (best.absent()) return Cell::Missing();
  return all_ints ? Cell::Int(best.integer) : Cell::Float(NumberOf(best));
}

}  // namespace

namespace builtin {

Cell abs(const Call& call) {
  if (call[0].tag == Tag::Float) return Cell::Float(std::fabs(call[0].number));
  if (!IsInt(call[0])) return call.WrongType();
  return call.IntOr(IntUnary(ir::IntUnaryOp::Abs, call[0].integer));
}

Cell sqrt(const Call& call) {
  return OnFloat(call, [](double x) { return std::sqrt(x); }, [](double x) { return !(x < 0); });
}

Cell floor(const Call& call) {
  return ToWhole(call, [](double x) { return std::floor(x); });
}
Cell ceil(const Call& call) {
  return ToWhole(call, [](double x) { return std::ceil(x); });
}
// With digits a float, without an int; halves away from zero.
Cell round(const Call& call) {
  if (call.count == 1) return ToWhole(call, [](double x) { return std::round(x); });
  if (!IsNumber(call[0]) || !IsInt(call[1])) return call.WrongType();
  return Cell::Float(RoundToDigits(NumberOf(call[0]), call[1].integer));
}

Cell pow(const Call& call) {
  if (!IsNumber(call[0]) || !IsNumber(call[1])) return call.WrongType();
  return BinaryAny(call.frame, ir::AnyOp::Pow, call[0], call[1]);
}

Cell exp(const Call& call) {
  return OnFloat(call, [](double x) { return std::exp(x); }, kEverywhere);
}
Cell log(const Call& call) {
  return OnFloat(call, [](double x) { return std::log(x); }, [](double x) { return !(x <= 0); });
}
Cell log10(const Call& call) {
  return OnFloat(call, [](double x) { return std::log10(x); }, [](double x) { return !(x <= 0); });
}
Cell sin(const Call& call) {
  return OnFloat(call, [](double x) { return std::sin(x); }, kEverywhere);
}
Cell cos(const Call& call) {
  return OnFloat(call, [](double x) { return std::cos(x); }, kEverywhere);
}
Cell tan(const Call& call) {
  return OnFloat(call, [](double x) { return std::tan(x); }, kEverywhere);
}

Cell min(const Call& call) { return Extreme(call, true); }
Cell max(const Call& call) { return Extreme(call, false); }

Cell clamp(const Call& call) {
  if (!IsNumber(call[0]) || !IsNumber(call[1]) || !IsNumber(call[2])) return call.WrongType();
  if (IsInt(call[0]) && IsInt(call[1]) && IsInt(call[2])) {
    if (call[1].integer > call[2].integer) return call.Fail(EvalError::Domain);
    return Cell::Int(std::clamp(call[0].integer, call[1].integer, call[2].integer));
  }
  double low = NumberOf(call[1]);
  double high = NumberOf(call[2]);
  if (low > high) return call.Fail(EvalError::Domain);
  double x = NumberOf(call[0]);
  return Cell::Float(x < low ? low : x > high ? high : x);
}

}  // namespace builtin
}  // namespace varpulis::kernel
