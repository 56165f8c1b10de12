// Text.

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
}  // namespace

Nullable<Bool> Emit(KernelEmitter& e, ir::StrTest inst) {
  auto x = e.Text(inst.a), y = e.Text(inst.b);
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
