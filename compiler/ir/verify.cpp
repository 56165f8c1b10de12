#include <unordered_set>

#include <fmt/format.h>

#include "compiler/ir/kernel.h"
#include "compiler/ir/kernel_parser.h"

namespace varpulis::ir {
namespace {

class Verifier {
 public:
  explicit Verifier(const Kernel& kernel)
      : kernel_(kernel),
        defined_(kernel.insts.size()),
        placed_(kernel.insts.size()),
        used_blocks_(kernel.blocks.size()) {}

  Status Run() {
    if (kernel_.blocks.empty()) return Error("it has no body");
    CheckDeclarations();
    if (problem_.empty()) {
      used_blocks_[0] = true;
      VisitBlock(0, 0);
    }
    if (problem_.empty()) CheckResult();
    return problem_.empty() ? Status() : Error(problem_);
  }

 private:
  Status Error(const std::string& problem) const {
    return Status(StatusCode::Internal, fmt::format("kernel {}: {}", kernel_.name, problem));
  }
  void Fail(const std::string& problem) {
    if (!problem_.empty()) return;
    if (current_ == kNoValue) {
      problem_ = problem;
      return;
    }
    std::string name = current_ < kernel_.value_names.size() ? kernel_.value_names[current_] : "";
    problem_ = fmt::format("%{} ({}): {}", name.empty() ? fmt::format("{}", current_) : name,
                           KindName(kernel_.insts[current_]), problem);
  }
  void Require(bool condition, const char* problem) {
    if (!condition) Fail(problem);
  }

  void CheckDeclarations() {
    for (const KernelColumn& column : kernel_.columns) {
      Require(!IsSlotOnly(column.type), "a column is a set");
    }
    for (const KernelOut& out : kernel_.outs) Require(!IsSlotOnly(out.type), "an out is a set");
    for (const KernelLocal& local : kernel_.locals) {
      Require(!IsSlotOnly(local.type), "a variable is a set");
    }
    for (const RecordSlot& slot : kernel_.record.slots) {
      Require(slot.offset <= kernel_.record.size &&
                  PayloadSize(slot.type) <= kernel_.record.size - slot.offset,
              "a slot lies outside its record");
      bool stateless = slot.type == Type::Any || IsSlotOnly(slot.type);
      Require(stateless ? slot.state_offset == kNoState : slot.state_offset < kernel_.record.size,
              "a slot's state lies outside its record");
    }
  }

  void CheckResult() {
    current_ = kNoValue;
    if (kernel_.result == KernelResult::None) {
      return Require(kernel_.returned == kNoValue, "it returns a value but has no result");
    }
    Type type = kernel_.result == KernelResult::Bool ? Type::Bool : Type::Int;
    Require(IsDefined(kernel_.returned), "its returned value is not defined in the body");
    if (problem_.empty()) Require(TypeOf(kernel_, kernel_.returned) == type, "wrong result type");
  }

  bool IsDefined(ValueId value) const { return value < defined_.size() && defined_[value]; }

  // Values of a block are visible to its end, inner blocks included.
  void VisitBlock(BlockId id, int depth) {
    if (depth > kMaxBlockNesting) return Fail("blocks are nested too deeply");
    const Block& block = kernel_.blocks[id];
    for (ValueId value : block.insts) {
      current_ = kNoValue;
      if (value >= kernel_.insts.size())
        return Fail("a block lists an instruction that is not there");
      if (placed_[value]) return Fail("an instruction stands in two places");
      placed_[value] = true;
      current_ = value;
      const Inst& inst = kernel_.insts[value];
      EachOperand(inst, [&](ValueId operand) {
        if (!IsDefined(operand)) return Fail("an operand is not defined before its use");
        if (!HasResult(kernel_.insts[operand])) Fail("an operand has no value");
      });
      if (!problem_.empty()) return;
      std::visit([&](const auto& i) { Check(i); }, inst);
      if (!problem_.empty()) return;
      if (const auto* branch = std::get_if<If>(&inst)) VisitBranches(value, *branch, depth);
      if (const auto* loop = std::get_if<While>(&inst)) VisitLoop(value, *loop, depth);
      if (!problem_.empty()) return;
      defined_[value] = HasResult(inst);
    }
  }

