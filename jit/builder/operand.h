#pragma once

// The value of a kernel instruction: its type and, by type, what the builder knows of it.

#include <variant>

#include "base/check.h"
#include "compiler/ir/type.h"
#include "jit/builder/value.h"

namespace varpulis::jit {

struct Operand {
  using Content =
      std::variant<Nullable<Bool>, Nullable<Int64>, Nullable<Float64>, Nullable<Str>, Val<Cell>>;

  Operand() = default;
  Operand(ir::Type t, Content c) : type(t), content(c) {}
  // NOLINTBEGIN: implicit on purpose, so that an Emit function returns what it computed
  Operand(const Nullable<Bool>& v) : Operand(ir::Type::Bool, v) {}
  Operand(const Nullable<Int64>& v) : Operand(ir::Type::Int, v) {}
  Operand(const Nullable<Float64>& v) : Operand(ir::Type::Float, v) {}
  Operand(const Nullable<Str>& v) : Operand(ir::Type::Str, v) {}
  Operand(const Val<Cell>& v) : Operand(ir::Type::Any, v) {}
  // NOLINTEND

  ir::Type type = ir::Type::Bool;
  Content content;
};

template <typename F>
Operand Merge(const Operand& a, const Operand& b, const F& f) {
  VPL_CHECK(a.content.index() == b.content.index(), "operands of different types");
  return std::visit(
      [&](const auto& x) -> Operand {
        using T = std::remove_cvref_t<decltype(x)>;
        return {a.type, Merge(x, std::get<T>(b.content), f)};
      },
      a.content);
}

}  // namespace varpulis::jit
