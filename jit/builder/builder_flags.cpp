// Flags, comparisons, choices and control flow of Builder.

#include <llvm/IR/Module.h>

#include "jit/builder/builder.h"

namespace varpulis::jit {

namespace {
llvm::CmpInst::Predicate IntPredicate(ir::Predicate predicate) {
  using enum ir::Predicate;
  switch (predicate) {
    case Eq:
      return llvm::CmpInst::ICMP_EQ;
    case Ne:
      return llvm::CmpInst::ICMP_NE;
    case Lt:
      return llvm::CmpInst::ICMP_SLT;
    case Le:
      return llvm::CmpInst::ICMP_SLE;
    case Gt:
      return llvm::CmpInst::ICMP_SGT;
    case Ge:
      return llvm::CmpInst::ICMP_SGE;
  }
  VPL_CHECK(false, "predicate {}", static_cast<int>(predicate));
}
llvm::CmpInst::Predicate FloatPredicate(ir::Predicate predicate) {
  using enum ir::Predicate;
  switch (predicate) {
    case Eq:
      return llvm::CmpInst::FCMP_OEQ;
    case Ne:
      return llvm::CmpInst::FCMP_UNE;
    case Lt:
      return llvm::CmpInst::FCMP_OLT;
    case Le:
      return llvm::CmpInst::FCMP_OLE;
    case Gt:
      return llvm::CmpInst::FCMP_OGT;
    case Ge:
      return llvm::CmpInst::FCMP_OGE;
  }
  VPL_CHECK(false, "predicate {}", static_cast<int>(predicate));
}
}  // namespace

// Operators have no builder argument; they find it in the operand.
Val<Bool> operator&(Val<Bool> a, Val<Bool> b) { return a.builder().And(a, b); }
Val<Bool> operator|(Val<Bool> a, Val<Bool> b) { return a.builder().Or(a, b); }
Val<Bool> operator^(Val<Bool> a, Val<Bool> b) { return a.builder().Xor(a, b); }
Val<Bool> operator!(Val<Bool> a) { return a.builder().Not(a); }

Val<Bool> Builder::And(Val<Bool> a, Val<Bool> b) {
  return {this, ir_.CreateAnd(a.raw(), b.raw(), "and")};
}
Val<Bool> Builder::Or(Val<Bool> a, Val<Bool> b) {
  return {this, ir_.CreateOr(a.raw(), b.raw(), "or")};
}
Val<Bool> Builder::Xor(Val<Bool> a, Val<Bool> b) {
  return {this, ir_.CreateXor(a.raw(), b.raw(), "xor")};
}
Val<Bool> Builder::Not(Val<Bool> a) { return {this, ir_.CreateNot(a.raw(), "not")}; }

Val<Bool> Builder::IsZero(Val<Byte> a, std::string_view hint) { return Equal(a, 0, hint); }
Val<Bool> Builder::NotZero(Val<Byte> a, std::string_view hint) {
  return {this, ir_.CreateICmpNE(a.raw(), ir_.getInt8(0), hint)};
}
Val<Bool> Builder::Equal(Val<Byte> a, uint8_t b, std::string_view hint) {
  return {this, ir_.CreateICmpEQ(a.raw(), ir_.getInt8(b), hint)};
}
Val<Bool> Builder::Below(Val<Byte> a, uint8_t b, std::string_view hint) {
  return {this, ir_.CreateICmpULT(a.raw(), ir_.getInt8(b), hint)};
}
Val<Byte> Builder::Minus(Val<Byte> a, uint8_t b) {
  return {this, ir_.CreateSub(a.raw(), ir_.getInt8(b))};
}
Val<Bool> Builder::Compare(ir::Predicate predicate, Val<Int64> a, Val<Int64> b,
                           std::string_view hint) {
  return {this, ir_.CreateICmp(IntPredicate(predicate), a.raw(), b.raw(), hint)};
}
Val<Bool> Builder::AtLeastUnsigned(Val<Int64> a, uint64_t bound, std::string_view hint) {
  return {this, ir_.CreateICmpUGE(a.raw(), ir_.getInt64(bound), hint)};
}
Val<Bool> Builder::CompareIeee(ir::Predicate predicate, Val<Float64> a, Val<Float64> b,
                               std::string_view hint) {
  return {this, ir_.CreateFCmp(FloatPredicate(predicate), a.raw(), b.raw(), hint)};
}
Val<Bool> Builder::IsNan(Val<Float64> a, std::string_view hint) {
  return {this, ir_.CreateFCmpUNO(a.raw(), a.raw(), hint)};
}

// --- choice --------------------------------------------------------------------------------------

llvm::Value* Builder::SelectRaw(Val<Bool> condition, llvm::Value* x, llvm::Value* y,
                                std::string_view hint) {
  return ir_.CreateSelect(condition.raw(), x, y, hint);
}

llvm::BasicBlock* Builder::NewBlock(std::string_view hint, const char* part) {
  return llvm::BasicBlock::Create(ir_.getContext(),
                                  llvm::Twine(prefix_) + "." + llvm::StringRef(hint) + part);
}

Builder::Branch Builder::BeginIf(Val<Bool> condition, std::string_view hint) {
  Branch branch;
  auto* then = NewBlock(hint, ".then");
  branch.else_begin = NewBlock(hint, ".else");
  branch.join = NewBlock(hint, ".join");
  ir_.CreateCondBr(condition.raw(), then, branch.else_begin);
  function_.insert(function_.end(), then);
  ir_.SetInsertPoint(then);
  return branch;
}
void Builder::BeginElse(Branch& branch) {
  branch.then_end = ir_.GetInsertBlock();
  ir_.CreateBr(branch.join);
  function_.insert(function_.end(), branch.else_begin);
  ir_.SetInsertPoint(branch.else_begin);
}
void Builder::EndIf(Branch& branch) {
  branch.else_end = ir_.GetInsertBlock();
  ir_.CreateBr(branch.join);
  function_.insert(function_.end(), branch.join);
  ir_.SetInsertPoint(branch.join);
}
llvm::Value* Builder::PhiRaw(const Branch& branch, llvm::Value* x, llvm::Value* y,
                             std::string_view hint) {
  if (x == y) return x;
  auto* phi = ir_.CreatePHI(x->getType(), 2, hint);
  phi->addIncoming(x, branch.then_end);
  phi->addIncoming(y, branch.else_end);
  return phi;
}

// The condition stands at the end, the shape that LLVM's loop passes want.
Builder::LoopBlocks Builder::BeginLoop(Val<Int64> count, std::string_view hint) {
  LoopBlocks loop;
  auto* before = ir_.GetInsertBlock();
  loop.head = NewBlock(hint, "");
  loop.after = NewBlock(hint, ".done");
  ir_.CreateCondBr(ir_.CreateICmpEQ(count.raw(), ir_.getInt64(0), "none"), loop.after, loop.head);
  function_.insert(function_.end(), loop.head);
  ir_.SetInsertPoint(loop.head);
  auto* index = ir_.CreatePHI(ir_.getInt64Ty(), 2, "i");
  index->addIncoming(ir_.getInt64(0), before);
  loop.index = {this, index};
  return loop;
}
namespace {
llvm::MDNode* ScalarLoop(llvm::LLVMContext& context) {
  const auto property = [&](const char* name, llvm::ArrayRef<llvm::Metadata*> values) {
    llvm::SmallVector<llvm::Metadata*> parts{llvm::MDString::get(context, name)};
    parts.append(values.begin(), values.end());
    return llvm::MDNode::get(context, parts);
  };
  auto* no = llvm::ConstantAsMetadata::get(llvm::ConstantInt::getFalse(context));
  auto* loop =
      llvm::MDNode::getDistinct(context, {nullptr, property("llvm.loop.vectorize.enable", {no}),
                                          property("llvm.loop.unroll.disable", {})});
  loop->replaceOperandWith(0, loop);
  return loop;
}
}  // namespace

void Builder::EndLoop(LoopBlocks& loop, Val<Int64> count, LoopKind kind) {
  auto* next = ir_.CreateAdd(loop.index.raw(), ir_.getInt64(1), "next", true, true);
  auto* index = llvm::cast<llvm::PHINode>(loop.index.raw());
  index->addIncoming(next, ir_.GetInsertBlock());
  auto* done = ir_.CreateICmpEQ(next, count.raw(), "finished");
  auto* jump = ir_.CreateCondBr(done, loop.after, loop.head);
  if (kind == LoopKind::Scalar) {
    jump->setMetadata(llvm::LLVMContext::MD_loop, ScalarLoop(ir_.getContext()));
  }
  function_.insert(function_.end(), loop.after);
  ir_.SetInsertPoint(loop.after);
}

Builder::WhileBlocks Builder::BeginWhile(std::string_view hint) {
  WhileBlocks loop{NewBlock(hint, ".test"), NewBlock(hint, ".body"), NewBlock(hint, ".done")};
  ir_.CreateBr(loop.head);
  function_.insert(function_.end(), loop.head);
  ir_.SetInsertPoint(loop.head);
  return loop;
}
void Builder::BeginBody(WhileBlocks& loop, Val<Bool> condition) {
  ir_.CreateCondBr(condition.raw(), loop.body, loop.after);
  function_.insert(function_.end(), loop.body);
  ir_.SetInsertPoint(loop.body);
}
void Builder::EndWhile(WhileBlocks& loop) {
  ir_.CreateBr(loop.head);
  function_.insert(function_.end(), loop.after);
  ir_.SetInsertPoint(loop.after);
}

}  // namespace varpulis::jit
