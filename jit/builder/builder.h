#pragma once

// Typed C++ over LLVM's IRBuilder, for one function. Every LLVM value gets the name of the kernel
// value it implements in front (`%large.state`), so the dump reads like the kernel. Constant
// operands are folded away at once. Control flow is structured: users never see a basic block.
//
// `hint` is the last part of a value's name; empty names it after the kernel value alone.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <llvm/Analysis/InstSimplifyFolder.h>
#include <llvm/IR/IRBuilder.h>

#include "base/check.h"
#include "compiler/ir/insts.h"
#include "jit/builder/alias_scopes.h"
#include "jit/builder/helper_signature.h"
#include "jit/builder/value.h"

namespace varpulis::jit {

// Puts the current prefix before the names of instructions.
class PrefixInserter : public llvm::IRBuilderDefaultInserter {
 public:
  explicit PrefixInserter(const std::string* prefix) : prefix_(prefix) {}
  void InsertHelper(llvm::Instruction* inst, const llvm::Twine& name,
                    llvm::BasicBlock::iterator at) const override;

 private:
  const std::string* prefix_;
};

class Builder {
 public:
  // Fills the empty `function`; `outs` is the number of outs, for the alias scopes.
  Builder(llvm::Function& function, uint32_t outs);
  Builder(const Builder&) = delete;
  Builder& operator=(const Builder&) = delete;

  // Name of the kernel value whose code follows.
  void set_prefix(std::string_view prefix) { prefix_ = prefix; }
  std::string_view prefix() const { return prefix_; }
  // Gives the instruction behind `raw` the plain name of the kernel value, if it was made for it.
  void NameResult(llvm::Value* raw);

  // --- constants ---
  Val<Bool> Flag(bool value);
  Val<Byte> ByteOf(uint8_t value);
  Val<Int64> Int(int64_t value);
  Val<Float64> Float(double value);
  Val<Str> Text(std::string_view text);
  std::optional<bool> Constant(Val<Bool> value) const;
  std::optional<int64_t> Constant(Val<Int64> value) const;
  // The text, if it is a constant of at most VplString::kInlineBytes bytes.
  std::optional<std::string> ShortConstant(const Val<Int64>& head, const Val<Int64>& tail) const;
  // A constant text of more bytes than that.
  bool IsLongConstant(const Val<Str>& value) const;

  // --- numbers; integers wrap around ---
  Val<Int64> Binary(ir::IntOp op, Val<Int64> a, Val<Int64> b, std::string_view hint = "");
  // Exact product's high part says whether it fits.
  struct Product {
    Val<Int64> value;
    Val<Bool> overflow;
  };
  Product Multiply(Val<Int64> a, Val<Int64> b, std::string_view hint = "");
  Val<Float64> Binary(ir::FloatOp op, Val<Float64> a, Val<Float64> b, std::string_view hint = "");
  Val<Float64> Negate(Val<Float64> a);
  Val<Float64> Abs(Val<Float64> a);
  Val<Float64> Sqrt(Val<Float64> a);
  Val<Float64> ToFloat(Val<Int64> a, std::string_view hint = "");
  Val<Float64> BitsToFloat(Val<Int64> a, std::string_view hint = "");
  Val<Int64> FloatToBits(Val<Float64> a, std::string_view hint = "");
  Val<Int64> Widen(Val<Bool> a, std::string_view hint = "");
  Val<Byte> ToByte(Val<Bool> a, std::string_view hint = "");
  Val<Byte> LowByte(Val<Int64> a, std::string_view hint = "");
  Val<Int64> ShiftRightLogical(Val<Int64> a, int64_t count, std::string_view hint = "");

  // --- flags ---
  Val<Bool> And(Val<Bool> a, Val<Bool> b);
  Val<Bool> Or(Val<Bool> a, Val<Bool> b);
  Val<Bool> Xor(Val<Bool> a, Val<Bool> b);
  Val<Bool> Not(Val<Bool> a);
  Val<Bool> IsZero(Val<Byte> a, std::string_view hint = "");
  Val<Bool> NotZero(Val<Byte> a, std::string_view hint = "");
  Val<Bool> Equal(Val<Byte> a, uint8_t b, std::string_view hint = "");
  Val<Bool> Below(Val<Byte> a, uint8_t b, std::string_view hint = "");  // unsigned
  Val<Byte> Minus(Val<Byte> a, uint8_t b);
  Val<Bool> Compare(ir::Predicate predicate, Val<Int64> a, Val<Int64> b,
                    std::string_view hint = "");
  Val<Bool> AtLeastUnsigned(Val<Int64> a, uint64_t bound, std::string_view hint = "");
  // IEEE, so NaN equals nothing here.
  Val<Bool> CompareIeee(ir::Predicate predicate, Val<Float64> a, Val<Float64> b,
                        std::string_view hint = "");
  Val<Bool> IsNan(Val<Float64> a, std::string_view hint = "");

