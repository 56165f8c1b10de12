// RandomKernel without the instructions. No test of its own.

#include "jit/engine/random_kernel.h"

#include <iterator>
#include <string>

#include "compiler/ir/kernel_words.h"

namespace varpulis::jit {

using ir::Type;
using ir::ValueId;

Type RandomKernel::DrawType() { return kTypes[Draw(std::size(kTypes))]; }

ValueId RandomKernel::Add(ir::Inst inst, Type type) {
  auto id = static_cast<ValueId>(kernel_.insts.size());
  kernel_.insts.push_back(std::move(inst));
  kernel_.value_names.push_back(id % 3 == 0 ? "" : "value");
  kernel_.blocks[block_].insts.push_back(id);
  pools_[static_cast<size_t>(type)].push_back(id);
  return id;
}
ValueId RandomKernel::Present(ir::Inst inst) {
  ValueId id = Add(std::move(inst), Type::Set);
  pools_[static_cast<size_t>(Type::Bool)].push_back(id);
  return id;
}
void RandomKernel::Effect(ir::Inst inst) {
  Add(std::move(inst), Type::Set);
  pools_[static_cast<size_t>(Type::Set)].pop_back();
}
// Often a recent one, so that values depend on each other deeply.
ValueId RandomKernel::Pick(Type type) {
  const auto& pool = pools_[static_cast<size_t>(type)];
  size_t from = Draw(2) == 0 && pool.size() > 4 ? pool.size() - 4 : 0;
  return pool[from + Draw(pool.size() - from)];
}
std::vector<ValueId> RandomKernel::PickCells() {
  std::vector<ValueId> cells(Draw(4));
  for (auto& cell : cells) cell = Pick(Type::Any);
  return cells;
}
uint32_t RandomKernel::NewOut(Type type) {
  auto out = static_cast<uint32_t>(kernel_.outs.size());
  kernel_.outs.push_back({"o" + std::to_string(out), type});
  return out;
}
uint32_t RandomKernel::Text() {
  static constexpr const char* kTexts[] = {
      "a", "7", "-3", "ana", "", "twelve bytes", "size", "a text of more than twelve bytes"};
  auto index = static_cast<uint32_t>(kernel_.strings.size());
  kernel_.strings.emplace_back(kTexts[Draw(std::size(kTexts))]);
  return index;
}

int64_t RandomKernel::Integer() {
  static constexpr int64_t kPool[] = {INT64_MIN, INT64_MAX, 63, 64, 1000000007};
  return Draw(4) == 0 ? kPool[Draw(std::size(kPool))] : static_cast<int64_t>(Draw(9)) - 3;
}
double RandomKernel::Real() {
  static constexpr double kPool[] = {-0.0, 0.5, 1e300, __builtin_nan(""), __builtin_inf()};
  return Draw(3) == 0 ? kPool[Draw(std::size(kPool))] : static_cast<double>(Draw(9)) - 3;
}

// Comparisons with these have code of their own.
ValueId RandomKernel::BoxedConstant() {
  switch (Draw(3)) {
    case 0:
      return Add(ir::Box{Add(ir::ConstInt{Type::Int, Integer()}, Type::Int)}, Type::Any);
    case 1:
      return Add(ir::Box{Add(ir::ConstFloat{Real()}, Type::Float)}, Type::Any);
    default:
      return Add(ir::Box{Add(ir::ConstStr{Text()}, Type::Str)}, Type::Any);
  }
}

void RandomKernel::Declare() {
  kernel_.name = "random";
  kernel_.blocks.emplace_back();
  kernel_.globals = {"g", "h"};
  kernel_.regexes = {"a.*t", "^7$"};
  if (with_calls_) {
    for (Type type : kTypes) kernel_.record.Add("s" + std::to_string(static_cast<int>(type)), type);
    for (auto word : ir::words::kCollectionReads) kernel_.record.Add(std::string(word), Type::Set);
    kernel_.record.Add("list", Type::List);
    kernel_.record.Finish();
  }
  if (with_calls_) {
    for (Type type : kTypes) {
      kernel_.locals.push_back({"v" + std::to_string(static_cast<int>(type)), type});
    }
  }
  for (Type type : kTypes) {
    for (int copy = 0; copy < 2; ++copy) {
      auto column = static_cast<uint32_t>(kernel_.columns.size());
      kernel_.columns.push_back({"c" + std::to_string(column), type, column});
      Add(ir::LoadColumn{column}, type);
    }
    if (type != Type::Any) Add(ir::ConstAbsent{type, Draw(2) == 0}, type);
  }
  Add(ir::ConstBool{Draw(2) == 0}, Type::Bool);
  Add(ir::ConstInt{Type::Int, Integer()}, Type::Int);
  Add(ir::ConstInt{Type::Timestamp, 2}, Type::Timestamp);
  Add(ir::ConstInt{Type::Duration, 2}, Type::Duration);
  Add(ir::ConstFloat{Real()}, Type::Float);
  Add(ir::ConstStr{Text()}, Type::Str);
  Add(ir::ConstAbsent{Type::Any, Draw(2) == 0}, Type::Any);
  Add(ir::Box{Pick(Type::Int)}, Type::Any);
  Present(ir::Truth{Pick(Type::Bool)});
  declared_ = static_cast<ValueId>(kernel_.insts.size());
}

void RandomKernel::Branch(int depth) {
  Type type = DrawType();
  ir::If branch{type, Pick(Type::Bool), static_cast<ir::BlockId>(kernel_.blocks.size()),
                static_cast<ir::BlockId>(kernel_.blocks.size() + 1)};
  kernel_.blocks.resize(kernel_.blocks.size() + 2);
  const ir::BlockId outer = block_;
  for (ir::BlockId block : {branch.then_block, branch.else_block}) {
    block_ = block;
    auto visible = pools_;
    for (uint64_t i = Draw(5); i > 0; --i) Step(depth + 1);
    kernel_.blocks[block].yield = Pick(type);
    pools_ = visible;
  }
  block_ = outer;
  Add(branch, type);
}

// Loops end by their limit, or by a condition that a variable may change.
void RandomKernel::Loop(int depth) {
  const auto first = static_cast<ir::BlockId>(kernel_.blocks.size());
  kernel_.blocks.resize(kernel_.blocks.size() + 2);
  const ir::BlockId outer = block_;
  const auto inner = [&](ir::BlockId block) {
    block_ = block;
    for (uint64_t i = Draw(4); i > 0; --i) Step(depth + 1);
    Variables();
  };
  const auto visible = pools_;
  inner(first);
  kernel_.blocks[first].yield = Present(ir::Truth{Pick(Type::Bool)});
  pools_ = visible;
  inner(first + 1);
  pools_ = visible;
  block_ = outer;
  Effect(ir::While{first, first + 1, static_cast<int64_t>(1 + Draw(4))});
}

void RandomKernel::Variables() {
  const auto local = static_cast<uint32_t>(Draw(kernel_.locals.size()));
  const Type type = kernel_.locals[local].type;
  if (Draw(2) == 0) Effect(ir::StoreLocal{local, Pick(type)});
  Add(ir::LoadLocal{local}, type);
}

void RandomKernel::Step(int depth) {
  switch (Draw(with_calls_ ? 12 : 5)) {
    case 0:
    case 1:
      return Number();
    case 2:
    case 3:
      return Truths();
    case 4:
      return Choice();
    case 5:
      return Texts();
    case 6:
      return Cells();
    case 7:
      return Keys();
    case 8:
      return Stores();
    case 9:
      return Variables();
    case 10:
      if (depth < 2) Loop(depth);
      return;
    default:
      if (depth < 3) Branch(depth);
  }
}

// Writes most of what the steps made. What nobody sees is left to the optimiser, and loads and
// constants were seen often enough.
void RandomKernel::Finish() {
  for (Type type : kTypes) {
    for (ValueId id : pools_[static_cast<size_t>(type)]) {
      if (id >= declared_ && Draw(4) != 0) Effect(ir::StoreOut{NewOut(type), id});
    }
  }
  switch (Draw(3)) {
    case 0:
      kernel_.result = ir::KernelResult::Bool;
      kernel_.returned = Pick(Type::Bool);
      return;
    case 1:
      kernel_.result = ir::KernelResult::Int;
      kernel_.returned = Pick(Type::Int);
      return;
    default:
      return;
  }
}

ir::Kernel RandomKernel::Make(uint64_t seed, int steps, bool with_calls) {
  RandomKernel maker(seed, with_calls);
  maker.Declare();
  for (int i = 0; i < steps; ++i) maker.Step(0);
  maker.Finish();
  return std::move(maker.kernel_);
}

}  // namespace varpulis::jit
