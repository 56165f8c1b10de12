#include "jit/engine/kernel_module.h"

#include <unordered_map>

#include <llvm/IR/Module.h>
#include <llvm/IR/Verifier.h>
#include <llvm/Support/raw_ostream.h>

#include "jit/emit/emit_kernel.h"

namespace varpulis::jit {

namespace {

bool IsPlain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.';
}

std::string Readable(const std::string& name) {
  std::string symbol;
  for (char c : name) symbol += IsPlain(c) ? c : '_';
  const bool digit_first = !symbol.empty() && symbol[0] >= '0' && symbol[0] <= '9';
  // LLVM gives names that start with `llvm.` a meaning of their own.
  if (symbol.empty() || digit_first || symbol.starts_with("llvm.")) symbol = "kernel." + symbol;
  return symbol;
}

}  // namespace

std::vector<std::string> SymbolsFor(const std::vector<ir::Kernel>& kernels) {
  std::unordered_map<std::string, uint32_t> taken = {
      {"memcpy", 1}, {"memmove", 1}, {"memset", 1}, {"memcmp", 1}, {"bcmp", 1},
#define VPL_HELPER(result, name, ...) {#name, 1},
#include "compiler/ir/kernel_abi.def"
  };
  std::vector<std::string> symbols;
  for (const ir::Kernel& kernel : kernels) {
    std::string base = Readable(kernel.name);
    std::string symbol = base;
    // Elements keep their place when the map grows, so the count of `base` stays valid.
    uint32_t& count = taken[base];
    while (count > 0 && !taken.emplace(symbol = base + "." + std::to_string(++count), 1).second) {
    }
    if (count == 0) count = 1;
    symbols.push_back(symbol);
  }
  return symbols;
}

Result<std::unique_ptr<llvm::Module>> BuildModule(std::span<const ir::Kernel> kernels,
                                                  std::span<const std::string> symbols,
                                                  llvm::LLVMContext& context) {
  auto module = std::make_unique<llvm::Module>("kernels", context);
  for (size_t i = 0; i < kernels.size(); ++i) EmitKernel(kernels[i], symbols[i], *module);
  std::string objections;
  llvm::raw_string_ostream stream(objections);
  if (llvm::verifyModule(*module, &stream)) {
    return Status(StatusCode::Internal, "emitted code is not valid: " + objections);
  }
  return module;
}

}  // namespace varpulis::jit