  // A block inside the instruction `value`; its own values are still defined afterwards.
  bool VisitInner(ValueId value, BlockId id, int depth) {
    current_ = value;
    if (id >= kernel_.blocks.size() || used_blocks_[id]) {
      Fail("a block is not its own");
      return false;
    }
    used_blocks_[id] = true;
    VisitBlock(id, depth + 1);
    current_ = value;
    return problem_.empty();
  }
  void Yields(BlockId id, Type type) {
    const Block& block = kernel_.blocks[id];
    if (!IsDefined(block.yield)) return Fail("a block yields a value that is not defined");
    if (TypeOf(kernel_, block.yield) != type) Fail("a block yields another type");
  }
  void Leave(BlockId id) {
    for (ValueId inner : kernel_.blocks[id].insts) defined_[inner] = false;
  }

  void VisitBranches(ValueId value, const If& branch, int depth) {
    for (BlockId id : {branch.then_block, branch.else_block}) {
      if (!VisitInner(value, id, depth)) return;
      Yields(id, branch.type);
      if (!problem_.empty()) return;
      Leave(id);
    }
  }
  void VisitLoop(ValueId value, const While& loop, int depth) {
    if (!VisitInner(value, loop.condition_block, depth)) return;
    Yields(loop.condition_block, Type::Bool);
    if (!problem_.empty()) return;
    Require(AlwaysPresent(kernel_, kernel_.blocks[loop.condition_block].yield),
            "the condition may be absent");
    Leave(loop.condition_block);
    if (!VisitInner(value, loop.body_block, depth)) return;
    Require(kernel_.blocks[loop.body_block].yield == kNoValue, "the body of a loop yields nothing");
    Leave(loop.body_block);
  }

  void Operand(ValueId value, Type type) {
    if (TypeOf(kernel_, value) != type) {
      Fail(fmt::format("an operand is {}, not {}", TypeName(TypeOf(kernel_, value)),
                       TypeName(type)));
    }
  }
  void Both(ValueId a, ValueId b, Type type) {
    Operand(a, type);
    Operand(b, type);
  }
  void BoolOrAny(ValueId value) {
    Type type = TypeOf(kernel_, value);
    Require(type == Type::Bool || type == Type::Any, "the operand is neither bool nor any");
  }
  void Present(ValueId value) {
    Operand(value, Type::Bool);
    Require(AlwaysPresent(kernel_, value), "an operand may be absent");
  }
  template <class T>
  bool InRange(uint32_t index, const std::vector<T>& items) {
    Require(index < items.size(), "an index is out of range");
    return index < items.size();
  }

