#pragma once

// Bodies of statements to structured kernels. Kernels have no jumps: `return`, `break` and `continue`
// raise a flag, and what stands behind them runs only while no flag is up.

#include <string>
#include <vector>

#include "compiler/lower/kernel_builder.h"
#include "compiler/lower/lower_expr.h"

namespace varpulis::lower {

class StatementLowering {
 public:
  // `binding` provides plan and program; its `local` is set here.
  StatementLowering(KernelBuilder& builder, Binding binding, const sema::TypedBody& body);

  void StoreLocal(uint32_t local, ir::ValueId value);
  void Run();
  // What the body returned: the value of `return`, else of the last expression statement (any).
  ir::ValueId Result();

 private:
  // The flags of one loop.
  struct LoopFlags {
    uint32_t leave;
    uint32_t next;
  };

  void Block(const sema::TypedBlock& block);
  void Lower(const sema::SetLocal& s);
  void Lower(const sema::SetGlobal& s);
  void Lower(const sema::IfArms& s);
  void Lower(const sema::ForEachLoop& s);
  void Lower(const sema::WhileLoop& s);
  void Lower(const sema::ReturnValue& s);
  void Lower(const sema::BreakLoop& s);
  void Lower(const sema::ContinueLoop& s);
  void Lower(const sema::EmitEvent& s);
  void Lower(const sema::Evaluate& s);
  void Arms(const sema::IfArms& s, size_t from);
  void FlatArms(const sema::IfArms& s);
  void Range(const sema::ForEachLoop& s);
  void Elements(const sema::ForEachLoop& s);
  // A loop of at most `limit` rounds while go() and no flag is up; the body lowers one round.
  void Loop(int64_t limit, const std::function<ir::ValueId()>& go,
            const std::function<void()>& round);
  void Raise(uint32_t flag);
  ir::ValueId IsUp(uint32_t flag);
  // No flag is up that stops this block.
  ir::ValueId GoesOn();

  KernelBuilder& k_;
  Binding binding_;
  const sema::TypedBody& body_;
  std::vector<uint32_t> variables_;  // kernel local by local of the body
  uint32_t result_;
  uint32_t returned_;
  std::vector<LoopFlags> loops_;
};

}  // namespace varpulis::lower
