#include <unordered_set>

#include <fmt/format.h>

#include "compiler/ir/kernel.h"
#include "compiler/ir/kernel_words.h"

namespace varpulis::ir {
namespace {

// Blocks deeper than Verify allows are not followed, so that any kernel can be dumped.
constexpr int kMaxPrintedDepth = 1100;

class Printer {
 public:
  explicit Printer(const Kernel& kernel) : kernel_(kernel), names_(kernel.insts.size()) {}

  std::string Print() {
    out_ = fmt::format("kernel {}({})", words::QuoteName(kernel_.name, true), Row());
    if (kernel_.result == KernelResult::Bool) out_ += " -> bool";
    if (kernel_.result == KernelResult::Int) out_ += " -> i64";
    out_ += " {\n";
    PrintBlock(0, 1);
    if (kernel_.returned != kNoValue) out_ += "  return " + Value(kernel_.returned) + "\n";
    return out_ + "}\n";
  }

 private:
  std::string Row() const {
    return kernel_.table.empty() ? "" : "row: " + words::QuoteName(kernel_.table, true);
  }

  void PrintBlock(BlockId id, int depth) {
    if (id >= kernel_.blocks.size() || depth > kMaxPrintedDepth) return;
    for (ValueId value : kernel_.blocks[id].insts) {
      if (value >= kernel_.insts.size()) continue;
      out_.append(static_cast<size_t>(depth) * 2, ' ');
      const Inst& inst = kernel_.insts[value];
      if (HasResult(inst)) out_ += NameValue(value) + " = ";
      std::visit([&](const auto& i) { Put(i); }, inst);
      if (const auto* branch = std::get_if<If>(&inst)) PrintBranches(*branch, depth);
      if (const auto* loop = std::get_if<While>(&inst)) PrintLoop(*loop, depth);
      out_ += '\n';
    }
  }

  void PrintInner(BlockId id, int depth) {
    std::string indent(static_cast<size_t>(depth) * 2, ' ');
    out_ += "{\n";
    PrintBlock(id, depth + 1);
    if (id < kernel_.blocks.size() && kernel_.blocks[id].yield != kNoValue) {
      out_ += indent + "  yield " + Value(kernel_.blocks[id].yield) + "\n";
    }
    out_ += indent + "}";
  }
  void PrintBranches(const If& branch, int depth) {
    PrintInner(branch.then_block, depth);
    out_ += " else ";
    PrintInner(branch.else_block, depth);
  }
  void PrintLoop(const While& loop, int depth) {
    PrintInner(loop.condition_block, depth);
    out_ += " do ";
    PrintInner(loop.body_block, depth);
  }

  // Gives the value a name that no other has: its own if it can, else with a number behind it.
  std::string NameValue(ValueId value) {
    std::string base;
    if (value < kernel_.value_names.size()) base = kernel_.value_names[value];
    for (char& c : base) {
      if (!words::IsLetter(c) && !words::IsDigit(c) && c != '.') c = '_';
    }
    if (base.empty()) base = fmt::format("{}", value);
    std::string name = base;
    for (int i = 2; !used_.insert(name).second; ++i) name = fmt::format("{}.{}", base, i);
    return names_[value] = "%" + name;
  }
  std::string Value(ValueId value) const {
    return value < names_.size() && !names_[value].empty() ? names_[value] : "%?";
  }
  std::string Values(const std::vector<ValueId>& values) const {
    std::string out;
    for (ValueId value : values) out += (out.empty() ? "" : ", ") + Value(value);
    return out;
  }

  template <class T>
  static std::string NameAt(const std::vector<T>& items, uint32_t index, bool dots) {
    if (index >= items.size()) return "?";
    if constexpr (requires { items[index].name; }) {
      return words::QuoteName(items[index].name, dots);
    } else {
      return words::QuoteName(items[index], dots);
    }
  }
  std::string Slot(uint32_t slot) const {
    return "run." + NameAt(kernel_.record.slots, slot, true);
  }
  Type SlotType(uint32_t slot) const {
    return slot < kernel_.record.slots.size() ? kernel_.record.slots[slot].type : Type::Bool;
  }
  Type LocalType(uint32_t local) const {
    return local < kernel_.locals.size() ? kernel_.locals[local].type : Type::Bool;
  }
  static std::string TextAt(const std::vector<std::string>& texts, uint32_t index) {
    return index < texts.size() ? words::Quote(texts[index]) : "?";
  }

