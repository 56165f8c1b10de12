#include "compiler/lower/lower_statement.h"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "base/limits.h"

namespace varpulis::lower {

namespace {

// Whether the statement may end its block early.
bool Stops(const sema::TypedBlock& block);
bool Stops(const sema::TypedStatement& statement) {
  return std::visit(
      [](const auto& node) {
        using Node = std::decay_t<decltype(node)>;
        if constexpr (std::is_same_v<Node, sema::ReturnValue> ||
                      std::is_same_v<Node, sema::BreakLoop> ||
                      std::is_same_v<Node, sema::ContinueLoop>) {
          return true;
        } else if constexpr (requires { node.arms; }) {
          return std::any_of(node.arms.begin(), node.arms.end(),
                             [](const sema::IfArms::Arm& arm) { return Stops(arm.body); });
        } else if constexpr (requires { node.body; }) {
          return Stops(node.body);
        } else {
          return false;
        }
      },
      statement.node);
}
bool Stops(const sema::TypedBlock& block) {
  return std::any_of(block.begin(), block.end(),
                     [](const sema::TypedStatement& statement) { return Stops(statement); });
}

}  // namespace

StatementLowering::StatementLowering(KernelBuilder& builder, Binding binding,
                                     const sema::TypedBody& body)
    : k_(builder),
      binding_(std::move(binding)),
      body_(body),
      result_(k_.Local("result", ir::Type::Any)),
      returned_(k_.Local("returned", ir::Type::Bool)) {
  for (const sema::TypedLocal& local : body.locals) {
    variables_.push_back(k_.Local(local.name, local.type));
  }
  binding_.local = [this](KernelBuilder& k, uint32_t local) {
    return k.Add(ir::LoadLocal{variables_[local]}, body_.locals[local].name);
  };
}

void StatementLowering::StoreLocal(uint32_t local, ir::ValueId value) {
  k_.Add(ir::StoreLocal{variables_[local], k_.Convert(value, body_.locals[local].type)});
}

void StatementLowering::Run() { Block(body_.statements); }

ir::ValueId StatementLowering::Result() { return k_.Add(ir::LoadLocal{result_}, "result"); }

void StatementLowering::Block(const sema::TypedBlock& block) {
  bool may_have_stopped = false;
  for (const sema::TypedStatement& statement : block) {
    auto lower = [&] { std::visit([&](const auto& node) { Lower(node); }, statement.node); };
    if (may_have_stopped) {
      k_.Do(GoesOn(), lower);
    } else {
      lower();
    }
    may_have_stopped = may_have_stopped || Stops(statement);
  }
}

// --- flags ---------------------------------------------------------------------------------------

void StatementLowering::Raise(uint32_t flag) { k_.Add(ir::StoreLocal{flag, k_.Bool(true)}); }

ir::ValueId StatementLowering::IsUp(uint32_t flag) {
  return k_.Add(ir::Truth{k_.Add(ir::LoadLocal{flag})});
}

ir::ValueId StatementLowering::GoesOn() {
  ir::ValueId stopped = IsUp(returned_);
  if (!loops_.empty()) {
    stopped = k_.Add(ir::Logic{ir::LogicOp::Or, stopped, IsUp(loops_.back().leave)});
    stopped = k_.Add(ir::Logic{ir::LogicOp::Or, stopped, IsUp(loops_.back().next)});
  }
  return k_.Add(ir::Not{stopped});
}

// --- statements ----------------------------------------------------------------------------------

void StatementLowering::Lower(const sema::SetLocal& s) {
  StoreLocal(s.local, ExprLowering(k_, binding_).Value(*s.value));
}

void StatementLowering::Lower(const sema::SetGlobal& s) {
  ir::ValueId value = k_.Convert(ExprLowering(k_, binding_).Value(*s.value), ir::Type::Any);
  const std::string& name = binding_.program->globals[s.global].name;
  k_.Add(ir::StoreGlobal{k_.GlobalName(s.global, name), value});
}

void StatementLowering::Lower(const sema::IfArms& s) {
  constexpr size_t kMostNested = 8;
  if (s.arms.size() <= kMostNested) return Arms(s, 0);
  FlatArms(s);
}

// Long chains one arm behind the other, so that they do not nest: a flag says that one was taken.
void StatementLowering::FlatArms(const sema::IfArms& s) {
  const uint32_t taken = k_.Local("taken", ir::Type::Bool);
  k_.Add(ir::StoreLocal{taken, k_.Bool(false)});
  for (const sema::IfArms::Arm& arm : s.arms) {
    k_.Do(k_.Add(ir::Not{IsUp(taken)}), [&] {
      if (arm.condition == nullptr) return Block(arm.body);
      k_.Do(ExprLowering(k_, binding_).Condition(*arm.condition), [&] {
        Raise(taken);
        Block(arm.body);
      });
    });
  }
}

void StatementLowering::Arms(const sema::IfArms& s, size_t from) {
  const sema::IfArms::Arm& arm = s.arms[from];
  if (arm.condition == nullptr) return Block(arm.body);
  ir::ValueId condition = ExprLowering(k_, binding_).Condition(*arm.condition);
  if (from + 1 == s.arms.size()) return k_.Do(condition, [&] { Block(arm.body); });
  k_.If(
      condition, ir::Type::Bool,
      [&] {
        Block(arm.body);
        return k_.Bool(true);
      },
      [&] {
        Arms(s, from + 1);
        return k_.Bool(false);
      });
}

void StatementLowering::Loop(int64_t limit, const std::function<ir::ValueId()>& go,
                             const std::function<void()>& round) {
  const LoopFlags flags{k_.Local("leave", ir::Type::Bool), k_.Local("next", ir::Type::Bool)};
  auto lower = [&](uint32_t flag) { k_.Add(ir::StoreLocal{flag, k_.Bool(false)}); };
  lower(flags.leave);
  k_.While(
      limit,
      [&] {
        lower(flags.next);
        ir::ValueId stopped =
            k_.Add(ir::Logic{ir::LogicOp::Or, IsUp(returned_), IsUp(flags.leave)});
        return k_.Truth(
            k_.If(stopped, ir::Type::Bool, [&] { return k_.Bool(false); }, [&] { return go(); }));
      },
      [&] {
        loops_.push_back(flags);
        round();
        loops_.pop_back();
      });
  // The flags belong to this loop only: what stands behind it looks at those of the loop around it.
}

void StatementLowering::Lower(const sema::WhileLoop& s) {
  Loop(
      limits::kMaxWhileRounds, [&] { return ExprLowering(k_, binding_).Condition(*s.condition); },
      [&] { Block(s.body); });
}

void StatementLowering::Lower(const sema::ForEachLoop& s) {
  if (s.low != nullptr) return Range(s);
  Elements(s);
}

// Counts up to the last value without stepping beyond it, which might overflow.
void StatementLowering::Range(const sema::ForEachLoop& s) {
  ExprLowering lowering(k_, binding_);
  auto int_of = [&](const sema::TypedExpr& bound) {
    return k_.Convert(lowering.Value(bound), ir::Type::Int);
  };
  const uint32_t at = k_.Local("at", ir::Type::Int);
  const uint32_t last = k_.Local("last", ir::Type::Int);
  const uint32_t more = k_.Local("more", ir::Type::Bool);
  ir::ValueId low = int_of(*s.low);
  ir::ValueId high = int_of(*s.high);
  auto load = [&](uint32_t local) { return k_.Add(ir::LoadLocal{local}); };
  auto compare = [&](ir::Predicate predicate, ir::ValueId a, ir::ValueId b) {
    return k_.Add(ir::Compare{predicate, ir::Type::Int, a, b});
  };
  auto step = [&](ir::IntOp op, ir::ValueId a) { return k_.Add(ir::IntBinary{op, a, k_.Int(1)}); };
  ir::ValueId some = compare(s.inclusive ? ir::Predicate::Le : ir::Predicate::Lt, low, high);
  k_.Add(ir::StoreLocal{at, low});
  k_.Add(ir::StoreLocal{more, some});
  k_.Add(ir::StoreLocal{last, high});
  if (!s.inclusive) {
    k_.Do(some, [&] { k_.Add(ir::StoreLocal{last, step(ir::IntOp::Sub, high)}); });
  }
  Loop(
      limits::kMaxRangeElements, [&] { return IsUp(more); },
      [&] {
        StoreLocal(s.variable, load(at));
        ir::ValueId left = compare(ir::Predicate::Lt, load(at), load(last));
        k_.Add(ir::StoreLocal{more, left});
        k_.Do(left, [&] { k_.Add(ir::StoreLocal{at, step(ir::IntOp::Add, load(at))}); });
        Block(s.body);
      });
}

void StatementLowering::Elements(const sema::ForEachLoop& s) {
  auto call = [&](const char* name, std::vector<ir::ValueId> arguments) {
    return k_.Add(
        ir::CallBuiltin{static_cast<uint32_t>(ir::FindBuiltin(name)), std::move(arguments)}, name);
  };
  const uint32_t sequence = k_.Local("sequence", ir::Type::Any);
  const uint32_t at = k_.Local("at", ir::Type::Int);
  const uint32_t count = k_.Local("count", ir::Type::Int);
  auto load = [&](uint32_t local) { return k_.Add(ir::LoadLocal{local}); };
  ir::ValueId value = k_.Convert(ExprLowering(k_, binding_).Value(*s.sequence), ir::Type::Any);
  k_.Add(ir::StoreLocal{sequence, value});
  k_.Add(ir::StoreLocal{count, k_.Convert(call("iteration_count", {value}), ir::Type::Int)});
  k_.Add(ir::StoreLocal{at, k_.Int(0)});
  Loop(
      limits::kMaxRangeElements,
      [&] { return k_.Add(ir::Compare{ir::Predicate::Lt, ir::Type::Int, load(at), load(count)}); },
      [&] {
        ir::ValueId index = load(at);
        StoreLocal(s.variable,
                   call("iteration_value", {load(sequence), k_.Convert(index, ir::Type::Any)}));
        k_.Add(ir::StoreLocal{at, k_.Add(ir::IntBinary{ir::IntOp::Add, index, k_.Int(1)})});
        Block(s.body);
      });
}

void StatementLowering::Lower(const sema::ReturnValue& s) {
  ir::ValueId value = s.value == nullptr
                          ? k_.Absent(ir::Type::Any, false)
                          : k_.Convert(ExprLowering(k_, binding_).Value(*s.value), ir::Type::Any);
  k_.Add(ir::StoreLocal{result_, value});
  Raise(returned_);
}

void StatementLowering::Lower(const sema::BreakLoop&) { Raise(loops_.back().leave); }
void StatementLowering::Lower(const sema::ContinueLoop&) { Raise(loops_.back().next); }

void StatementLowering::Lower(const sema::EmitEvent& s) {
  ir::ValueId fields = ExprLowering(k_, binding_).Value(*s.fields);
  const std::string& type = binding_.program->collected_types[s.event].name;
  k_.Add(ir::Collect{k_.EventName(s.event, type), fields});
}

void StatementLowering::Lower(const sema::Evaluate& s) {
  ir::ValueId value = k_.Convert(ExprLowering(k_, binding_).Value(*s.value), ir::Type::Any);
  k_.Add(ir::StoreLocal{result_, value});
}

}  // namespace varpulis::lower
