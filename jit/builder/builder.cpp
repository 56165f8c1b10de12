#include "jit/builder/builder.h"

#include <cstring>

#include <llvm/ADT/SmallString.h>
#include <llvm/IR/Module.h>

namespace varpulis::jit {

void PrefixInserter::InsertHelper(llvm::Instruction* inst, const llvm::Twine& name,
                                  llvm::BasicBlock::iterator at) const {
  if (inst->getType()->isVoidTy()) return IRBuilderDefaultInserter::InsertHelper(inst, "", at);
  llvm::SmallString<64> full;
  (llvm::Twine(*prefix_) + "." + (name.isTriviallyEmpty() ? llvm::Twine("x") : name))
      .toVector(full);
  IRBuilderDefaultInserter::InsertHelper(inst, full, at);
}

Builder::Builder(llvm::Function& function, uint32_t outs)
    : function_(function),
      ir_(function.getContext(), llvm::InstSimplifyFolder(function.getDataLayout()),
          PrefixInserter(&prefix_)),
      scopes_(function.getContext(), outs),
      prologue_(llvm::BasicBlock::Create(function.getContext(), "entry", &function)) {
  auto* body = llvm::BasicBlock::Create(function.getContext(), "start", &function);
  ir_.SetInsertPoint(prologue_);
  ir_.CreateBr(body);
  ir_.SetInsertPoint(body);
}

void Builder::NameResult(llvm::Value* raw) {
  auto* inst = llvm::dyn_cast_or_null<llvm::Instruction>(raw);
  if (inst == nullptr || inst->getType()->isVoidTy()) return;
  const std::string dotted = prefix_ + ".";
  if (inst->getName().starts_with(dotted)) inst->setName(prefix_);
}

Val<Ptr<void>> Builder::frame() { return {this, function_.getArg(0)}; }
void Builder::Return() { ir_.CreateRetVoid(); }

Builder::Prologue::Prologue(Builder& builder)
    : builder_(builder), resume_(builder.ir_.GetInsertBlock()), prefix_(builder.prefix_) {
  builder.ir_.SetInsertPoint(builder.prologue_->getTerminator());
}
Builder::Prologue::~Prologue() {
  builder_.ir_.SetInsertPoint(resume_);
  builder_.prefix_ = prefix_;
}

// --- constants -----------------------------------------------------------------------------------

Val<Bool> Builder::Flag(bool value) { return {this, ir_.getInt1(value)}; }
Val<Byte> Builder::ByteOf(uint8_t value) { return {this, ir_.getInt8(value)}; }
Val<Int64> Builder::Int(int64_t value) {
  return {this, ir_.getInt64(static_cast<uint64_t>(value))};
}
Val<Float64> Builder::Float(double value) {
  return {this, llvm::ConstantFP::get(ir_.getDoubleTy(), value)};
}

llvm::Constant* Builder::TailOf(std::string_view text) {
  if (text.size() <= abi::VplString::kInlineBytes) {
    uint64_t words[2];
    const abi::VplString inline_text = abi::VplString::Borrow(text);
    std::memcpy(words, &inline_text, sizeof words);
    return ir_.getInt64(words[1]);
  }
  auto found = long_texts_.find(text);
  if (found == long_texts_.end()) {
    auto* bytes = llvm::ConstantDataArray::getString(
        ir_.getContext(), llvm::StringRef(text.data(), text.size()), false);
    auto* global = new llvm::GlobalVariable(*function_.getParent(), bytes->getType(), true,
                                            llvm::GlobalValue::PrivateLinkage, bytes, "text");
    global->setUnnamedAddr(llvm::GlobalValue::UnnamedAddr::Global);
    auto* word = llvm::ConstantExpr::getPtrToInt(global, ir_.getInt64Ty());
    found = long_texts_.emplace(std::string(text), word).first;
  }
  return found->second;
}

Val<Str> Builder::Text(std::string_view text) {
  const abi::VplString borrowed = abi::VplString::Borrow(text);
  uint64_t head;
  std::memcpy(&head, &borrowed, sizeof head);
  return {{this, ir_.getInt64(head)}, {this, TailOf(text)}, {}};
}

std::optional<bool> Builder::Constant(Val<Bool> value) const {
  auto* constant = llvm::dyn_cast<llvm::ConstantInt>(value.raw());
  if (constant == nullptr) return std::nullopt;
  return constant->isOne();
}
std::optional<int64_t> Builder::Constant(Val<Int64> value) const {
  auto* constant = llvm::dyn_cast<llvm::ConstantInt>(value.raw());
  if (constant == nullptr) return std::nullopt;
  return constant->getSExtValue();
}

std::optional<std::string> Builder::ShortConstant(const Val<Int64>& head,
                                                  const Val<Int64>& tail) const {
  auto a = Constant(head), b = Constant(tail);
  if (!a || !b) return std::nullopt;
  abi::VplString text;
  std::memcpy(reinterpret_cast<char*>(&text), &*a, 8);
  std::memcpy(reinterpret_cast<char*>(&text) + 8, &*b, 8);
  if (!text.is_inline()) return std::nullopt;
  return std::string(text.view());
}

// The tail of such a text is the address of a global, which is a constant but no number.
bool Builder::IsLongConstant(const Val<Str>& value) const {
  auto* tail = value.tail.raw();
  return llvm::isa<llvm::Constant>(tail) && !llvm::isa<llvm::ConstantInt>(tail);
}

// --- numbers -------------------------------------------------------------------------------------

namespace {
llvm::Instruction::BinaryOps Opcode(ir::IntOp op) {
  using enum ir::IntOp;
  switch (op) {
    case Add:
      return llvm::Instruction::Add;
    case Sub:
      return llvm::Instruction::Sub;
    case Mul:
      return llvm::Instruction::Mul;
    case Div:
      return llvm::Instruction::SDiv;
    case Mod:
      return llvm::Instruction::SRem;
    case And:
      return llvm::Instruction::And;
    case Or:
      return llvm::Instruction::Or;
    case Xor:
      return llvm::Instruction::Xor;
    case ShiftLeft:
      return llvm::Instruction::Shl;
    case ShiftRight:
      return llvm::Instruction::AShr;
    case Pow:
      break;  // a helper
  }
  VPL_CHECK(false, "no instruction for IntOp {}", static_cast<int>(op));
}
llvm::Instruction::BinaryOps Opcode(ir::FloatOp op) {
  using enum ir::FloatOp;
  switch (op) {
    case Add:
      return llvm::Instruction::FAdd;
    case Sub:
      return llvm::Instruction::FSub;
    case Mul:
      return llvm::Instruction::FMul;
    case Div:
      return llvm::Instruction::FDiv;
    case Mod:
    case Pow:
      break;  // helpers
  }
  VPL_CHECK(false, "no instruction for FloatOp {}", static_cast<int>(op));
}
}  // namespace

Val<Int64> Builder::Binary(ir::IntOp op, Val<Int64> a, Val<Int64> b, std::string_view hint) {
  return {this, ir_.CreateBinOp(Opcode(op), a.raw(), b.raw(), hint)};
}
Val<Float64> Builder::Binary(ir::FloatOp op, Val<Float64> a, Val<Float64> b,
                             std::string_view hint) {
  return {this, ir_.CreateBinOp(Opcode(op), a.raw(), b.raw(), hint)};
}
Builder::Product Builder::Multiply(Val<Int64> a, Val<Int64> b, std::string_view hint) {
  auto* both =
      ir_.CreateBinaryIntrinsic(llvm::Intrinsic::smul_with_overflow, a.raw(), b.raw(), {}, "both");
  return {{this, ir_.CreateExtractValue(both, 0, hint)},
          {this, ir_.CreateExtractValue(both, 1, "overflow")}};
}
Val<Float64> Builder::Negate(Val<Float64> a) { return {this, ir_.CreateFNeg(a.raw())}; }
Val<Float64> Builder::Abs(Val<Float64> a) {
  return {this, ir_.CreateUnaryIntrinsic(llvm::Intrinsic::fabs, a.raw())};
}
Val<Float64> Builder::Sqrt(Val<Float64> a) {
  return {this, ir_.CreateUnaryIntrinsic(llvm::Intrinsic::sqrt, a.raw())};
}
Val<Float64> Builder::ToFloat(Val<Int64> a, std::string_view hint) {
  return {this, ir_.CreateSIToFP(a.raw(), ir_.getDoubleTy(), hint)};
}
Val<Float64> Builder::BitsToFloat(Val<Int64> a, std::string_view hint) {
  return {this, ir_.CreateBitCast(a.raw(), ir_.getDoubleTy(), hint)};
}
Val<Int64> Builder::FloatToBits(Val<Float64> a, std::string_view hint) {
  return {this, ir_.CreateBitCast(a.raw(), ir_.getInt64Ty(), hint)};
}
Val<Int64> Builder::Widen(Val<Bool> a, std::string_view hint) {
  return {this, ir_.CreateZExt(a.raw(), ir_.getInt64Ty(), hint)};
}
Val<Byte> Builder::ToByte(Val<Bool> a, std::string_view hint) {
  return {this, ir_.CreateZExt(a.raw(), ir_.getInt8Ty(), hint)};
}
Val<Byte> Builder::LowByte(Val<Int64> a, std::string_view hint) {
  return {this, ir_.CreateTrunc(a.raw(), ir_.getInt8Ty(), hint)};
}
Val<Int64> Builder::ShiftRightLogical(Val<Int64> a, int64_t count, std::string_view hint) {
  return {this, ir_.CreateLShr(a.raw(), static_cast<uint64_t>(count), hint)};
}

}  // namespace varpulis::jit