  // --- choice ---
  // `a` if the condition is true, else `b`, for every shape of value that Merge knows.
  template <typename R>
  R Select(Val<Bool> condition, const R& a, const R& b, std::string_view hint = "") {
    return Merge(a, b, [&](llvm::Value* x, llvm::Value* y, const char* part) {
      return SelectRaw(condition, x, y, *part != 0 ? part : hint);
    });
  }
  // Runs one of two pieces of code, which return values of one shape, or nothing.
  template <typename Then, typename Else>
  auto If(Val<Bool> condition, std::string_view hint, const Then& then, const Else& otherwise) {
    using R = std::invoke_result_t<Then>;
    if (auto known = Constant(condition)) return *known ? then() : otherwise();
    Branch branch = BeginIf(condition, hint);
    if constexpr (std::is_void_v<R>) {
      then();
      BeginElse(branch);
      otherwise();
      EndIf(branch);
    } else {
      R a = then();
      BeginElse(branch);
      R b = otherwise();
      EndIf(branch);
      return Merge(a, b, [&](llvm::Value* x, llvm::Value* y, const char* part) {
        return PhiRaw(branch, x, y, *part != 0 ? part : hint);
      });
    }
  }
  template <typename Then>
  void If(Val<Bool> condition, std::string_view hint, const Then& then) {
    If(condition, hint, then, [] {});
  }
  // body(i) for i in 0 .. count-1. A scalar loop is not to become vector code nor be unrolled,
  // which saves much of LLVM's time.
  enum class LoopKind { Vector, Scalar };
  template <typename Body>
  void Loop(Val<Int64> count, std::string_view hint, LoopKind kind, const Body& body) {
    LoopBlocks loop = BeginLoop(count, hint);
    body(loop.index);
    EndLoop(loop, count, kind);
  }

  // Runs body() as long as condition() is true.
  template <typename Condition, typename Body>
  void While(std::string_view hint, const Condition& condition, const Body& body) {
    WhileBlocks loop = BeginWhile(hint);
    BeginBody(loop, condition());
    body();
    EndWhile(loop);
  }

  // --- memory; aligned as kernel_abi.h lays it out ---
  template <typename T>
  Val<Ptr<T>> Null();
  Val<Ptr<void>> Offset(Val<Ptr<void>> base, uint64_t bytes, std::string_view hint = "");
  // Address of element `index` of `size` bytes each.
  Val<Ptr<void>> Element(Val<Ptr<void>> base, Val<Int64> index, uint64_t size,
                         std::string_view hint = "");
  Val<Bool> IsNull(Val<Ptr<void>> pointer, std::string_view hint = "");
  Val<Ptr<void>> LoadPointer(Val<Ptr<void>> at, Region region, std::string_view hint = "");
  Val<Byte> LoadByte(Val<Ptr<void>> at, Region region, std::string_view hint = "");
  Val<Int64> LoadInt(Val<Ptr<void>> at, Region region, std::string_view hint = "");
  Val<Int64> LoadUint32(Val<Ptr<void>> at, Region region, std::string_view hint = "");
  Val<Float64> LoadFloat(Val<Ptr<void>> at, Region region, std::string_view hint = "");
  // `stable`: nothing writes there while the value is used, so helpers may read it in place.
  Val<Str> LoadStr(Val<Ptr<void>> at, Region region, bool stable);
  Val<Cell> LoadCell(Val<Ptr<void>> at, Region region, bool stable);
  void Store(Val<Byte> value, Val<Ptr<void>> at, Region region);
  void Store(Val<Int64> value, Val<Ptr<void>> at, Region region);
  void Store(Val<Float64> value, Val<Ptr<void>> at, Region region);
  void Store(const Val<Str>& value, Val<Ptr<void>> at, Region region);
  void Store(const Val<Cell>& value, Val<Ptr<void>> at, Region region);
  // Memory of the call, made at its start.
  Val<Ptr<void>> Local(uint64_t bytes, std::string_view hint = "");
  // The value in memory, for helpers: where it stands, a constant of the module, or a local copy.
  Val<Ptr<abi::VplString>> Address(const Val<Str>& value);
  Val<Ptr<abi::Cell>> Address(const Val<Cell>& value);
  // Constant array of VplStrings.
  Val<Ptr<abi::VplString>> TextArray(const std::vector<std::string_view>& texts);

