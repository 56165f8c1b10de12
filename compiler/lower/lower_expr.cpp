#include "compiler/lower/lower_expr.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/check.h"

namespace varpulis::lower {

using sema::TypedExpr;
using sema::TypedExprPtr;
using sema::TypedOp;

namespace {

bool IsNumber(ir::Type type) { return type == ir::Type::Int || type == ir::Type::Float; }

// Whether evaluating it although its result is not needed does no harm: no error, little work.
bool IsCheap(const TypedExpr& expr) {
  switch (expr.op) {
    case TypedOp::Null:
    case TypedOp::Bool:
    case TypedOp::Int:
    case TypedOp::Float:
    case TypedOp::Str:
    case TypedOp::Duration:
    case TypedOp::Timestamp:
    case TypedOp::EventTime:
    case TypedOp::EventType:
    case TypedOp::Field:
    case TypedOp::ElementCount:
      return true;
    case TypedOp::Elements:
    case TypedOp::ElementFields:
      return false;
    case TypedOp::Not:
    case TypedOp::And:
    case TypedOp::Or:
    case TypedOp::Xor:
    case TypedOp::IsNull:
      break;
    case TypedOp::Eq:
    case TypedOp::Ne:
    case TypedOp::Lt:
    case TypedOp::Le:
    case TypedOp::Gt:
    case TypedOp::Ge:
      // Dynamic cells may need a helper; text is compared by two words when one side is short.
      for (const TypedExprPtr& arg : expr.args) {
        if (arg->type == ir::Type::Any) return false;
      }
      break;
    case TypedOp::Add:
    case TypedOp::Sub:
    case TypedOp::Mul:
    case TypedOp::Negate:
      if (expr.type != ir::Type::Float) return false;  // ints may overflow, which is counted
      break;
    case TypedOp::Event:
    case TypedOp::Global:
    case TypedOp::BitNot:
    case TypedOp::Div:
    case TypedOp::Mod:
    case TypedOp::Pow:
    case TypedOp::ShiftLeft:
    case TypedOp::ShiftRight:
    case TypedOp::BitAnd:
    case TypedOp::BitXor:
    case TypedOp::BitOr:
    case TypedOp::In:
    case TypedOp::NotIn:
    case TypedOp::Coalesce:
    case TypedOp::If:
    case TypedOp::Member:
    case TypedOp::Index:
    case TypedOp::Call:
    case TypedOp::Array:
    case TypedOp::Map:
    case TypedOp::Aggregate:
    case TypedOp::CallFunction:
    case TypedOp::MapEach:
    case TypedOp::FilterEach:
      return false;
    case TypedOp::Local:
      return true;
  }
  return std::all_of(expr.args.begin(), expr.args.end(),
                     [](const TypedExprPtr& arg) { return IsCheap(*arg); });
}

ir::Predicate PredicateOf(TypedOp op) {
  switch (op) {  // NOLINT: only comparisons get here
    case TypedOp::Ne:
      return ir::Predicate::Ne;
    case TypedOp::Lt:
      return ir::Predicate::Lt;
    case TypedOp::Le:
      return ir::Predicate::Le;
    case TypedOp::Gt:
      return ir::Predicate::Gt;
    case TypedOp::Ge:
      return ir::Predicate::Ge;
    default:
      return ir::Predicate::Eq;
  }
}

ir::AnyOp AnyOpOf(TypedOp op) {
  return static_cast<ir::AnyOp>(static_cast<int>(op) - static_cast<int>(TypedOp::Add));
}

}  // namespace

std::string CaptureName(const std::vector<sema::TypedStep>& steps, const TypedExpr& read) {
  const std::string& alias = steps[read.index].alias;
  std::string prefix = alias.empty() ? fmt::format("step{}", read.index + 1) : alias;
  if (read.op == TypedOp::Event) return prefix + ".*";
  if (read.op == TypedOp::EventTime) return prefix + ".@time";
  if (read.op == TypedOp::EventType) return prefix + ".@type";
  if (read.op == TypedOp::Elements) return prefix + ".*[]";
  if (read.op == TypedOp::ElementFields) return prefix + "." + read.text + "[]";
  if (read.op == TypedOp::ElementCount) return prefix + ".#";
  return prefix + "." + read.text;
}

ir::ValueId ExprLowering::Slot(const std::string& name, ir::Type type) {
  int slot = binding_.record->Find(name);
  VPL_CHECK(slot >= 0, "nothing captured {}", name);
  ir::ValueId value = k_.Add(ir::LoadSlot{static_cast<uint32_t>(slot)}, name, "slot " + name);
  return k_.Convert(value, type);
}

ir::ValueId ExprLowering::Elements(const std::string& name) {
  const int slot = binding_.record->Find(name);
  VPL_CHECK(slot >= 0, "nothing captured {}", name);
  return k_.Add(ir::ListValues{static_cast<uint32_t>(slot)}, name, "list " + name);
}

// Of a closure whose elements the run keeps (the binding has a record).
ir::ValueId ExprLowering::ReadElements(const TypedExpr& expr) {
  if (expr.op == TypedOp::ElementCount) {
    return Slot(fmt::format("{}.count", expr.index), ir::Type::Int);
  }
  const std::string name = CaptureName(*binding_.steps, expr);
  const bool all = expr.op == TypedOp::Elements || expr.op == TypedOp::ElementFields;
  if (!all && binding_.record->Find(name) >= 0) return Slot(name, expr.type);
  const ir::ValueId list = Elements(all ? name : name + "[]");
  if (all) return list;
  static const auto kLast = static_cast<uint32_t>(ir::FindBuiltin("last"));
  return k_.Convert(k_.Add(ir::CallBuiltin{kLast, {list}}, name, "last " + name), expr.type);
}

// Of a step that is not bound: what opens a run reads optional steps that it has passed over.
ir::ValueId ExprLowering::ReadUnbound(const TypedExpr& expr) {
  if (expr.op == TypedOp::ElementCount) return k_.Int(0);
  const bool all = expr.op == TypedOp::Elements || expr.op == TypedOp::ElementFields;
  return all ? k_.Add(ir::MakeArray{}) : k_.Absent(expr.type, false);
}

namespace {
std::string ListName(const std::vector<sema::TypedStep>& steps, const TypedExpr& read) {
  const bool all = read.op == TypedOp::Elements || read.op == TypedOp::ElementFields;
  return CaptureName(steps, read) + (all ? "" : "[]");
}
}  // namespace

// The last element that the run shows of a closure.
ir::ValueId ExprLowering::ReadElement(const TypedExpr& expr) {
  TypedExpr of_closure = expr;
  of_closure.index = binding_.element_of;
  static const auto kLast = static_cast<uint32_t>(ir::FindBuiltin("last"));
  const ir::ValueId list = Elements(ListName(*binding_.steps, of_closure));
  return k_.Convert(k_.Add(ir::CallBuiltin{kLast, {list}}), expr.type);
}

// What a closure has before its last element.
ir::ValueId ExprLowering::ReadBeforeElement(const TypedExpr& expr) {
  if (expr.op == TypedOp::ElementCount) {
    const ir::ValueId count = Slot(fmt::format("{}.count", expr.index), ir::Type::Int);
    return k_.Add(ir::IntBinary{ir::IntOp::Sub, count, k_.Int(1)});
  }
  static const auto kSlice = static_cast<uint32_t>(ir::FindBuiltin("slice"));
  static const auto kLast = static_cast<uint32_t>(ir::FindBuiltin("last"));
  const ir::ValueId list = Elements(ListName(*binding_.steps, expr));
  const ir::ValueId begin = k_.Convert(k_.Int(0), ir::Type::Any);
  const ir::ValueId end = k_.Convert(k_.Int(-1), ir::Type::Any);
  const ir::ValueId before = k_.Add(ir::CallBuiltin{kSlice, {list, begin, end}});
  if (expr.op == TypedOp::Elements || expr.op == TypedOp::ElementFields) return before;
  return k_.Convert(k_.Add(ir::CallBuiltin{kLast, {before}}), expr.type);
}

ir::ValueId ExprLowering::Read(const TypedExpr& expr) {
  if (binding_.element_of != sema::kCurrentRow) {
    if (expr.index == sema::kCurrentRow) return ReadElement(expr);
    if (expr.index == binding_.element_of) return ReadBeforeElement(expr);
  }
  bool other_step = expr.index != sema::kCurrentRow && expr.index != binding_.current_step;
  if (other_step && binding_.step_columns && expr.index != binding_.record_step) {
    return RowField(CaptureName(*binding_.steps, expr), expr.type);
  }
  if (other_step && binding_.record == nullptr) return ReadUnbound(expr);
  const bool of_closure = expr.index != sema::kCurrentRow && binding_.record != nullptr &&
                          (*binding_.steps)[expr.index].is_closure();
  const bool of_all = expr.op == TypedOp::Elements || expr.op == TypedOp::ElementFields ||
                      expr.op == TypedOp::ElementCount;
  if (of_closure && (other_step || of_all)) return ReadElements(expr);
  if (other_step) return Slot(CaptureName(*binding_.steps, expr), expr.type);
  if (expr.op == TypedOp::Event) return RowEvent();
  if (expr.op == TypedOp::EventTime) return k_.Add(ir::LoadTime{}, "time", "time");
  if (expr.op == TypedOp::EventType) {
    const ir::Table& table = binding_.plan->tables[binding_.table];
    return k_.Str(table.event_type);
  }
  if (binding_.key_slots != nullptr) {
    auto key = binding_.key_slots->find(expr.text);
    if (key != binding_.key_slots->end()) {
      ir::ValueId value = k_.Add(ir::LoadSlot{key->second}, expr.text, "key " + expr.text);
      return k_.Convert(value, expr.type);
    }
  }
  return RowField(expr.text, expr.type);
}

ir::ValueId ExprLowering::Literal(const TypedExpr& expr) {
  if (expr.op == TypedOp::Null) return k_.Absent(ir::Type::Any, true);
  if (expr.op == TypedOp::Bool) return k_.Bool(expr.integer != 0);
  if (expr.op == TypedOp::Float) return k_.Float(expr.number);
  if (expr.op == TypedOp::Str) return k_.Str(expr.text);
  return k_.Add(ir::ConstInt{expr.type, expr.integer}, {},
                fmt::format("const {} {}", static_cast<int>(expr.type), expr.integer));
}

ir::ValueId ExprLowering::Value(const TypedExpr& expr) {
  if (sema::IsLiteral(expr.op)) return Literal(expr);
  switch (expr.op) {  // NOLINT: groups of operators
    case TypedOp::Field:
    case TypedOp::Event:
    case TypedOp::EventTime:
    case TypedOp::EventType:
    case TypedOp::Elements:
    case TypedOp::ElementFields:
    case TypedOp::ElementCount:
      return Read(expr);
    case TypedOp::Global:
      return Global(expr);
    case TypedOp::Local:
      return k_.Convert(binding_.local(k_, expr.index), expr.type);
    case TypedOp::CallFunction:
      return CallFunction(expr);
    case TypedOp::MapEach:
    case TypedOp::FilterEach:
      return Each(expr);
    case TypedOp::Aggregate:
      return binding_.aggregate(k_, expr);
    case TypedOp::And:
    case TypedOp::Or:
    case TypedOp::Xor:
    case TypedOp::IsNull:
      return Condition(expr);
    case TypedOp::Not:
      if (expr.args[0]->type == ir::Type::Any) return k_.Add(ir::NotValue{Value(*expr.args[0])});
      return k_.Add(ir::Not{Condition(*expr.args[0])});
    case TypedOp::Eq:
    case TypedOp::Ne:
    case TypedOp::Lt:
    case TypedOp::Le:
    case TypedOp::Gt:
    case TypedOp::Ge:
      return Compare(expr);
    case TypedOp::In:
    case TypedOp::NotIn:
      return In(expr);
    case TypedOp::Coalesce:
      return Coalesce(expr, 0);
    case TypedOp::If:
      return k_.If(
          Condition(*expr.args[0]), expr.type, [&] { return Value(*expr.args[1]); },
          [&] { return Value(*expr.args[2]); });
    case TypedOp::Member:
      return k_.Add(ir::BinaryAny{ir::AnyOp::Member, AnyOf(*expr.args[0]), AnyOf(*expr.args[1])});
    case TypedOp::Index:
      return k_.Add(ir::BinaryAny{ir::AnyOp::Index, AnyOf(*expr.args[0]), AnyOf(*expr.args[1])});
    case TypedOp::Call:
      return Call(expr);
    case TypedOp::Array: {
      ir::MakeArray array;
      for (const TypedExprPtr& arg : expr.args) array.elements.push_back(AnyOf(*arg));
      return k_.Add(std::move(array));
    }
    case TypedOp::Map: {
      ir::MakeMap map;
      for (size_t i = 0; i < expr.args.size(); ++i) {
        map.keys.push_back(k_.String(expr.keys[i]));
        map.values.push_back(AnyOf(*expr.args[i]));
      }
      return k_.Add(std::move(map));
    }
    default:
      return Arithmetic(expr);
  }
}

ir::ValueId ExprLowering::Arithmetic(const TypedExpr& expr) {
  if (expr.op == TypedOp::Negate || expr.op == TypedOp::BitNot) {
    ir::ValueId a = Value(*expr.args[0]);
    if (expr.type == ir::Type::Int) {
      return k_.Add(
          ir::IntUnary{expr.op == TypedOp::Negate ? ir::IntUnaryOp::Neg : ir::IntUnaryOp::Not, a});
    }
    if (expr.type == ir::Type::Float) return k_.Add(ir::FloatUnary{ir::FloatUnaryOp::Neg, a});
    return k_.Add(
        ir::UnaryAny{expr.op == TypedOp::Negate ? ir::AnyUnaryOp::Neg : ir::AnyUnaryOp::BitNot, a});
  }
  ir::Type left = expr.args[0]->type;
  ir::Type right = expr.args[1]->type;
  ir::ValueId a = Value(*expr.args[0]);
  ir::ValueId b = Value(*expr.args[1]);
  if (left == ir::Type::Int && right == ir::Type::Int) {
    static constexpr ir::IntOp kOps[] = {
        ir::IntOp::Add, ir::IntOp::Sub, ir::IntOp::Mul,       ir::IntOp::Div,
        ir::IntOp::Mod, ir::IntOp::Pow, ir::IntOp::ShiftLeft, ir::IntOp::ShiftRight,
        ir::IntOp::And, ir::IntOp::Xor, ir::IntOp::Or};
    return k_.Add(
        ir::IntBinary{kOps[static_cast<int>(expr.op) - static_cast<int>(TypedOp::Add)], a, b});
  }
  if (IsNumber(left) && IsNumber(right)) {
    static constexpr ir::FloatOp kOps[] = {ir::FloatOp::Add, ir::FloatOp::Sub, ir::FloatOp::Mul,
                                           ir::FloatOp::Div, ir::FloatOp::Mod, ir::FloatOp::Pow};
    return k_.Add(ir::FloatBinary{kOps[static_cast<int>(expr.op) - static_cast<int>(TypedOp::Add)],
                                  k_.Convert(a, ir::Type::Float), k_.Convert(b, ir::Type::Float)});
  }
  ir::AnyOp op = ir::AnyOp::Add;
  switch (expr.op) {  // NOLINT: the arithmetic operators
    case TypedOp::ShiftLeft:
      op = ir::AnyOp::ShiftLeft;
      break;
    case TypedOp::ShiftRight:
      op = ir::AnyOp::ShiftRight;
      break;
    case TypedOp::BitAnd:
      op = ir::AnyOp::And;
      break;
    case TypedOp::BitXor:
      op = ir::AnyOp::Xor;
      break;
    case TypedOp::BitOr:
      op = ir::AnyOp::Or;
      break;
    default:
      op = AnyOpOf(expr.op);
  }
  ir::ValueId result =
      k_.Add(ir::BinaryAny{op, k_.Convert(a, ir::Type::Any), k_.Convert(b, ir::Type::Any)});
  return k_.Convert(result, expr.type);
}

ir::ValueId ExprLowering::Compare(const TypedExpr& expr) {
  ir::Type left = expr.args[0]->type;
  ir::Type right = expr.args[1]->type;
  ir::Type type = left == right                       ? left
                  : IsNumber(left) && IsNumber(right) ? ir::Type::Float
                                                      : ir::Type::Any;
  ir::ValueId a = k_.Convert(Value(*expr.args[0]), type);
  ir::ValueId b = k_.Convert(Value(*expr.args[1]), type);
  return k_.Add(ir::Compare{PredicateOf(expr.op), type, a, b}, {},
                fmt::format("cmp {} {} {}", static_cast<int>(expr.op), a, b));
}

// Membership in a literal list: a chain of equalities, false when the needle is absent.
ir::ValueId ExprLowering::InArray(const TypedExpr& needle, const TypedExpr& array) {
  ir::ValueId found = k_.Bool(false);
  for (const TypedExprPtr& element : array.args) {
    TypedExpr equality = *element;
    equality.op = TypedOp::Eq;
    equality.type = ir::Type::Bool;
    equality.args = {std::make_shared<TypedExpr>(needle), element};
    found = k_.Add(ir::Logic{ir::LogicOp::Or, found, k_.Truth(Compare(equality))});
  }
  return found;
}

ir::ValueId ExprLowering::In(const TypedExpr& expr) {
  constexpr size_t kLongestChain = 16;
  const TypedExpr& needle = *expr.args[0];
  const TypedExpr& place = *expr.args[1];
  bool literal_list =
      place.op == TypedOp::Array && place.args.size() <= kLongestChain &&
      std::all_of(place.args.begin(), place.args.end(), [](const TypedExprPtr& arg) {
        return sema::IsLiteral(arg->op) && arg->op != TypedOp::Null;
      });
  ir::ValueId inside = literal_list
                           ? InArray(needle, place)
                           : k_.Add(ir::BinaryAny{ir::AnyOp::In, AnyOf(needle), AnyOf(place)});
  if (expr.op == TypedOp::In) return k_.Truth(inside);
  // `not in` on a missing operand is false, like every comparison (language-later.md 3).
  ir::ValueId outside = k_.Add(ir::Not{k_.Truth(inside)});
  ir::ValueId absent = k_.Add(ir::IsAbsent{Value(needle)});
  if (!literal_list) {
    ir::ValueId place_absent = k_.Add(ir::IsAbsent{Value(place)});
    absent = k_.Add(ir::Logic{ir::LogicOp::Or, absent, place_absent});
  }
  return k_.Add(ir::Logic{ir::LogicOp::And, outside, k_.Add(ir::Not{absent})});
}

ir::ValueId ExprLowering::Chain(const TypedExpr& expr, bool is_and) {
  // Left to right without recursion over the operands: `so_far` combines the cheap ones; a costly
  // operand is evaluated only when the ones before it leave the result open.
  ir::ValueId so_far = Condition(*expr.args[0]);
  for (size_t i = 1; i < expr.args.size(); ++i) {
    const TypedExpr& operand = *expr.args[i];
    if (IsCheap(operand)) {
      so_far = k_.Add(
          ir::Logic{is_and ? ir::LogicOp::And : ir::LogicOp::Or, so_far, Condition(operand)});
      continue;
    }
    auto evaluate = [&] { return Condition(operand); };
    auto known = [&] { return k_.Bool(!is_and); };
    so_far = is_and ? k_.If(so_far, ir::Type::Bool, evaluate, known)
                    : k_.If(so_far, ir::Type::Bool, known, evaluate);
    so_far = k_.Truth(so_far);
  }
  return so_far;
}

ir::ValueId ExprLowering::Condition(const TypedExpr& expr) {
  if (expr.op == TypedOp::And || expr.op == TypedOp::Or)
    return Chain(expr, expr.op == TypedOp::And);
  if (expr.op == TypedOp::Xor) {
    ir::ValueId so_far = Condition(*expr.args[0]);
    for (size_t i = 1; i < expr.args.size(); ++i) {
      so_far = k_.Add(ir::Logic{ir::LogicOp::Xor, so_far, Condition(*expr.args[i])});
    }
    return so_far;
  }
  if (expr.op == TypedOp::Not && expr.args[0]->type != ir::Type::Any) {
    return k_.Add(ir::Not{Condition(*expr.args[0])});
  }
  if (expr.op == TypedOp::IsNull) return k_.Add(ir::IsAbsent{Value(*expr.args[0])});
  ir::ValueId value = Value(expr);
  if (k_.TypeOf(value) != ir::Type::Bool && k_.TypeOf(value) != ir::Type::Any)
    return k_.Bool(false);
  return k_.Truth(value);
}

ir::ValueId ExprLowering::Coalesce(const TypedExpr& expr, size_t from) {
  ir::ValueId first = k_.Convert(Value(*expr.args[from]), expr.type);
  if (from + 1 == expr.args.size()) return first;
  return k_.If(
      k_.Add(ir::IsAbsent{first}), expr.type, [&] { return Coalesce(expr, from + 1); },
      [&] { return first; });
}

ir::ValueId ExprLowering::Call(const TypedExpr& expr) {
  std::string_view name = ir::Builtins()[expr.index].name;
  auto text = [&](size_t i) { return expr.args[i]->type == ir::Type::Str; };
  // Rules ask the same text many things: it is mapped once.
  const bool maps_text = name == "lower" || name == "upper" || name == "trim";
  if (maps_text && name != "trim" && text(0)) {
    const auto op = name == "lower" ? ir::StrCaseOp::Lower : ir::StrCaseOp::Upper;
    const ir::ValueId subject = Value(*expr.args[0]);
    return k_.Add(ir::StrCase{op, subject}, {}, fmt::format("{} {}", name, subject));
  }
  if (expr.args.size() == 2 && text(0) && text(1)) {
    if (name == "contains" || name == "starts_with" || name == "ends_with") {
      ir::StrTestOp op = name == "contains"      ? ir::StrTestOp::Contains
                         : name == "starts_with" ? ir::StrTestOp::StartsWith
                                                 : ir::StrTestOp::EndsWith;
      return k_.Add(ir::StrTest{op, Value(*expr.args[0]), Value(*expr.args[1])});
    }
  }
  if (name == "regex_match" && expr.args[1]->op == TypedOp::Str) {
    // A field of unknown type is text or has no value; an int with text counts as its text.
    ir::ValueId subject = k_.Convert(Value(*expr.args[0]), ir::Type::Str);
    return k_.Add(ir::RegexTest{k_.Regex(expr.args[1]->text), subject});
  }
  if (name == "abs" && expr.type == ir::Type::Int) {
    return k_.Add(ir::IntUnary{ir::IntUnaryOp::Abs, Value(*expr.args[0])});
  }
  if (name == "abs" && expr.type == ir::Type::Float) {
    return k_.Add(ir::FloatUnary{ir::FloatUnaryOp::Abs, Value(*expr.args[0])});
  }
  if (name == "sqrt" && IsNumber(expr.args[0]->type)) {
    return k_.Add(
        ir::FloatUnary{ir::FloatUnaryOp::Sqrt, k_.Convert(Value(*expr.args[0]), ir::Type::Float)});
  }
  ir::CallBuiltin call{expr.index, {}};
  for (const TypedExprPtr& arg : expr.args) call.arguments.push_back(AnyOf(*arg));
  std::string share;
  if (maps_text) share = fmt::format("{} {}", name, call.arguments.front());
  return k_.Convert(k_.Add(std::move(call), std::string(name), share), expr.type);
}

}  // namespace varpulis::lower
