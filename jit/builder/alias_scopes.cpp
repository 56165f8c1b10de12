#include "jit/builder/alias_scopes.h"

#include <algorithm>

#include <llvm/IR/Instruction.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/MDBuilder.h>
#include <llvm/IR/Metadata.h>

#include "base/check.h"

namespace varpulis::jit {

AliasScopes::AliasScopes(llvm::LLVMContext& context, uint32_t outs)
    : context_(&context), scopes_(3 + 2 * size_t{std::min(outs, Region::kSeparateOuts + 1)}) {
  llvm::MDBuilder metadata(context);
  auto* domain = metadata.createAnonymousAliasScopeDomain("kernel");
  for (size_t i = 0; i < scopes_.size(); ++i) {
    const char* name = i == 0 ? "columns" : i == 1 ? "result" : i == 2 ? "records" : "out";
    nodes_.push_back(metadata.createAnonymousAliasScope(domain, name));
  }
}

const AliasScopes::Scope& AliasScopes::ScopeOf(Region region) {
  VPL_CHECK(region.index < scopes_.size(), "{} of {}", region.index, scopes_.size());
  Scope& scope = scopes_[region.index];
  if (scope.self != nullptr) return scope;
  std::vector<llvm::Metadata*> others;
  for (size_t i = 0; i < nodes_.size(); ++i) {
    if (i != region.index) others.push_back(nodes_[i]);
  }
  scope.self = llvm::MDNode::get(*context_, {nodes_[region.index]});
  scope.others = llvm::MDNode::get(*context_, others);
  return scope;
}

void AliasScopes::Mark(llvm::Instruction* access, Region region) {
  if (region == Region::Anywhere()) return;
  const Scope& scope = ScopeOf(region);
  access->setMetadata(llvm::LLVMContext::MD_alias_scope, scope.self);
  access->setMetadata(llvm::LLVMContext::MD_noalias, scope.others);
  if (region == Region::Columns()) {
    access->setMetadata(llvm::LLVMContext::MD_invariant_load, llvm::MDNode::get(*context_, {}));
  }
}

}  // namespace varpulis::jit