  // --- helpers ---
  template <typename R, typename... A>
  auto Call(const Helper<R, A...>& helper, std::string_view hint,
            typename Lower<A>::Value... args) {
    llvm::Value* result = CallRaw(helper.name, helper.reads_only, LlvmType<R>(), {LlvmType<A>()...},
                                  {args.raw()...}, hint);
    if constexpr (!std::is_void_v<R>) return typename Lower<R>::Value(this, result);
  }

  // The first argument of the function, the frame.
  Val<Ptr<void>> frame();
  // Code at the start of the function, run once, until the result is destroyed.
  class Prologue {
   public:
    explicit Prologue(Builder& builder);
    ~Prologue();

   private:
    Builder& builder_;
    llvm::BasicBlock* resume_;
    std::string prefix_;
  };
  void Return();

 private:
  struct Branch {
    llvm::BasicBlock* then_end = nullptr;
    llvm::BasicBlock* else_begin = nullptr;
    llvm::BasicBlock* else_end = nullptr;
    llvm::BasicBlock* join = nullptr;
  };
  struct LoopBlocks {
    Val<Int64> index;
    llvm::BasicBlock* head = nullptr;
    llvm::BasicBlock* after = nullptr;
  };
  struct WhileBlocks {
    llvm::BasicBlock* head = nullptr;
    llvm::BasicBlock* body = nullptr;
    llvm::BasicBlock* after = nullptr;
  };
  Branch BeginIf(Val<Bool> condition, std::string_view hint);
  void BeginElse(Branch& branch);
  void EndIf(Branch& branch);
  LoopBlocks BeginLoop(Val<Int64> count, std::string_view hint);
  void EndLoop(LoopBlocks& loop, Val<Int64> count, LoopKind kind);
  WhileBlocks BeginWhile(std::string_view hint);
  void BeginBody(WhileBlocks& loop, Val<Bool> condition);
  void EndWhile(WhileBlocks& loop);
  llvm::Value* PhiRaw(const Branch& branch, llvm::Value* x, llvm::Value* y, std::string_view hint);
  llvm::Value* SelectRaw(Val<Bool> condition, llvm::Value* x, llvm::Value* y,
                         std::string_view hint);
  llvm::Value* CallRaw(const char* name, bool reads_only, llvm::Type* result,
                       llvm::ArrayRef<llvm::Type*> types, llvm::ArrayRef<llvm::Value*> arguments,
                       std::string_view hint);
  llvm::Value* LoadRaw(llvm::Type* type, Val<Ptr<void>> at, uint64_t align, Region region,
                       std::string_view hint);
  void StoreRaw(llvm::Value* value, Val<Ptr<void>> at, uint64_t align, Region region);
  llvm::BasicBlock* NewBlock(std::string_view hint, const char* part);
  llvm::Constant* ConstantWords(llvm::ArrayRef<llvm::Constant*> words);
  llvm::Constant* TailOf(std::string_view text);

  template <typename C>
  llvm::Type* LlvmType() {
    if constexpr (std::is_void_v<C>)
      return ir_.getVoidTy();
    else if constexpr (std::is_pointer_v<C>)
      return ir_.getPtrTy();
    else if constexpr (std::is_same_v<C, double>)
      return ir_.getDoubleTy();
    else
      return ir_.getIntNTy(8 * sizeof(C));
  }

  std::string prefix_ = "frame";
  llvm::Function& function_;
  llvm::IRBuilder<llvm::InstSimplifyFolder, PrefixInserter> ir_;
  AliasScopes scopes_;
  llvm::BasicBlock* prologue_;  // allocas and what is computed once; jumps to the body
  std::map<std::vector<llvm::Constant*>, llvm::Constant*> constants_;
  std::map<std::string, llvm::Constant*, std::less<>> long_texts_;
};

template <typename T>
Val<Ptr<T>> Builder::Null() {
  return {this, llvm::ConstantPointerNull::get(ir_.getPtrTy())};
}

// The same address, seen as memory of another type.
template <typename To, typename From>
Val<Ptr<To>> PtrCast(Val<Ptr<From>> pointer) {
  return {&pointer.builder(), pointer.raw()};
}

}  // namespace varpulis::jit
