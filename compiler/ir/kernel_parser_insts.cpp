// The instructions with a result: what stands behind `%name =`.

#include "compiler/ir/kernel_parser.h"
#include "compiler/ir/kernel_words.h"

namespace varpulis::ir {

// Most words are `operator.type`; the type is what follows the last dot.
bool KernelParser::ParseInst(std::string_view word, int depth, Inst& inst) {
  if (word.ends_with(".pairs")) {
    return ParseForEach(word.substr(0, word.size() - std::string_view(".pairs").size()), true,
                        inst);
  }
  size_t dot = word.rfind('.');
  if (dot == std::string_view::npos) return ParsePlain(word, inst);
  std::string_view op = word.substr(0, dot);
  std::optional<Type> type = ParseTypeName(word.substr(dot + 1));
  if (!type || IsSlotOnly(*type)) return false;
  if (op == "if") {
    inst = ParseIf(*type, depth);
    return true;
  }
  return ParseTyped(op, *type, inst);
}

bool KernelParser::ParsePlain(std::string_view word, Inst& inst) {
  // Operands are read into variables first: arguments have no order of evaluation.
  auto binary = [&](auto make) {
    ValueId a = Value();
    Expect(",");
    ValueId b = Value();
    inst = make(a, b);
    return true;
  };
  if (auto op = words::Find<StrTestOp>(words::kStrTestOps, word)) {
    return binary([&](ValueId a, ValueId b) { return StrTest{*op, a, b}; });
  }
  if (word == "hash_combine") {
    return binary([](ValueId a, ValueId b) { return HashCombine{a, b}; });
  }
  if (word == "same_key") return binary([](ValueId a, ValueId b) { return SameKey{a, b}; });
  if (word == "select") {
    ValueId condition = Value();
    Expect(",");
    return binary([&](ValueId a, ValueId b) { return Select{condition, a, b}; });
  }
  if (words::Find<EachOp>(words::kEachOps, word)) return ParseForEach(word, false, inst);
  if (word == "regex_match") {
    ValueId a = Value();
    Expect(",");
    inst = RegexTest{Intern(kernel_.regexes, ExpectText()), a};
    return true;
  }
  if (auto kind = words::Find<Collection>(words::kCollectionReads, word)) {
    CollectionRead read{*kind, OwnedSlot(Type::Set), 0};
    if (*kind == Collection::Samples) {
      Expect(",");
      const auto quantile = words::ReadFloat(ExpectWord("a quantile"));
      if (!quantile) Fail("a quantile is a number");
      read.quantile = quantile.value_or(0);
    }
    inst = read;
    return true;
  }
  if (word == "list_values") {
    inst = ListValues{OwnedSlot(Type::List)};
    return true;
  }
  if (auto op = words::Find<StrCaseOp>(words::kStrCaseOps, word)) {
    inst = StrCase{*op, Value()};
  } else if (word == "time") {
    inst = LoadTime{};
  } else if (word == "int_to_float") {
    inst = IntToFloat{Value()};
  } else if (word == "truth") {
    inst = Truth{Value()};
  } else if (word == "not_value") {
    inst = NotValue{Value()};
  } else if (word == "is_absent") {
    inst = IsAbsent{Value()};
  } else if (word == "box") {
    inst = Box{Value()};
  } else if (word == "to_number") {
    inst = ToNumber{Value()};
  } else if (word == "hash") {
    inst = Hash{Value()};
  } else if (word == "call") {
    inst = ParseCall();
  } else if (word == "array") {
    inst = MakeArray{Values()};
  } else if (word == "map") {
    inst = ParseMap();
  } else {
    return false;
  }
  return true;
}

bool KernelParser::ParseTyped(std::string_view op, Type type, Inst& inst) {
  if (op == "const") {
    inst = ParseConst(type);
  } else if (op == "load") {
    inst = ParseLoad(type);
  } else if (op == "unbox") {
    inst = Unbox{type, Value()};
  } else {
    return ParseUnary(op, type, inst) || ParseBinary(op, type, inst);
  }
  return true;
}

bool KernelParser::ParseUnary(std::string_view op, Type type, Inst& inst) {
  if (auto i = words::Find<IntUnaryOp>(words::kIntUnaryOps, op); i && type == Type::Int) {
    inst = IntUnary{*i, Value()};
  } else if (auto f = words::Find<FloatUnaryOp>(words::kFloatUnaryOps, op);
             f && type == Type::Float) {
    inst = FloatUnary{*f, Value()};
  } else if (auto u = words::Find<AnyUnaryOp>(words::kAnyUnaryOps, op); u && type == Type::Any) {
    inst = UnaryAny{*u, Value()};
  } else if (op == "not" && type == Type::Bool) {
    inst = Not{Value()};
  } else {
    return false;
  }
  return true;
}

bool KernelParser::ParseBinary(std::string_view op, Type type, Inst& inst) {
  auto i = words::Find<IntOp>(words::kIntOps, op);
  auto f = words::Find<FloatOp>(words::kFloatOps, op);
  auto l = words::Find<LogicOp>(words::kLogicOps, op);
  auto any = words::Find<AnyOp>(words::kAnyOps, op);
  auto predicate = words::Find<Predicate>(words::kPredicates, op);
  bool known = predicate || (i && type == Type::Int) || (f && type == Type::Float) ||
               (l && type == Type::Bool) || (any && type == Type::Any);
  if (!known) return false;
  ValueId a = Value();
  Expect(",");
  ValueId b = Value();
  if (predicate) {
    inst = Compare{*predicate, type, a, b};
  } else if (type == Type::Int) {
    inst = IntBinary{*i, a, b};
  } else if (type == Type::Float) {
    inst = FloatBinary{*f, a, b};
  } else if (type == Type::Bool) {
    inst = Logic{*l, a, b};
  } else {
    inst = BinaryAny{*any, a, b};
  }
  return true;
}

Inst KernelParser::ParseConst(Type type) {
  if (Accept("null")) return ConstAbsent{type, true};
  if (Accept("missing")) return ConstAbsent{type, false};
  if (type == Type::Str) return ConstStr{Intern(kernel_.strings, ExpectText())};
  std::string_view word = ExpectWord("a constant");
  if (type == Type::Bool && (word == "true" || word == "false")) return ConstBool{word == "true"};
  if (type == Type::Float) {
    if (auto number = words::ReadFloat(word)) return ConstFloat{*number};
  }
  if (IsInt64(type)) {
    if (auto number = words::ReadInt(word)) return ConstInt{type, *number};
  }
  Fail("this is no constant of the type");
  return ConstBool{false};
}

Inst KernelParser::ParseLoad(Type type) {
  Place place = ExpectPlace();
  if (place.space == "run") return LoadSlot{SlotIndex(place, type)};
  if (place.space == "var") return LoadLocal{LocalIndex(place, type)};
  if (place.space == "global") {
    if (type != Type::Any) Fail("a global is any");
    return LoadGlobal{Intern(kernel_.globals, place.name)};
  }
  if (place.space != "row") Fail("only row, run, var and global can be loaded");
  for (size_t i = 0; i < kernel_.columns.size(); ++i) {
    if (kernel_.columns[i].name != place.name) continue;
    if (kernel_.columns[i].type != type) Fail("column with two types");
    return LoadColumn{static_cast<uint32_t>(i)};
  }
  auto column = static_cast<uint32_t>(kernel_.columns.size());
  kernel_.columns.push_back({place.name, type, column});
  return LoadColumn{column};
}

Inst KernelParser::ParseCall() {
  if (Accept("@")) {
    uint32_t function = Intern(kernel_.functions, ExpectName());
    return CallFunction{function, Values()};
  }
  std::string_view name = ExpectWord("the name of a function");
  int builtin = FindBuiltin(name);
  if (builtin < 0) Fail("unknown function");
  return CallBuiltin{static_cast<uint32_t>(builtin), Values()};
}

bool KernelParser::ParseForEach(std::string_view op, bool pair, Inst& inst) {
  auto each = words::Find<EachOp>(words::kEachOps, op);
  if (!each) return false;
  Expect("@");
  uint32_t function = Intern(kernel_.functions, ExpectName());
  inst = ForEach{*each, function, pair, Values()};
  return true;
}

Inst KernelParser::ParseMap() {
  MakeMap map;
  Expect("(");
  if (Accept(")")) return map;
  do {
    map.keys.push_back(Intern(kernel_.strings, ExpectText()));
    Expect(":");
    map.values.push_back(Value());
  } while (error_.empty() && Accept(","));
  Expect(")");
  return map;
}

// while 1000 { ... yield %c } do { ... }
While KernelParser::ParseWhile(int depth) {
  While loop{static_cast<BlockId>(kernel_.blocks.size()),
             static_cast<BlockId>(kernel_.blocks.size() + 1), 0};
  kernel_.blocks.resize(kernel_.blocks.size() + 2);
  if (auto limit = words::ReadInt(ExpectWord("the most rounds of the loop"))) loop.limit = *limit;
  if (loop.limit <= 0) Fail("a loop has a positive limit");
  Expect("{");
  ParseBlock(loop.condition_block, depth + 1);
  Expect("}");
  Expect("do");
  Expect("{");
  ParseBlock(loop.body_block, depth + 1);
  Expect("}");
  return loop;
}

Inst KernelParser::ParseIf(Type type, int depth) {
  If branch{type, Value(), static_cast<BlockId>(kernel_.blocks.size()),
            static_cast<BlockId>(kernel_.blocks.size() + 1)};
  kernel_.blocks.resize(kernel_.blocks.size() + 2);
  Expect("{");
  ParseBlock(branch.then_block, depth + 1);
  Expect("}");
  Expect("else");
  Expect("{");
  ParseBlock(branch.else_block, depth + 1);
  Expect("}");
  return branch;
}

}  // namespace varpulis::ir
