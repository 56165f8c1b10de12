#pragma once

// The helpers of kernel_abi.def as callable objects. Their signatures are taken from the C++
// prototypes, so generated calls cannot disagree with them.

#include <cstdint>
#include <type_traits>

#include "jit/builder/value.h"
#include "runtime/kernel/helpers.h"

namespace varpulis::jit {

// The Val that stands for an argument or result of C type C.
template <typename C>
struct Lower;
template <>
struct Lower<uint8_t> {
  using Value = Val<Byte>;
};
template <>
struct Lower<int64_t> {
  using Value = Val<Int64>;
};
template <>
struct Lower<double> {
  using Value = Val<Float64>;
};
template <typename T>
struct Lower<T*> {
  using Value = Val<Ptr<std::remove_const_t<T>>>;
};

template <typename R, typename... A>
struct Helper {
  const char* name;
  // Without a pointer through which it could write, a helper only reads.
  static constexpr bool reads_only =
      ((!std::is_pointer_v<A> || std::is_const_v<std::remove_pointer_t<A>>) && ...);
};

template <typename R, typename... A>
constexpr Helper<R, A...> HelperOf(const char* name, R (*)(A...) noexcept) {
  return {name};
}

// helper::vpl_str_equal and so on.
namespace helper {
#define VPL_HELPER(result, name, ...) \
  inline constexpr auto name = HelperOf(#name, &::varpulis::abi::name);
#include "compiler/ir/kernel_abi.def"
}  // namespace helper

}  // namespace varpulis::jit
