#include "runtime/kernel/builtins.h"

#include <algorithm>
#include <iterator>

#include "base/check.h"
#include "runtime/kernel/helpers.h"

namespace varpulis::kernel {
namespace {

using Function = Cell (*)(const Call&);

struct Entry {
  std::string_view name;
  Function function;
  bool sees_absent;
};

// Builtins that say themselves what an absent argument means (language.md 5.6); all others have no
// value then.
constexpr std::string_view kSeeAbsent[] = {
    "min",          "max",         "concat",    "to_string", "type_of",         "is_null",
    "is_int",       "is_float",    "is_string", "is_bool",   "is_array",        "is_map",
    "is_timestamp", "is_duration", "coalesce",  "print",     "iteration_count", "spread",
};

constexpr bool SeesAbsent(std::string_view name) {
  return std::find(std::begin(kSeeAbsent), std::end(kSeeAbsent), name) != std::end(kSeeAbsent);
}

constexpr Entry kBuiltins[] = {
#define VPL_BUILTIN(name, min_arguments, max_arguments, result) \
  {#name, &builtin::name, SeesAbsent(#name)},
#include "compiler/ir/builtin_kind.def"
};

}  // namespace
}  // namespace varpulis::kernel

namespace varpulis::abi {

extern "C" {

void vpl_call_builtin(KernelFrame* frame, int64_t builtin, const Cell* arguments, int64_t count,
                      Cell* result) noexcept {
  VPL_DCHECK(builtin >= 0 && static_cast<size_t>(builtin) < std::size(kernel::kBuiltins));
  const kernel::Entry& entry = kernel::kBuiltins[builtin];
  kernel::Call call{*frame, arguments, static_cast<size_t>(count)};
  bool absent = !entry.sees_absent && std::any_of(arguments, arguments + count,
                                                  [](const Cell& cell) { return cell.absent(); });
  *result = absent ? Cell::Missing() : entry.function(call);
}

}  // extern "C"

}  // namespace varpulis::abi
