#pragma once

// One Eval per instruction, in families: eval_const.cpp, eval_arith.cpp and so on, each the twin of
// jit/emit/emit_<family>.cpp. The meaning of an instruction is in compiler/ir/insts.h. An instruction
// without an overload here does not compile (Machine::RunBlock). Instructions without a result
// return nothing.

#include "compiler/ir/insts.h"
#include "runtime/interp/machine.h"

namespace varpulis::interp {

// eval_const.cpp
Cell Eval(Machine& m, ir::ConstBool inst);
Cell Eval(Machine& m, ir::ConstInt inst);
Cell Eval(Machine& m, ir::ConstFloat inst);
Cell Eval(Machine& m, ir::ConstStr inst);
Cell Eval(Machine& m, ir::ConstAbsent inst);
Cell Eval(Machine& m, ir::LoadColumn inst);
Cell Eval(Machine& m, ir::LoadSlot inst);
Cell Eval(Machine& m, ir::LoadTime inst);
Cell Eval(Machine& m, ir::LoadGlobal inst);
Cell Eval(Machine& m, ir::LoadLocal inst);

// eval_arith.cpp
Cell Eval(Machine& m, ir::IntBinary inst);
Cell Eval(Machine& m, ir::IntUnary inst);
Cell Eval(Machine& m, ir::FloatBinary inst);
Cell Eval(Machine& m, ir::FloatUnary inst);
Cell Eval(Machine& m, ir::IntToFloat inst);

// eval_compare.cpp
Cell Eval(Machine& m, ir::Compare inst);

// eval_logic.cpp
Cell Eval(Machine& m, ir::Logic inst);
Cell Eval(Machine& m, ir::Not inst);
Cell Eval(Machine& m, ir::Truth inst);
Cell Eval(Machine& m, ir::NotValue inst);
Cell Eval(Machine& m, ir::IsAbsent inst);
Cell Eval(Machine& m, ir::Select inst);
Cell Eval(Machine& m, ir::If inst);

// eval_convert.cpp
Cell Eval(Machine& m, ir::Box inst);
Cell Eval(Machine& m, ir::Unbox inst);
Cell Eval(Machine& m, ir::ToNumber inst);

// eval_string.cpp
Cell Eval(Machine& m, ir::StrTest inst);
Cell Eval(Machine& m, ir::StrCase inst);
Cell Eval(Machine& m, ir::RegexTest inst);

// eval_any.cpp
Cell Eval(Machine& m, ir::BinaryAny inst);
Cell Eval(Machine& m, ir::UnaryAny inst);
Cell Eval(Machine& m, const ir::CallBuiltin& inst);
Cell Eval(Machine& m, const ir::MakeArray& inst);
Cell Eval(Machine& m, const ir::MakeMap& inst);

// eval_function.cpp
void Eval(Machine& m, ir::While inst);
Cell Eval(Machine& m, const ir::CallFunction& inst);
Cell Eval(Machine& m, const ir::ForEach& inst);
void Eval(Machine& m, ir::StoreGlobal inst);
void Eval(Machine& m, ir::Collect inst);

// eval_key.cpp
Cell Eval(Machine& m, ir::Hash inst);
Cell Eval(Machine& m, ir::HashCombine inst);
Cell Eval(Machine& m, ir::SameKey inst);

// eval_store.cpp
void Eval(Machine& m, ir::StoreOut inst);
void Eval(Machine& m, ir::StoreLocal inst);
void Eval(Machine& m, ir::StoreSlot inst);
void Eval(Machine& m, ir::CollectionAdd inst);
void Eval(Machine& m, ir::CollectionRemove inst);
Cell Eval(Machine& m, ir::CollectionRead inst);
void Eval(Machine& m, ir::ListAppend inst);
Cell Eval(Machine& m, ir::ListValues inst);

// True iff present, a bool, and true.
inline bool IsTrue(const Cell& cell) { return cell.tag == Tag::Bool && cell.boolean != 0; }

}  // namespace varpulis::interp
