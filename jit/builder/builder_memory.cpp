// Loads, stores, addresses and calls of Builder.

#include <llvm/IR/Module.h>

#include "jit/builder/builder.h"

namespace varpulis::jit {

Val<Ptr<void>> Builder::Offset(Val<Ptr<void>> base, uint64_t bytes, std::string_view hint) {
  if (bytes == 0) return base;
  return {this, ir_.CreateInBoundsGEP(ir_.getInt8Ty(), base.raw(), ir_.getInt64(bytes), hint)};
}

Val<Ptr<void>> Builder::Element(Val<Ptr<void>> base, Val<Int64> index, uint64_t size,
                                std::string_view hint) {
  llvm::Type* type =
      size == 1   ? ir_.getInt8Ty()
      : size == 4 ? ir_.getInt32Ty()
      : size == 8 ? ir_.getInt64Ty()
                  : static_cast<llvm::Type*>(llvm::ArrayType::get(ir_.getInt64Ty(), size / 8));
  return {this, ir_.CreateInBoundsGEP(type, base.raw(), index.raw(), hint)};
}

Val<Bool> Builder::IsNull(Val<Ptr<void>> pointer, std::string_view hint) {
  return {this, ir_.CreateIsNull(pointer.raw(), hint)};
}

llvm::Value* Builder::LoadRaw(llvm::Type* type, Val<Ptr<void>> at, uint64_t align, Region region,
                              std::string_view hint) {
  auto* load = ir_.CreateAlignedLoad(type, at.raw(), llvm::Align(align), hint);
  scopes_.Mark(load, region);
  return load;
}
void Builder::StoreRaw(llvm::Value* value, Val<Ptr<void>> at, uint64_t align, Region region) {
  scopes_.Mark(ir_.CreateAlignedStore(value, at.raw(), llvm::Align(align)), region);
}

Val<Ptr<void>> Builder::LoadPointer(Val<Ptr<void>> at, Region region, std::string_view hint) {
  return {this, LoadRaw(ir_.getPtrTy(), at, 8, region, hint)};
}
Val<Byte> Builder::LoadByte(Val<Ptr<void>> at, Region region, std::string_view hint) {
  return {this, LoadRaw(ir_.getInt8Ty(), at, 1, region, hint)};
}
Val<Int64> Builder::LoadInt(Val<Ptr<void>> at, Region region, std::string_view hint) {
  return {this, LoadRaw(ir_.getInt64Ty(), at, 8, region, hint)};
}
Val<Int64> Builder::LoadUint32(Val<Ptr<void>> at, Region region, std::string_view hint) {
  auto* narrow = LoadRaw(ir_.getInt32Ty(), at, 4, region, "u32");
  return {this, ir_.CreateZExt(narrow, ir_.getInt64Ty(), hint)};
}
Val<Float64> Builder::LoadFloat(Val<Ptr<void>> at, Region region, std::string_view hint) {
  return {this, LoadRaw(ir_.getDoubleTy(), at, 8, region, hint)};
}
Val<Str> Builder::LoadStr(Val<Ptr<void>> at, Region region, bool stable) {
  Val<Str> value{
      LoadInt(at, region, "head"), LoadInt(Offset(at, 8, "tail.at"), region, "tail"), {}};
  if (stable) value.address = PtrCast<abi::VplString>(at);
  return value;
}
Val<Cell> Builder::LoadCell(Val<Ptr<void>> at, Region region, bool stable) {
  Val<Cell> value{LoadByte(at, region, "tag"),
                  LoadInt(Offset(at, 8, "head.at"), region, "head"),
                  LoadInt(Offset(at, 16, "tail.at"), region, "tail"),
                  {}};
  if (stable) value.address = PtrCast<abi::Cell>(at);
  return value;
}

void Builder::Store(Val<Byte> value, Val<Ptr<void>> at, Region region) {
  StoreRaw(value.raw(), at, 1, region);
}
void Builder::Store(Val<Int64> value, Val<Ptr<void>> at, Region region) {
  StoreRaw(value.raw(), at, 8, region);
}
void Builder::Store(Val<Float64> value, Val<Ptr<void>> at, Region region) {
  StoreRaw(value.raw(), at, 8, region);
}
void Builder::Store(const Val<Str>& value, Val<Ptr<void>> at, Region region) {
  Store(value.head, at, region);
  Store(value.tail, Offset(at, 8, "tail.at"), region);
}
// The tag is stored with its padding, which must be zero.
void Builder::Store(const Val<Cell>& value, Val<Ptr<void>> at, Region region) {
  StoreRaw(ir_.CreateZExt(value.tag.raw(), ir_.getInt64Ty(), "tag.word"), at, 8, region);
  Store(value.head, Offset(at, 8, "head.at"), region);
  Store(value.tail, Offset(at, 16, "tail.at"), region);
}

Val<Ptr<void>> Builder::Local(uint64_t bytes, std::string_view hint) {
  llvm::IRBuilderBase::InsertPointGuard guard(ir_);
  ir_.SetInsertPoint(prologue_->getTerminator());
  auto* type = llvm::ArrayType::get(ir_.getInt64Ty(), (bytes + 7) / 8);
  auto* memory = ir_.CreateAlloca(type, nullptr, hint);
  memory->setAlignment(llvm::Align(8));
  return {this, memory};
}

llvm::Constant* Builder::ConstantWords(llvm::ArrayRef<llvm::Constant*> words) {
  llvm::Constant*& global = constants_[words.vec()];
  if (global == nullptr) {
    auto* type = llvm::ArrayType::get(ir_.getInt64Ty(), words.size());
    auto* variable = new llvm::GlobalVariable(
        *function_.getParent(), type, true, llvm::GlobalValue::PrivateLinkage,
        llvm::ConstantArray::get(type, words), llvm::Twine(prefix_) + ".constant");
    variable->setUnnamedAddr(llvm::GlobalValue::UnnamedAddr::Global);
    variable->setAlignment(llvm::Align(8));
    global = variable;
  }
  return global;
}

Val<Ptr<abi::VplString>> Builder::Address(const Val<Str>& value) {
  if (value.address.exists()) return value.address;
  auto* head = llvm::dyn_cast<llvm::Constant>(value.head.raw());
  auto* tail = llvm::dyn_cast<llvm::Constant>(value.tail.raw());
  if (head != nullptr && tail != nullptr) return {this, ConstantWords({head, tail})};
  auto copy = Local(sizeof(abi::VplString), "copy");
  Store(value, copy, Region::Anywhere());
  return PtrCast<abi::VplString>(copy);
}

Val<Ptr<abi::Cell>> Builder::Address(const Val<Cell>& value) {
  if (value.address.exists()) return value.address;
  auto* tag = llvm::dyn_cast<llvm::ConstantInt>(value.tag.raw());
  auto* head = llvm::dyn_cast<llvm::Constant>(value.head.raw());
  auto* tail = llvm::dyn_cast<llvm::Constant>(value.tail.raw());
  if (tag != nullptr && head != nullptr && tail != nullptr) {
    return {this, ConstantWords({ir_.getInt64(tag->getZExtValue()), head, tail})};
  }
  auto copy = Local(sizeof(abi::Cell), "copy");
  Store(value, copy, Region::Anywhere());
  return PtrCast<abi::Cell>(copy);
}

Val<Ptr<abi::VplString>> Builder::TextArray(const std::vector<std::string_view>& texts) {
  std::vector<llvm::Constant*> words;
  for (std::string_view text : texts) {
    Val<Str> constant = Text(text);
    words.push_back(llvm::cast<llvm::Constant>(constant.head.raw()));
    words.push_back(llvm::cast<llvm::Constant>(constant.tail.raw()));
  }
  return {this, ConstantWords(words)};
}

llvm::Value* Builder::CallRaw(const char* name, bool reads_only, llvm::Type* result,
                              llvm::ArrayRef<llvm::Type*> types,
                              llvm::ArrayRef<llvm::Value*> arguments, std::string_view hint) {
  auto* type = llvm::FunctionType::get(result, types, false);
  auto callee = function_.getParent()->getOrInsertFunction(name, type);
  auto* declaration = llvm::cast<llvm::Function>(callee.getCallee());
  declaration->setDoesNotThrow();
  if (reads_only) {
    declaration->setWillReturn();
    declaration->setOnlyReadsMemory();
  }
  return ir_.CreateCall(type, declaration, arguments, hint);
}

}  // namespace varpulis::jit
