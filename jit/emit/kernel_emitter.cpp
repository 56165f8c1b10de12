#include "jit/emit/kernel_emitter.h"

#include <algorithm>
#include <cstddef>

#include <llvm/IR/Module.h>

#include "base/limits.h"
#include "jit/emit/emit.h"
#include "jit/emit/emit_kernel.h"
#include "jit/emit/straight_line.h"

namespace varpulis::jit {

llvm::Function* EmitKernel(const ir::Kernel& kernel, std::string_view symbol,
                           llvm::Module& module) {
  auto& context = module.getContext();
  auto* pointer = llvm::PointerType::get(context, 0);
  auto* type = llvm::FunctionType::get(llvm::Type::getVoidTy(context), {pointer, pointer}, false);
  auto* function = llvm::Function::Create(type, llvm::GlobalValue::ExternalLinkage, symbol, module);
  function->setDoesNotThrow();
  function->setUWTableKind(llvm::UWTableKind::Default);
  function->getArg(0)->setName("frame");
  function->getArg(1)->setName("code");
  KernelEmitter(kernel, *function).EmitFunction();
  return function;
}

KernelEmitter::KernelEmitter(const ir::Kernel& kernel, llvm::Function& function)
    : b(function, static_cast<uint32_t>(kernel.outs.size())),
      kernel_(kernel),
      values_(kernel.insts.size()) {}

std::string KernelEmitter::NameOf(ir::ValueId id) const {
  const bool named = id < kernel_.value_names.size() && !kernel_.value_names[id].empty();
  return named ? kernel_.value_names[id] : "v" + std::to_string(id);
}

// --- frame ---------------------------------------------------------------------------------------

// Fields of the frame do not change during a call, so they count as invariant like the columns.
Val<Ptr<void>> KernelEmitter::FrameField(size_t offset, std::string_view hint) {
  return b.LoadPointer(b.Offset(b.frame(), offset, "at"), Region::Columns(), hint);
}

std::vector<KernelEmitter::Column> KernelEmitter::LoadRefs(size_t field,
                                                           const std::vector<std::string>& names,
                                                           const std::vector<uint32_t>& indices) {
  std::vector<Column> result;
  if (names.empty()) return result;
  auto refs = FrameField(field, "refs");
  for (size_t i = 0; i < names.size(); ++i) {
    b.set_prefix(names[i]);
    auto ref = b.Offset(refs, indices[i] * sizeof(abi::ColumnRef), "ref");
    result.push_back({b.LoadPointer(b.Offset(ref, offsetof(abi::ColumnRef, values)),
                                    Region::Columns(), "values"),
                      b.LoadPointer(b.Offset(ref, offsetof(abi::ColumnRef, states), "states.at"),
                                    Region::Columns(), "states")});
  }
  b.set_prefix("frame");
  return result;
}

namespace {
bool ReadsTime(const ir::Kernel& kernel) {
  return std::any_of(kernel.insts.begin(), kernel.insts.end(), [](const ir::Inst& inst) {
    return std::holds_alternative<ir::LoadTime>(inst);
  });
}

bool ChangesGlobals(const ir::Kernel& kernel) {
  return std::any_of(kernel.insts.begin(), kernel.insts.end(), [](const ir::Inst& inst) {
    return std::holds_alternative<ir::StoreGlobal>(inst) ||
           std::holds_alternative<ir::CallFunction>(inst) ||
           std::holds_alternative<ir::ForEach>(inst);
  });
}
}  // namespace

void KernelEmitter::LoadFrame() {
  Builder::Prologue prologue(b);
  b.set_prefix("frame");
  const auto field_int = [&](size_t offset, const char* hint) {
    return b.LoadInt(b.Offset(b.frame(), offset, "at"), Region::Columns(), hint);
  };
  count_ = field_int(offsetof(abi::KernelFrame, count), "count");
  first_row_ = field_int(offsetof(abi::KernelFrame, first_row), "first_row");
  rows_ = FrameField(offsetof(abi::KernelFrame, rows), "rows");
  if (ReadsTime(kernel_)) times_ = FrameField(offsetof(abi::KernelFrame, row_times), "times");
  globals_ = FrameField(offsetof(abi::KernelFrame, globals), "globals");
  if (ir::Works(kernel_)) context_ = FrameField(offsetof(abi::KernelFrame, context), "context");
  if (!kernel_.record.empty())
    records_ = FrameField(offsetof(abi::KernelFrame, records), "records");
  if (!kernel_.outs.empty())
    out_first_ = field_int(offsetof(abi::KernelFrame, out_first), "out_first");
  if (kernel_.result == ir::KernelResult::Bool) {
    result_ = FrameField(offsetof(abi::KernelFrame, result_bytes), "result");
  } else if (kernel_.result == ir::KernelResult::Int) {
    result_ = FrameField(offsetof(abi::KernelFrame, result_ints), "result");
  }
  std::vector<std::string> names;
  std::vector<uint32_t> indices;
  for (const auto& column : kernel_.columns) {
    names.push_back(column.name);
    indices.push_back(column.table_column);
  }
  columns_ = LoadRefs(offsetof(abi::KernelFrame, columns), names, indices);
  names.clear();
  indices.clear();
  for (uint32_t i = 0; i < kernel_.outs.size(); ++i) {
    names.push_back("out." + kernel_.outs[i].name);
    indices.push_back(i);
  }
  outs_ = LoadRefs(offsetof(abi::KernelFrame, outs), names, indices);
}

// On the stack, where LLVM turns them into registers.
void KernelEmitter::MakeLocals() {
  Builder::Prologue prologue(b);
  for (const ir::KernelLocal& local : kernel_.locals) {
    b.set_prefix(local.name);
    locals_.push_back({b.Local(ir::PayloadSize(local.type), "var"), b.Local(1, "state")});
  }
  b.set_prefix("frame");
}

void KernelEmitter::ClearLocals() {
  for (size_t i = 0; i < locals_.size(); ++i) {
    const Operand absent = AbsentOf(kernel_.locals[i].type, missing());
    StorePayload(absent, locals_[i].values, Region::Anywhere());
    b.Store(missing(), locals_[i].states, Region::Anywhere());
  }
}

// A function works on what its caller has left.
void KernelEmitter::BeginWork() {
  b.set_prefix("work");
  auto depth =
      b.LoadInt(b.Offset(context_, abi::kCallDepthOffset, "depth.at"), Region::Anywhere(), "depth");
  auto outermost = b.Compare(ir::Predicate::Eq, depth, b.Int(0), "outermost");
  auto left = b.LoadInt(work(), Region::Anywhere(), "left");
  b.Store(b.Select(outermost, b.Int(limits::kMaxWork), left, "work"), work(), Region::Anywhere());
  b.set_prefix("frame");
}

// --- the loops -----------------------------------------------------------------------------------

// Kernels that LLVM can turn into vector code get a loop of their own for dense rows; for others
// one loop is enough, since choosing the row is little work beside theirs.
void KernelEmitter::EmitFunction() {
  changes_globals_ = ChangesGlobals(kernel_);
  LoadFrame();
  MakeLocals();
  b.set_prefix("frame");
  auto dense = b.IsNull(rows_, "dense");
  const auto dense_row = [&](Val<Int64> i) {
    return b.Binary(ir::IntOp::Add, first_row_, i, "row");
  };
  const auto selected_row = [&](Val<Int64> i) {
    return b.LoadUint32(b.Element(rows_, i, 4, "row.at"), Region::Columns(), "row");
  };
  if (IsStraightLine(kernel_)) {
    b.If(
        dense, "rows",
        [&] {
          b.Loop(count_, "items", Builder::LoopKind::Vector,
                 [&](Val<Int64> i) { EmitItem(i, dense_row(i)); });
        },
        [&] {
          b.Loop(count_, "selected", Builder::LoopKind::Scalar,
                 [&](Val<Int64> i) { EmitItem(i, selected_row(i)); });
        });
  } else {
    b.Loop(count_, "items", Builder::LoopKind::Scalar, [&](Val<Int64> i) {
      if (kernel_.columns.empty() && !times_.exists()) return EmitItem(i, i);
      EmitItem(i,
               b.If(dense, "row", [&] { return dense_row(i); }, [&] { return selected_row(i); }));
    });
  }
  AddErrors();
  b.Return();
}

void KernelEmitter::EmitItem(Val<Int64> item, Val<Int64> row) {
  row_ = row;
  if (out_first_.exists()) out_row_ = b.Binary(ir::IntOp::Add, out_first_, item, "out_row");
  if (records_.exists()) {
    record_ = b.LoadPointer(b.Element(records_, item, 8, "record.at"), Region::Columns(), "record");
  }
  ClearLocals();
  if (context_.exists()) BeginWork();
  EmitBlock(0);
  b.set_prefix("frame");
  StoreResult(item);
}

Operand KernelEmitter::EmitBlock(ir::BlockId block) {
  const std::string outer(b.prefix());
  for (ir::ValueId id : kernel_.blocks[block].insts) EmitInst(id);
  b.set_prefix(outer);
  const ir::ValueId yield = kernel_.blocks[block].yield;
  return yield == ir::kNoValue ? Operand() : values_[yield];
}

namespace {
// The part of a value that deserves the plain name.
llvm::Value* MainPart(const Nullable<Str>& v) { return v.value.head.raw(); }
llvm::Value* MainPart(const Val<Cell>& v) { return v.tag.raw(); }
template <typename T>
llvm::Value* MainPart(const Nullable<T>& v) {
  return v.value.raw();
}
}  // namespace

void KernelEmitter::EmitInst(ir::ValueId id) {
  b.set_prefix(NameOf(id));
  std::visit(
      [&](const auto& inst) {
        if constexpr (std::is_void_v<decltype(Emit(*this, inst))>) {
          Emit(*this, inst);
        } else {
          values_[id] = Emit(*this, inst);
          std::visit([&](const auto& v) { b.NameResult(MainPart(v)); }, values_[id].content);
        }
      },
      kernel_.insts[id]);
}

void KernelEmitter::StoreResult(Val<Int64> item) {
  if (kernel_.result == ir::KernelResult::None) return;
  if (kernel_.result == ir::KernelResult::Bool) {
    auto flag = Flag(kernel_.returned);
    auto holds = b.ToByte(flag.value & !Absent(flag.state), "holds");
    b.Store(holds, b.Element(result_, item, 1, "result.at"), Region::Result());
  } else {
    auto number = Int(kernel_.returned);
    auto written = b.Select(Absent(number.state), b.Int(0), number.value, "written");
    b.Store(written, b.Element(result_, item, 8, "result.at"), Region::Result());
  }
}

// --- errors --------------------------------------------------------------------------------------

void KernelEmitter::CountError(abi::EvalError error, Val<Bool> condition) {
  if (b.Constant(condition) == false) return;
  auto& count = errors_[static_cast<size_t>(error)];
  if (!count.exists()) {
    Builder::Prologue prologue(b);
    b.set_prefix("errors");
    count = b.Local(8, std::to_string(static_cast<int>(error)));
    b.Store(b.Int(0), count, Region::Anywhere());
  }
  auto before = b.LoadInt(count, Region::Anywhere(), "errors");
  auto after = b.Binary(ir::IntOp::Add, before, b.Widen(condition, "error"), "errors");
  b.Store(after, count, Region::Anywhere());
}

// Helpers count into the frame themselves, so this adds.
void KernelEmitter::AddErrors() {
  b.set_prefix("errors");
  for (size_t i = 0; i < errors_.size(); ++i) {
    if (!errors_[i].exists()) continue;
    auto at = b.Offset(b.frame(), offsetof(abi::KernelFrame, errors) + 8 * i, "at");
    auto total = b.Binary(ir::IntOp::Add, b.LoadInt(at, Region::Anywhere(), "before"),
                          b.LoadInt(errors_[i], Region::Anywhere(), "counted"), "total");
    b.Store(total, at, Region::Anywhere());
  }
}

}  // namespace varpulis::jit