  void Check(const ConstBool&) {}
  void Check(const ConstInt& i) {
    Require(IsInt64(i.type), "the constant is not of an integer type");
  }
  void Check(const ConstFloat&) {}
  void Check(const ConstStr& i) { InRange(i.string, kernel_.strings); }
  void Check(const ConstAbsent& i) { Require(!IsSlotOnly(i.type), "a set is no value"); }
  void Check(const LoadColumn& i) { InRange(i.column, kernel_.columns); }
  void Check(const LoadSlot& i) {
    if (InRange(i.slot, kernel_.record.slots)) {
      Require(!IsSlotOnly(kernel_.record.slots[i.slot].type), "a set is no value");
    }
  }
  void Check(const LoadTime&) {}
  void Check(const LoadGlobal& i) { InRange(i.global, kernel_.globals); }
  void Check(const LoadLocal& i) { InRange(i.local, kernel_.locals); }
  void Check(const IntBinary& i) { Both(i.a, i.b, Type::Int); }
  void Check(const IntUnary& i) { Operand(i.a, Type::Int); }
  void Check(const FloatBinary& i) { Both(i.a, i.b, Type::Float); }
  void Check(const FloatUnary& i) { Operand(i.a, Type::Float); }
  void Check(const IntToFloat& i) { Operand(i.a, Type::Int); }
  void Check(const Compare& i) {
    Require(!IsSlotOnly(i.type), "a set is no value");
    Both(i.a, i.b, i.type);
  }
  void Check(const Logic& i) {
    Present(i.a);
    Present(i.b);
  }
  void Check(const Not& i) { Present(i.a); }
  void Check(const Truth& i) { BoolOrAny(i.a); }
  void Check(const NotValue& i) { BoolOrAny(i.a); }
  void Check(const IsAbsent&) {}
  void Check(const Select& i) {
    Operand(i.condition, Type::Bool);
    Operand(i.b, TypeOf(kernel_, i.a));
  }
  void Check(const Box&) {}
  void Check(const Unbox& i) {
    Require(!IsSlotOnly(i.type) && i.type != Type::Any, "nothing to unbox to");
    Operand(i.a, Type::Any);
  }
  void Check(const ToNumber& i) { Operand(i.a, Type::Any); }
  void Check(const StrTest& i) { Both(i.a, i.b, Type::Str); }
  void Check(const StrCase& i) { Operand(i.a, Type::Str); }
  void Check(const RegexTest& i) {
    InRange(i.regex, kernel_.regexes);
    Operand(i.a, Type::Str);
  }
  void Check(const BinaryAny& i) { Both(i.a, i.b, Type::Any); }
  void Check(const UnaryAny& i) { Operand(i.a, Type::Any); }
  void Check(const CallBuiltin& i) {
    if (!InRange(i.builtin, Builtins())) return;
    const BuiltinDescription& builtin = Builtins()[i.builtin];
    Require(i.arguments.size() >= builtin.min_arguments &&
                (builtin.max_arguments == 255 || i.arguments.size() <= builtin.max_arguments),
            "wrong number of arguments");
    for (ValueId argument : i.arguments) Operand(argument, Type::Any);
  }
  void Check(const MakeArray& i) {
    for (ValueId element : i.elements) Operand(element, Type::Any);
  }
  void Check(const MakeMap& i) {
    Require(i.keys.size() == i.values.size(), "as many keys as values are needed");
    std::unordered_set<std::string_view> seen;
    for (uint32_t key : i.keys) {
      if (InRange(key, kernel_.strings)) {
        Require(seen.insert(kernel_.strings[key]).second, "a key occurs twice");
      }
    }
    for (ValueId value : i.values) Operand(value, Type::Any);
  }
  void Check(const If& i) {
    Require(!IsSlotOnly(i.type), "a set is no value");
    Operand(i.condition, Type::Bool);
  }
  void Check(const While& i) { Require(i.limit > 0, "a loop has a positive limit"); }
  void Check(const CallFunction& i) {
    InRange(i.function, kernel_.functions);
    for (ValueId argument : i.arguments) Operand(argument, Type::Any);
  }
  void Check(const ForEach& i) {
    InRange(i.function, kernel_.functions);
    Require(!i.arguments.empty(), "there is no array");
    for (ValueId argument : i.arguments) Operand(argument, Type::Any);
  }
  void Check(const Hash&) {}
  void Check(const HashCombine& i) { Both(i.a, i.b, Type::Int); }
  void Check(const SameKey& i) { Operand(i.b, TypeOf(kernel_, i.a)); }
  void Check(const StoreOut& i) {
    if (InRange(i.out, kernel_.outs)) Operand(i.a, kernel_.outs[i.out].type);
  }
  void Check(const StoreLocal& i) {
    if (InRange(i.local, kernel_.locals)) Operand(i.a, kernel_.locals[i.local].type);
  }
  void Check(const StoreGlobal& i) {
    InRange(i.global, kernel_.globals);
    Operand(i.a, Type::Any);
  }
  void Check(const Collect& i) {
    InRange(i.event, kernel_.events);
    Operand(i.a, Type::Any);
  }
  void Check(const StoreSlot& i) {
    if (!InRange(i.slot, kernel_.record.slots)) return;
    Require(!IsSlotOnly(kernel_.record.slots[i.slot].type), "a set is no value");
    Operand(i.a, kernel_.record.slots[i.slot].type);
  }
  void CheckSlot(uint32_t slot, Type type, const char* otherwise) {
    if (InRange(slot, kernel_.record.slots)) {
      Require(kernel_.record.slots[slot].type == type, otherwise);
    }
  }
  void Check(const CollectionAdd& i) {
    CheckSlot(i.slot, Type::Set, "the slot is no set");
    Operand(i.a, Type::Any);
  }
  void Check(const CollectionRemove& i) {
    CheckSlot(i.slot, Type::Set, "the slot is no set");
    Operand(i.a, Type::Any);
  }
  void Check(const CollectionRead& i) {
    CheckSlot(i.slot, Type::Set, "the slot is no set");
    Require(i.quantile >= 0 && i.quantile <= 1, "a quantile outside of 0 to 1");
  }
  void Check(const ListAppend& i) {
    CheckSlot(i.slot, Type::List, "the slot is no list");
    Operand(i.a, Type::Any);
  }
  void Check(const ListValues& i) { CheckSlot(i.slot, Type::List, "the slot is no list"); }

  const Kernel& kernel_;
  std::vector<bool> defined_;      // visible where the walk is
  std::vector<bool> placed_;       // seen in some block
  std::vector<bool> used_blocks_;  // body, or block of an If seen before
  ValueId current_ = kNoValue;
  std::string problem_;
};

}  // namespace

Status Verify(const Kernel& kernel) { return Verifier(kernel).Run(); }

}  // namespace varpulis::ir
