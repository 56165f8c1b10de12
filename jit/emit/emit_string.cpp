// Text.

#include <algorithm>
#include <string>

#include "jit/emit/emit.h"

namespace varpulis::jit {

namespace {
Val<Byte> Test(KernelEmitter& e, ir::StrTestOp op, const Val<Str>& text, const Val<Str>& part) {
  auto& b = e.b;
  auto x = b.Address(text), y = b.Address(part);
  switch (op) {
    case ir::StrTestOp::Contains:
      return b.Call(helper::vpl_str_contains, "found", x, y);
    case ir::StrTestOp::StartsWith:
      return b.Call(helper::vpl_str_starts_with, "found", x, y);
    case ir::StrTestOp::EndsWith:
      return b.Call(helper::vpl_str_ends_with, "found", x, y);
  }
  VPL_CHECK(false, "StrTestOp {}", static_cast<int>(op));
}

// The first four bytes of any text are in the high half of its head, its size in the low half: most
// texts are told apart there, and the helper sees only those that agree with a longer prefix.
Val<Bool> StartsWith(KernelEmitter& e, const Nullable<Str>& text, const Nullable<Str>& prefix,
                     const std::string& constant, Val<Bool> present) {
  constexpr size_t kBytesInHead = sizeof(abi::VplString::prefix);
  auto& b = e.b;
  const size_t compared = std::min(constant.size(), kBytesInHead);
  const uint64_t mask = ((uint64_t{1} << 8 * compared) - 1) << 32;
  const auto masked = [&](const Val<Int64>& head) {
    return b.Binary(ir::IntOp::And, head, b.Int(static_cast<int64_t>(mask)), "first");
  };
  auto size = b.Binary(ir::IntOp::And, text.value.head, b.Int(UINT32_MAX), "size");
  auto agrees =
      b.Compare(ir::Predicate::Eq, masked(text.value.head), masked(prefix.value.head), "agrees") &
      b.Compare(ir::Predicate::Ge, size, b.Int(static_cast<int64_t>(constant.size())),
                "long_enough");
  if (constant.size() <= kBytesInHead) return agrees & present;
  return b.If(
      agrees & present, "rest",
      [&] { return b.NotZero(Test(e, ir::StrTestOp::StartsWith, text.value, prefix.value)); },
      [&] { return b.Flag(false); });
}
}  // namespace

Nullable<Bool> Emit(KernelEmitter& e, ir::StrTest inst) {
  auto x = e.Text(inst.a), y = e.Text(inst.b);
  if (inst.op == ir::StrTestOp::StartsWith) {
    if (auto constant = e.b.ShortConstant(y.value.head, y.value.tail)) {
      auto absent = e.AnyAbsent(x, y);
      return {StartsWith(e, x, y, *constant, !absent), e.MissingIf(absent)};
    }
  }
  auto absent = e.AnyAbsent(x, y);
  auto found = e.b.If(
      absent, "absent", [&] { return e.b.Flag(false); },
      [&] { return e.b.NotZero(Test(e, inst.op, x.value, y.value)); });
  return {found, e.MissingIf(absent)};
}

Nullable<Str> Emit(KernelEmitter& e, ir::StrCase inst) {
  auto x = e.Text(inst.a);
  auto& b = e.b;
  auto absent = e.Absent(x.state);
  auto text = b.If(
      absent, "absent", [&] { return b.Text(""); },
      [&] {
        auto result = b.Local(sizeof(abi::VplString), "result");
        const auto& helper =
            inst.op == ir::StrCaseOp::Lower ? helper::vpl_str_lower : helper::vpl_str_upper;
        b.Call(helper, "", e.frame(), b.Address(x.value), PtrCast<abi::VplString>(result));
        return b.LoadStr(result, Region::Anywhere(), true);
      });
  return {text, e.MissingIf(absent)};
}

Nullable<Bool> Emit(KernelEmitter& e, ir::RegexTest inst) {
  auto x = e.Text(inst.a);
  auto absent = e.Absent(x.state);
  auto found = e.b.If(
      absent, "absent", [&] { return e.b.Flag(false); },
      [&] {
        return e.b.NotZero(e.b.Call(helper::vpl_regex_match, "found", e.frame(),
                                    e.b.Address(x.value), e.b.Int(inst.regex)));
      });
  return {found, e.MissingIf(absent)};
}

}  // namespace varpulis::jit
