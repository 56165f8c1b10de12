#pragma once

// Tells LLVM which memory accesses of a kernel cannot meet: columns, each out, results and records
// are different memory. Without this the loop over the items does not become vector code.

#include <cstdint>
#include <vector>

namespace llvm {
class Instruction;
class LLVMContext;
class MDNode;
}  // namespace llvm

namespace varpulis::jit {

// One of the memory regions of a kernel.
struct Region {
  uint32_t index;
  bool operator==(const Region&) const = default;

  static constexpr Region Columns() { return {0}; }  // column values, states, row ids, globals
  static constexpr Region Result() { return {1}; }
  static constexpr Region Records() { return {2}; }
  static constexpr Region Anywhere() { return {UINT32_MAX}; }  // no claim
  // Outs after the first kSeparateOuts share a region: the lists of others grow with the square.
  static constexpr uint32_t kSeparateOuts = 16;
  static constexpr Region OutValues(uint32_t out) { return {3 + 2 * Shared(out)}; }
  static constexpr Region OutStates(uint32_t out) { return {4 + 2 * Shared(out)}; }
  static constexpr uint32_t Shared(uint32_t out) {
    return out < kSeparateOuts ? out : kSeparateOuts;
  }
};

class AliasScopes {
 public:
  // Scopes of a function with `outs` outs. Metadata is made at the first use of a region.
  AliasScopes(llvm::LLVMContext& context, uint32_t outs);
  void Mark(llvm::Instruction* access, Region region);

 private:
  struct Scope {
    llvm::MDNode* self = nullptr;    // list with the region's own scope
    llvm::MDNode* others = nullptr;  // list with all others
  };
  const Scope& ScopeOf(Region region);

  llvm::LLVMContext* context_;
  std::vector<llvm::MDNode*> nodes_;
  std::vector<Scope> scopes_;
};

}  // namespace varpulis::jit
