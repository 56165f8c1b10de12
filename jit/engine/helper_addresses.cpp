#include "jit/engine/helper_addresses.h"

#include <strings.h>

#include <cstring>

#include "runtime/kernel/helpers.h"

namespace varpulis::jit {

std::vector<std::pair<std::string, void*>> HelperAddresses() {
  return {
#define VPL_HELPER(result, name, ...) {#name, reinterpret_cast<void*>(&::varpulis::abi::name)},
#include "compiler/ir/kernel_abi.def"
      {"memcpy", reinterpret_cast<void*>(&std::memcpy)},
      {"memmove", reinterpret_cast<void*>(&std::memmove)},
      {"memset", reinterpret_cast<void*>(&std::memset)},
      {"memcmp", reinterpret_cast<void*>(&std::memcmp)},
      {"bcmp", reinterpret_cast<void*>(&::bcmp)},
  };
}

}  // namespace varpulis::jit
