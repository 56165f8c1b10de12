// Times: timestamp parse year month day hour minute second duration_between. UTC.

#include <algorithm>

#include "base/time.h"
#include "runtime/kernel/builtins.h"
#include "runtime/kernel/time_format.h"

namespace varpulis::kernel {
namespace {

// Days since the epoch, and nanoseconds of that day.
struct Moment {
  explicit Moment(int64_t time) : day(time / kNsPerDay), ns(time % kNsPerDay) {
    if (ns < 0) {
      --day;
      ns += kNsPerDay;
    }
  }
  int64_t day;
  int64_t ns;
};

template <class Function>
Cell OfMoment(const Call& call, Function function) {
  if (call[0].tag != Tag::Timestamp) return call.WrongType();
  return Cell::Int(function(Moment(call[0].integer)));
}

}  // namespace

namespace builtin {

// RFC 3339 text, or a number whose magnitude says its unit.
Cell timestamp(const Call& call) {
  const Cell& x = call[0];
  if (x.tag == Tag::Timestamp) return x;
  if (!IsInt(x) && x.tag != Tag::Str) return call.WrongType();
  auto time =
      IsInt(x) ? base::TimestampFromNumber(x.integer) : base::ParseTimestamp(x.string.view());
  return time ? Cell::Int(*time, Tag::Timestamp) : call.Fail(EvalError::Domain);
}

// A text that does not match is no error, just no value.
Cell parse(const Call& call) {
  if (!IsText(call[0]) || !IsText(call[1])) return call.WrongType();
  auto time = ParseTime(CellText(call[0]).view(), CellText(call[1]).view());
  return time ? Cell::Int(*time, Tag::Timestamp) : Cell::Missing();
}

Cell year(const Call& call) {
  return OfMoment(call, [](Moment m) { return base::CivilFromDays(m.day).year; });
}
Cell month(const Call& call) {
  return OfMoment(call, [](Moment m) { return int64_t{base::CivilFromDays(m.day).month}; });
}
Cell day(const Call& call) {
  return OfMoment(call, [](Moment m) { return int64_t{base::CivilFromDays(m.day).day}; });
}
Cell hour(const Call& call) {
  return OfMoment(call, [](Moment m) { return m.ns / kNsPerHour; });
}
Cell minute(const Call& call) {
  return OfMoment(call, [](Moment m) { return m.ns / kNsPerMinute % 60; });
}
Cell second(const Call& call) {
  return OfMoment(call, [](Moment m) { return m.ns / kNsPerSecond % 60; });
}

Cell duration_between(const Call& call) {
  if (call[0].tag != Tag::Timestamp || call[1].tag != Tag::Timestamp) return call.WrongType();
  int64_t later = std::max(call[0].integer, call[1].integer);
  int64_t earlier = std::min(call[0].integer, call[1].integer);
  return call.IntOr(IntBinary(ir::IntOp::Sub, later, earlier), Tag::Duration);
}

}  // namespace builtin
}  // namespace varpulis::kernel