  template <class... Args>
  void Line(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), format, std::forward<Args>(args)...);
  }

  void Put(const ConstBool& i) { Line("const.bool {}", i.value); }
  void Put(const ConstInt& i) { Line("const.{} {}", TypeName(i.type), i.value); }
  void Put(const ConstFloat& i) { Line("const.f64 {}", words::FloatText(i.value)); }
  void Put(const ConstStr& i) { Line("const.str {}", TextAt(kernel_.strings, i.string)); }
  void Put(const ConstAbsent& i) {
    Line("const.{} {}", TypeName(i.type), i.is_null ? "null" : "missing");
  }
  void Put(const LoadColumn& i) {
    Type type = i.column < kernel_.columns.size() ? kernel_.columns[i.column].type : Type::Bool;
    Line("load.{} row.{}", TypeName(type), NameAt(kernel_.columns, i.column, false));
  }
  void Put(const LoadSlot& i) { Line("load.{} {}", TypeName(SlotType(i.slot)), Slot(i.slot)); }
  void Put(const LoadTime&) { out_ += "time"; }
  void Put(const LoadGlobal& i) {
    Line("load.any global.{}", NameAt(kernel_.globals, i.global, false));
  }
  void Put(const LoadLocal& i) {
    Line("load.{} var.{}", TypeName(LocalType(i.local)), NameAt(kernel_.locals, i.local, false));
  }
  void Put(const IntBinary& i) { Binary(words::Name(words::kIntOps, i.op), ".i64", i.a, i.b); }
  void Put(const IntUnary& i) { Unary(words::Name(words::kIntUnaryOps, i.op), ".i64", i.a); }
  void Put(const FloatBinary& i) { Binary(words::Name(words::kFloatOps, i.op), ".f64", i.a, i.b); }
  void Put(const FloatUnary& i) { Unary(words::Name(words::kFloatUnaryOps, i.op), ".f64", i.a); }
  void Put(const IntToFloat& i) { Unary("int_to_float", "", i.a); }
  void Put(const Compare& i) {
    Line("{}.{} {}, {}", words::Name(words::kPredicates, i.predicate), TypeName(i.type), Value(i.a),
         Value(i.b));
  }
  void Put(const Logic& i) { Binary(words::Name(words::kLogicOps, i.op), ".bool", i.a, i.b); }
  void Put(const Not& i) { Unary("not", ".bool", i.a); }
  void Put(const Truth& i) { Unary("truth", "", i.a); }
  void Put(const NotValue& i) { Unary("not_value", "", i.a); }
  void Put(const IsAbsent& i) { Unary("is_absent", "", i.a); }
  void Put(const Select& i) {
    Line("select {}, {}, {}", Value(i.condition), Value(i.a), Value(i.b));
  }
  void Put(const Box& i) { Unary("box", "", i.a); }
  void Put(const Unbox& i) { Line("unbox.{} {}", TypeName(i.type), Value(i.a)); }
  void Put(const ToNumber& i) { Unary("to_number", "", i.a); }
  void Put(const StrTest& i) { Binary(words::Name(words::kStrTestOps, i.op), "", i.a, i.b); }
  void Put(const StrCase& i) { Unary(words::Name(words::kStrCaseOps, i.op), "", i.a); }
  void Put(const RegexTest& i) {
    Line("regex_match {}, {}", Value(i.a), TextAt(kernel_.regexes, i.regex));
  }
  void Put(const BinaryAny& i) { Binary(words::Name(words::kAnyOps, i.op), ".any", i.a, i.b); }
  void Put(const UnaryAny& i) { Unary(words::Name(words::kAnyUnaryOps, i.op), ".any", i.a); }
  void Put(const CallBuiltin& i) {
    bool known = i.builtin < Builtins().size();
    Line("call {}({})", known ? Builtins()[i.builtin].name : "?", Values(i.arguments));
  }
  void Put(const MakeArray& i) { Line("array({})", Values(i.elements)); }
  void Put(const MakeMap& i) {
    out_ += "map(";
    for (size_t k = 0; k < i.keys.size() && k < i.values.size(); ++k) {
      Line("{}{}: {}", k == 0 ? "" : ", ", TextAt(kernel_.strings, i.keys[k]), Value(i.values[k]));
    }
    out_ += ')';
  }
  void Put(const If& i) { Line("if.{} {} ", TypeName(i.type), Value(i.condition)); }
  void Put(const While& i) { Line("while {} ", i.limit); }
  void Put(const CallFunction& i) {
    Line("call @{}({})", NameAt(kernel_.functions, i.function, false), Values(i.arguments));
  }
  void Put(const ForEach& i) {
    Line("{}{} @{}({})", words::Name(words::kEachOps, i.op), i.pair ? ".pairs" : "",
         NameAt(kernel_.functions, i.function, false), Values(i.arguments));
  }
  void Put(const Hash& i) { Unary("hash", "", i.a); }
  void Put(const HashCombine& i) { Binary("hash_combine", "", i.a, i.b); }
  void Put(const SameKey& i) { Binary("same_key", "", i.a, i.b); }
  void Put(const StoreOut& i) {
    Type type = i.out < kernel_.outs.size() ? kernel_.outs[i.out].type : Type::Bool;
    Line("store.{} out.{}, {}", TypeName(type), NameAt(kernel_.outs, i.out, false), Value(i.a));
  }
  void Put(const StoreLocal& i) {
    Line("store.{} var.{}, {}", TypeName(LocalType(i.local)),
         NameAt(kernel_.locals, i.local, false), Value(i.a));
  }
  void Put(const StoreGlobal& i) {
    Line("store.any global.{}, {}", NameAt(kernel_.globals, i.global, false), Value(i.a));
  }
  void Put(const Collect& i) {
    Line("collect {}, {}", NameAt(kernel_.events, i.event, false), Value(i.a));
  }
  void Put(const StoreSlot& i) {
    Line("store.{} {}, {}", TypeName(SlotType(i.slot)), Slot(i.slot), Value(i.a));
  }
  void Put(const CollectionAdd& i) {
    Line("{} {}, {}", words::Name(words::kCollectionAdds, i.kind), Slot(i.slot), Value(i.a));
  }
  void Put(const CollectionRemove& i) {
    Line("{} {}, {}", words::Name(words::kCollectionRemoves, i.kind), Slot(i.slot), Value(i.a));
  }
  void Put(const CollectionRead& i) {
    const auto word = words::Name(words::kCollectionReads, i.kind);
    if (i.kind != Collection::Samples) return Line("{} {}", word, Slot(i.slot));
    Line("{} {}, {}", word, Slot(i.slot), words::FloatText(i.quantile));
  }
  void Put(const ListAppend& i) { Line("list_append {}, {}", Slot(i.slot), Value(i.a)); }
  void Put(const ListValues& i) { Line("list_values {}", Slot(i.slot)); }

  void Unary(std::string_view op, std::string_view suffix, ValueId a) {
    Line("{}{} {}", op, suffix, Value(a));
  }
  void Binary(std::string_view op, std::string_view suffix, ValueId a, ValueId b) {
    Line("{}{} {}, {}", op, suffix, Value(a), Value(b));
  }

  const Kernel& kernel_;
  std::vector<std::string> names_;  // by value, with `%`
  std::unordered_set<std::string> used_;
  std::string out_;
};

}  // namespace

std::string Print(const Kernel& kernel) { return Printer(kernel).Print(); }

}  // namespace varpulis::ir
