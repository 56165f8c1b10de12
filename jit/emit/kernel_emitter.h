#pragma once

// What the emitters of instructions work with: the builder, the operands, the current item.

#include <array>
#include <string>
#include <vector>

#include "compiler/ir/kernel.h"
#include "jit/builder/builder.h"
#include "jit/builder/operand.h"
#include "runtime/kernel/kernel_context.h"

namespace varpulis::jit {

class KernelEmitter {
 public:
  KernelEmitter(const ir::Kernel& kernel, llvm::Function& function);

  // The whole function: prologue, the loops over the items, the error counts.
  void EmitFunction();
  // The instructions of a block; used by If. Returns what the block yields, if it yields.
  Operand EmitBlock(ir::BlockId block);

  Builder b;
  const ir::Kernel& kernel() const { return kernel_; }

  // --- operands, which have the type asked for ---
  const Operand& Get(ir::ValueId id) const { return values_[id]; }
  Nullable<Bool> Flag(ir::ValueId id) const { return As<Nullable<Bool>>(id); }
  Nullable<Int64> Int(ir::ValueId id) const { return As<Nullable<Int64>>(id); }
  Nullable<Float64> Float(ir::ValueId id) const { return As<Nullable<Float64>>(id); }
  Nullable<Str> Text(ir::ValueId id) const { return As<Nullable<Str>>(id); }
  Val<Cell> Any(ir::ValueId id) const { return As<Val<Cell>>(id); }

  // --- states ---
  Val<Bool> Absent(Val<Byte> state) { return b.NotZero(state, "absent"); }
  Val<Bool> Absent(const Val<Cell>& cell) { return b.Below(cell.tag, 2, "absent"); }
  Val<Bool> Absent(const Operand& operand);
  Val<Byte> StateOf(const Val<Cell>& cell);
  Val<Byte> StateOf(const Operand& operand);
  Val<Byte> MissingIf(Val<Bool> condition);
  Val<Byte> present() { return b.ByteOf(abi::kPresent); }
  Val<Byte> missing() { return b.ByteOf(abi::kMissing); }
  template <typename T>
  Nullable<T> Present(Val<T> value) {
    return {value, present()};
  }
  template <typename T, typename U>
  Val<Bool> AnyAbsent(const Nullable<T>& x, const Nullable<U>& y) {
    return Absent(x.state) | Absent(y.state);
  }
  // Adds one to the count if the condition holds. Counts stay in registers until the call ends.
  void CountError(abi::EvalError error, Val<Bool> condition);

  // --- cells ---
  Val<Cell> MakeCell(Val<Byte> tag, Val<Int64> head, Val<Int64> tail);
  Val<Cell> MissingCell();
  Val<Cell> Box(const Operand& operand);
  // A cell that a helper writes: write(address), then its parts.
  template <typename F>
  Val<Cell> CellFrom(const F& write) {
    auto result = b.Local(sizeof(abi::Cell), "result");
    write(PtrCast<abi::Cell>(result));
    return b.LoadCell(result, Region::Anywhere(), true);
  }
  // A value of `type` in memory, and its absent form.
  Operand Load(ir::Type type, Val<Ptr<void>> values, Val<Byte> state, Region region, bool stable);
  Operand AbsentOf(ir::Type type, Val<Byte> state);
  // The payload alone; what it points to is not copied.
  void StorePayload(const Operand& operand, Val<Ptr<void>> at, Region region);
  // The cells side by side in memory.
  Val<Ptr<abi::Cell>> CellArray(const std::vector<ir::ValueId>& values);

  // --- frame; valid for the current item ---
  struct Column {
    Val<Ptr<void>> values;
    Val<Ptr<void>> states;
  };
  const Column& column(uint32_t index) const { return columns_[index]; }
  const Column& out(uint32_t index) const { return outs_[index]; }
  // A variable: its payload and its state.
  const Column& local(uint32_t index) const { return locals_[index]; }
  // KernelContext::work, of kernels for which ir::Works holds.
  Val<Ptr<void>> work() { return b.Offset(context_, abi::kWorkOffset, "work.at"); }
  // Whether the kernel, or a function that it calls, may store to a global.
  bool changes_globals() const { return changes_globals_; }
  Val<Ptr<void>> times() const { return times_; }
  Val<Ptr<void>> globals() const { return globals_; }
  Val<Int64> row() const { return row_; }
  Val<Int64> out_row() const { return out_row_; }
  Val<Ptr<void>> record() const { return record_; }
  Val<Ptr<abi::KernelFrame>> frame() { return PtrCast<abi::KernelFrame>(b.frame()); }

 private:
  template <typename T>
  T As(ir::ValueId id) const {
    const T* content = std::get_if<T>(&values_[id].content);
    VPL_CHECK(content != nullptr, "%{} of {} has another type", id, kernel_.name);
    return *content;
  }
  Val<Ptr<void>> FrameField(size_t offset, std::string_view hint);
  void LoadFrame();
  void MakeLocals();
  void ClearLocals();
  void BeginWork();
  std::vector<Column> LoadRefs(size_t field, const std::vector<std::string>& names,
                               const std::vector<uint32_t>& indices);
  void EmitItem(Val<Int64> item, Val<Int64> row);
  void EmitInst(ir::ValueId id);
  void StoreResult(Val<Int64> item);
  void AddErrors();
  std::string NameOf(ir::ValueId id) const;

  const ir::Kernel& kernel_;
  std::vector<Operand> values_;
  std::vector<Column> columns_;
  std::vector<Column> outs_;
  std::vector<Column> locals_;
  bool changes_globals_ = false;
  Val<Ptr<void>> times_, globals_, context_, rows_, records_, result_, record_;
  Val<Int64> count_, first_row_, out_first_, row_, out_row_;
  std::array<Val<Ptr<void>>, abi::kEvalErrorKinds> errors_;
};

}  // namespace varpulis::jit
