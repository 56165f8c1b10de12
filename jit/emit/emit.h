#pragma once

// One Emit per instruction, in families: emit_const.cpp, emit_arith.cpp and so on, each the twin of
// runtime/interp/eval_<family>.cpp. The meaning of an instruction is in compiler/ir/insts.h. An
// instruction without an overload here does not compile (KernelEmitter::EmitInst).

#include "compiler/ir/insts.h"
#include "jit/emit/kernel_emitter.h"

namespace varpulis::jit {

// emit_const.cpp
Nullable<Bool> Emit(KernelEmitter& e, ir::ConstBool inst);
Operand Emit(KernelEmitter& e, ir::ConstInt inst);
Nullable<Float64> Emit(KernelEmitter& e, ir::ConstFloat inst);
Nullable<Str> Emit(KernelEmitter& e, ir::ConstStr inst);
Operand Emit(KernelEmitter& e, ir::ConstAbsent inst);
Operand Emit(KernelEmitter& e, ir::LoadColumn inst);
Operand Emit(KernelEmitter& e, ir::LoadSlot inst);
Operand Emit(KernelEmitter& e, ir::LoadTime inst);
Val<Cell> Emit(KernelEmitter& e, ir::LoadGlobal inst);
Operand Emit(KernelEmitter& e, ir::LoadLocal inst);

// emit_arith.cpp
Nullable<Int64> Emit(KernelEmitter& e, ir::IntBinary inst);
Nullable<Int64> Emit(KernelEmitter& e, ir::IntUnary inst);
Nullable<Float64> Emit(KernelEmitter& e, ir::FloatBinary inst);
Nullable<Float64> Emit(KernelEmitter& e, ir::FloatUnary inst);
Nullable<Float64> Emit(KernelEmitter& e, ir::IntToFloat inst);

// emit_compare.cpp
Nullable<Bool> Emit(KernelEmitter& e, ir::Compare inst);

// emit_logic.cpp
Nullable<Bool> Emit(KernelEmitter& e, ir::Logic inst);
Nullable<Bool> Emit(KernelEmitter& e, ir::Not inst);
Nullable<Bool> Emit(KernelEmitter& e, ir::Truth inst);
Nullable<Bool> Emit(KernelEmitter& e, ir::NotValue inst);
Nullable<Bool> Emit(KernelEmitter& e, ir::IsAbsent inst);
Operand Emit(KernelEmitter& e, ir::Select inst);
Operand Emit(KernelEmitter& e, ir::If inst);

// emit_string.cpp
Nullable<Bool> Emit(KernelEmitter& e, ir::StrTest inst);
Nullable<Str> Emit(KernelEmitter& e, ir::StrCase inst);
Nullable<Bool> Emit(KernelEmitter& e, ir::RegexTest inst);

// emit_any.cpp, emit_convert.cpp
Val<Cell> Emit(KernelEmitter& e, ir::BinaryAny inst);
Val<Cell> Emit(KernelEmitter& e, ir::UnaryAny inst);
Val<Cell> Emit(KernelEmitter& e, const ir::CallBuiltin& inst);
Val<Cell> Emit(KernelEmitter& e, const ir::MakeArray& inst);
Val<Cell> Emit(KernelEmitter& e, const ir::MakeMap& inst);
Val<Cell> Emit(KernelEmitter& e, ir::Box inst);
Operand Emit(KernelEmitter& e, ir::Unbox inst);
Nullable<Float64> Emit(KernelEmitter& e, ir::ToNumber inst);

// emit_function.cpp
void Emit(KernelEmitter& e, ir::While inst);
Val<Cell> Emit(KernelEmitter& e, const ir::CallFunction& inst);
Val<Cell> Emit(KernelEmitter& e, const ir::ForEach& inst);
void Emit(KernelEmitter& e, ir::StoreGlobal inst);
void Emit(KernelEmitter& e, ir::Collect inst);

// emit_key.cpp
Nullable<Int64> Emit(KernelEmitter& e, ir::Hash inst);
Nullable<Int64> Emit(KernelEmitter& e, ir::HashCombine inst);
Nullable<Bool> Emit(KernelEmitter& e, ir::SameKey inst);

// emit_store.cpp
void Emit(KernelEmitter& e, ir::StoreOut inst);
void Emit(KernelEmitter& e, ir::StoreLocal inst);
void Emit(KernelEmitter& e, ir::StoreSlot inst);
void Emit(KernelEmitter& e, ir::CollectionAdd inst);
void Emit(KernelEmitter& e, ir::CollectionRemove inst);
Val<Cell> Emit(KernelEmitter& e, ir::CollectionRead inst);
void Emit(KernelEmitter& e, ir::ListAppend inst);
Val<Cell> Emit(KernelEmitter& e, ir::ListValues inst);

}  // namespace varpulis::jit
