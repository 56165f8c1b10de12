#pragma once

// For tests: kernels made at random of all instructions that need no program around them.

#include <array>
#include <random>
#include <vector>

#include "compiler/ir/kernel.h"

namespace varpulis::jit {

class RandomKernel {
 public:
  // `steps` instructions or so besides loads, constants and stores. Without `with_calls` only those
  // that may become vector code (straight_line.h).
  static ir::Kernel Make(uint64_t seed, int steps, bool with_calls);

 private:
  RandomKernel(uint64_t seed, bool with_calls) : random_(seed), with_calls_(with_calls) {}
  void Declare();
  void Finish();
  void Step(int depth);
  void Number();
  void Choice();
  void Truths();
  void Texts();
  void Cells();
  void Keys();
  void Collections();
  void Stores();
  void Branch(int depth);
  void Loop(int depth);
  void Variables();

  uint64_t Draw(uint64_t bound) { return random_() % bound; }
  template <typename E>
  E DrawEnum(int count) {
    return static_cast<E>(Draw(static_cast<uint64_t>(count)));
  }
  ir::Type DrawType();
  ir::ValueId Add(ir::Inst inst, ir::Type type);
  ir::ValueId Present(ir::Inst inst);  // a bool that is always present
  void Effect(ir::Inst inst);
  ir::ValueId Pick(ir::Type type);
  std::vector<ir::ValueId> PickCells();
  ir::ValueId BoxedConstant();
  uint32_t NewOut(ir::Type type);
  uint32_t Text();
  int64_t Integer();
  double Real();

  static constexpr ir::Type kTypes[] = {ir::Type::Bool, ir::Type::Int,       ir::Type::Float,
                                        ir::Type::Str,  ir::Type::Timestamp, ir::Type::Duration,
                                        ir::Type::Any};
  static constexpr size_t kPools = 8;  // one per type; that of Set holds the always present bools
  std::mt19937_64 random_;
  bool with_calls_;
  ir::Kernel kernel_;
  std::array<std::vector<ir::ValueId>, kPools> pools_;
  ir::BlockId block_ = 0;
  ir::ValueId declared_ = 0;  // values from here on are made by steps
};

}  // namespace varpulis::jit
