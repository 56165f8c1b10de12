#include "compiler/ir/type.h"

#include <array>

namespace varpulis::ir {
namespace {

constexpr std::array<std::string_view, 9> kNames = {"bool", "i64", "f64", "str", "ts",
                                                    "dur",  "any", "set", "list"};

}  // namespace

std::string_view TypeName(Type type) { return kNames[static_cast<size_t>(type)]; }

std::optional<Type> ParseTypeName(std::string_view name) {
  for (size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<Type>(i);
  }
  return std::nullopt;
}

}  // namespace varpulis::ir
