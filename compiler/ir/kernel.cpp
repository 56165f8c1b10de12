#include "compiler/ir/kernel.h"

#include <algorithm>
#include <unordered_map>

namespace varpulis::ir {
namespace {

template <class... F>
struct Overloads : F... {
  using F::operator()...;
};
template <class... F>
Overloads(F...) -> Overloads<F...>;

#define VPL_INST(Name) #Name,
constexpr std::string_view kKindNames[] = {
#include "compiler/ir/inst_kind.def"
};
static_assert(std::size(kKindNames) == std::variant_size_v<Inst>,
              "inst_kind.def and Inst list the same instructions in the same order");

#define VPL_INST(Name) +1
constexpr size_t kListed = 0
#include "compiler/ir/inst_kind.def"
    ;
static_assert(kListed == std::variant_size_v<Inst>);

template <class T>
Type TypeAt(const std::vector<T>& items, uint32_t index) {
  return index < items.size() ? items[index].type : Type::Bool;
}

}  // namespace

// Select has the type of what it picks; the walk is bounded because an unverified kernel may have a
// cycle.
Type TypeOf(const Kernel& kernel, ValueId value) {
  for (size_t steps = 0; value < kernel.insts.size() && steps <= kernel.insts.size(); ++steps) {
    const auto* select = std::get_if<Select>(&kernel.insts[value]);
    if (select == nullptr) break;
    value = select->a;
  }
  if (value >= kernel.insts.size()) return Type::Bool;
  return std::visit(Overloads{
                        [](const ConstBool&) { return Type::Bool; },
                        [](const ConstInt& i) { return i.type; },
                        [](const ConstFloat&) { return Type::Float; },
                        [](const ConstStr&) { return Type::Str; },
                        [](const ConstAbsent& i) { return i.type; },
                        [&](const LoadColumn& i) { return TypeAt(kernel.columns, i.column); },
                        [&](const LoadSlot& i) { return TypeAt(kernel.record.slots, i.slot); },
                        [](const LoadTime&) { return Type::Timestamp; },
                        [](const LoadGlobal&) { return Type::Any; },
                        [&](const LoadLocal& i) { return TypeAt(kernel.locals, i.local); },
                        [](const IntBinary&) { return Type::Int; },
                        [](const IntUnary&) { return Type::Int; },
                        [](const FloatBinary&) { return Type::Float; },
                        [](const FloatUnary&) { return Type::Float; },
                        [](const IntToFloat&) { return Type::Float; },
                        [](const Compare&) { return Type::Bool; },
                        [](const Logic&) { return Type::Bool; },
                        [](const Not&) { return Type::Bool; },
                        [](const Truth&) { return Type::Bool; },
                        [](const NotValue&) { return Type::Bool; },
                        [](const IsAbsent&) { return Type::Bool; },
                        [](const Select&) { return Type::Bool; },
                        [](const Box&) { return Type::Any; },
                        [](const Unbox& i) { return i.type; },
                        [](const ToNumber&) { return Type::Float; },
                        [](const StrTest&) { return Type::Bool; },
                        [](const StrCase&) { return Type::Str; },
                        [](const RegexTest&) { return Type::Bool; },
                        [](const BinaryAny&) { return Type::Any; },
                        [](const UnaryAny&) { return Type::Any; },
                        [](const CallBuiltin&) { return Type::Any; },
                        [](const MakeArray&) { return Type::Any; },
                        [](const MakeMap&) { return Type::Any; },
                        [](const If& i) { return i.type; },
                        [](const While&) { return Type::Bool; },
                        [](const CallFunction&) { return Type::Any; },
                        [](const ForEach&) { return Type::Any; },
                        [](const Hash&) { return Type::Int; },
                        [](const HashCombine&) { return Type::Int; },
                        [](const SameKey&) { return Type::Bool; },
                        [](const StoreOut&) { return Type::Bool; },
                        [](const StoreLocal&) { return Type::Bool; },
                        [](const StoreGlobal&) { return Type::Bool; },
                        [](const Collect&) { return Type::Bool; },
                        [](const StoreSlot&) { return Type::Bool; },
                        [](const CollectionAdd&) { return Type::Bool; },
                        [](const CollectionRemove&) { return Type::Bool; },
                        [](const CollectionRead&) { return Type::Any; },
                        [](const ListAppend&) { return Type::Bool; },
                        [](const ListValues&) { return Type::Any; },
                    },
                    kernel.insts[value]);
}

bool HasResult(const Inst& inst) {
  return std::visit(Overloads{
                        [](const StoreOut&) { return false; },
                        [](const StoreLocal&) { return false; },
                        [](const StoreGlobal&) { return false; },
                        [](const Collect&) { return false; },
                        [](const StoreSlot&) { return false; },
                        [](const CollectionAdd&) { return false; },
                        [](const CollectionRemove&) { return false; },
                        [](const ListAppend&) { return false; },
                        [](const While&) { return false; },
                        [](const auto&) { return true; },
                    },
                    inst);
}

bool Works(const Kernel& kernel) {
  return std::any_of(kernel.insts.begin(), kernel.insts.end(), [](const Inst& inst) {
    return std::holds_alternative<While>(inst) || std::holds_alternative<CallFunction>(inst) ||
           std::holds_alternative<ForEach>(inst);
  });
}

std::string_view KindName(const Inst& inst) { return kKindNames[inst.index()]; }

const std::vector<BuiltinDescription>& Builtins() {
  static const std::vector<BuiltinDescription> builtins = {
#define VPL_BUILTIN(name, min_arguments, max_arguments, result) \
  {#name, min_arguments, max_arguments, Type::result},
#define VPL_INTERNAL_BUILTIN(name, min_arguments, max_arguments, result) \
  {#name, min_arguments, max_arguments, Type::result, true},
#include "compiler/ir/builtin_kind.def"
  };
  return builtins;
}

int FindBuiltin(std::string_view name) {
  static const std::unordered_map<std::string_view, int> by_name = [] {
    std::unordered_map<std::string_view, int> map;
    for (size_t i = 0; i < Builtins().size(); ++i) map[Builtins()[i].name] = static_cast<int>(i);
    return map;
  }();
  auto found = by_name.find(name);
  return found == by_name.end() ? -1 : found->second;
}

int FindProgramBuiltin(std::string_view name) {
  const int found = FindBuiltin(name);
  return found >= 0 && !Builtins()[static_cast<size_t>(found)].internal ? found : -1;
}

// A value that only passes others on is always present iff all of these are: follow them all, each
// once, instead of recursing (they may form long chains that share operands).
bool AlwaysPresent(const Kernel& kernel, ValueId value) {
  std::vector<ValueId> open;
  std::vector<bool> seen;  // most values tell by themselves, and nothing is followed
  auto follow = [&](ValueId id) {
    seen.resize(kernel.insts.size());
    if (id < seen.size() && seen[id]) return;
    open.push_back(id);
  };
  auto follow_block = [&](BlockId id) {
    follow(id < kernel.blocks.size() ? kernel.blocks[id].yield : kNoValue);
  };
  for (ValueId id = value;;) {
    if (id >= kernel.insts.size()) return false;
    if (!seen.empty()) seen[id] = true;
    const Inst& inst = kernel.insts[id];
    bool passes =
        std::visit(Overloads{
                       [](const ConstBool&) { return true; },
                       [](const ConstInt&) { return true; },
                       [](const ConstFloat&) { return true; },
                       [](const ConstStr&) { return true; },
                       [](const LoadTime&) { return true; },
                       [](const Compare& i) { return i.type != Type::Any; },
                       [](const Logic&) { return true; },
                       [](const Not&) { return true; },
                       [](const Truth&) { return true; },
                       [&](const NotValue& i) { return TypeOf(kernel, i.a) == Type::Bool; },
                       [](const IsAbsent&) { return true; },
                       [](const Hash&) { return true; },
                       [](const SameKey&) { return true; },
                       [](const ListValues&) { return true; },
                       [&](const IntToFloat& i) { return follow(i.a), true; },
                       [&](const Box& i) { return follow(i.a), true; },
                       [&](const StrCase& i) { return follow(i.a), true; },
                       [&](const RegexTest& i) { return follow(i.a), true; },
                       [&](const StrTest& i) { return follow(i.a), follow(i.b), true; },
                       [&](const HashCombine& i) { return follow(i.a), follow(i.b), true; },
                       [&](const Select& i) { return follow(i.a), follow(i.b), true; },
                       [&](const If& i) {
                         return follow_block(i.then_block), follow_block(i.else_block), true;
                       },
                       [](const auto&) { return false; },
                   },
                   inst);
    if (!passes) return false;
    if (open.empty()) return true;
    id = open.back();
    open.pop_back();
  }
}

}  // namespace varpulis::ir
