#pragma once

// The instructions of kernels with their meaning. Every instruction is total: it has a result for
// every operand, and the comment beside it is the law for interpreter and native code alike.
//
// A value has a type and a state: present, null or missing. "absent" is null or missing. Unless said
// otherwise, an absent operand gives a missing result and no error is counted; a failing operation
// gives a missing result and counts one abi::EvalError.

#include <cstdint>
#include <variant>
#include <vector>

#include "compiler/ir/type.h"

namespace varpulis::ir {

// Index of an instruction of the kernel; its value is the instruction's result.
using ValueId = uint32_t;
using BlockId = uint32_t;
inline constexpr ValueId kNoValue = UINT32_MAX;

// --- constants -----------------------------------------------------------------------------------

struct ConstBool {  // -> bool
  bool value;
};
struct ConstInt {  // -> Int, Timestamp or Duration
  Type type;
  int64_t value;
};
struct ConstFloat {  // -> f64
  double value;
};
struct ConstStr {  // -> str: text of the kernel's string table
  uint32_t string;
};
struct ConstAbsent {  // -> type: null (is_null) or missing
  Type type;
  bool is_null;
};

// --- loads ---------------------------------------------------------------------------------------

struct LoadColumn {  // -> type of kernel.columns[column]
  uint32_t column;
};
struct LoadSlot {  // -> type of kernel.record.slots[slot]; the record keeps ownership of text
  uint32_t slot;
};
struct LoadTime {};  // -> ts: event time of the row, always present
struct LoadGlobal {  // -> any: global variable
  uint32_t global;
};
struct LoadLocal {  // -> type of kernel.locals[local]: what was stored last, at first missing
  uint32_t local;
};

// --- numbers -------------------------------------------------------------------------------------

// Add Sub Mul: IntOverflow when the exact result does not fit. Div truncates toward zero; Mod has the
// sign of the dividend; both DivZero for divisor 0, Div of the least value by -1 IntOverflow, Mod of
// it 0. Pow is exact: negative exponent Domain, IntOverflow. And Or Xor on bits. ShiftLeft drops high
// bits, ShiftRight is arithmetic; a count outside 0..63 is Domain.
enum class IntOp : uint8_t { Add, Sub, Mul, Div, Mod, Pow, And, Or, Xor, ShiftLeft, ShiftRight };
struct IntBinary {  // i64, i64 -> i64
  IntOp op;
  ValueId a;
  ValueId b;
};
// Neg and Abs of the least value: IntOverflow. Not: bits inverted.
enum class IntUnaryOp : uint8_t { Neg, Not, Abs };
struct IntUnary {  // i64 -> i64
  IntUnaryOp op;
  ValueId a;
};
// IEEE; Div and Mod by 0.0 or -0.0 are DivZero. Mod as C fmod, Pow as C pow.
enum class FloatOp : uint8_t { Add, Sub, Mul, Div, Mod, Pow };
struct FloatBinary {  // f64, f64 -> f64
  FloatOp op;
  ValueId a;
  ValueId b;
};
// Sqrt of a negative number (not -0.0, not NaN) is Domain.
enum class FloatUnaryOp : uint8_t { Neg, Abs, Sqrt };
struct FloatUnary {  // f64 -> f64
  FloatUnaryOp op;
  ValueId a;
};
struct IntToFloat {  // i64 -> f64, nearest double
  ValueId a;
};

// --- comparison and truth ------------------------------------------------------------------------

enum class Predicate : uint8_t { Eq, Ne, Lt, Le, Gt, Ge };

// Both operands have the type `type`. Result is bool and present; false when an operand is absent
// (Ne included). Float: NaN equals NaN, -0.0 equals 0.0, an ordering with NaN is false. Str: by bytes,
// which is code point order. Bool: false < true. Any: language.md 5.2 as amended by D1 and D23:
// numbers by value (an int becomes a double when the other is a float), IntText with Str by text,
// arrays and maps by content, different kinds are unequal; ordering of unlike kinds, and of arrays
// and maps, is missing and counts Type.
struct Compare {  // type, type -> bool
  Predicate predicate;
  Type type;
  ValueId a;
  ValueId b;
};

enum class LogicOp : uint8_t { And, Or, Xor };
// On present bools (results of Truth, Not, Logic, Compare other than of Any); always present.
struct Logic {  // bool, bool -> bool
  LogicOp op;
  ValueId a;
  ValueId b;
};
struct Not {  // bool (present) -> bool: complement
  ValueId a;
};
// True iff the operand is present, a bool, and true. Operand bool or any.
struct Truth {  // -> bool, always present
  ValueId a;
};
// The value of `not x` (language-later.md 3): x absent or false gives true, x true gives false, x of
// another kind is missing and counts Type. Operand bool or any.
struct NotValue {  // -> bool
  ValueId a;
};
struct IsAbsent {  // any type -> bool, always present: null or missing
  ValueId a;
};

// --- choosing and converting ---------------------------------------------------------------------

// a if the condition is present and true, else b; keeps the state of what it picks. a, b of one type.
struct Select {  // bool, T, T -> T
  ValueId condition;
  ValueId a;
  ValueId b;
};
struct Box {  // T -> any, states kept
  ValueId a;
};
// The payload if the cell has that kind (IntText counts as Int; an Int cell is also a Float by
// nearest double; IntText is Str by its text, Int is not); null stays null, another kind is missing
// and counts Type.
struct Unbox {  // any -> type
  Type type;
  ValueId a;
};
// What numeric aggregates see: Int, IntText and Float cells as double, everything else missing
// without an error.
struct ToNumber {  // any -> f64
  ValueId a;
};

// --- text ----------------------------------------------------------------------------------------

enum class StrTestOp : uint8_t { Contains, StartsWith, EndsWith };
struct StrTest {  // str, str -> bool; an empty second operand is always found
  StrTestOp op;
  ValueId a;
  ValueId b;
};
enum class StrCaseOp : uint8_t { Lower, Upper };
struct StrCase {  // str -> str: full Unicode mapping, root locale
  StrCaseOp op;
  ValueId a;
};
struct RegexTest {  // str -> bool: the kernel's regex matches anywhere in the text
  uint32_t regex;
  ValueId a;
};

// --- dynamic values ------------------------------------------------------------------------------

// Binary operators on cells by the tables of language.md 5.3: Add also concatenates str, and works on
// timestamps and durations, Sub too; Mul, Div on durations, of which a negative one is Domain; the
// bit operators on ints; In, Index (a[b]) and Member (a.b, b a str). Numbers mix as in 5.2. Unlike
// kinds count Type. In: element, substring or key; absent a or b gives the bool false; a right side
// that cannot contain is missing.
enum class AnyOp : uint8_t {
  Add,
  Sub,
  Mul,
  Div,
  Mod,
  Pow,
  And,
  Or,
  Xor,
  ShiftLeft,
  ShiftRight,
  In,
  Index,
  Member,
};
struct BinaryAny {  // any, any -> any
  AnyOp op;
  ValueId a;
  ValueId b;
};
enum class AnyUnaryOp : uint8_t { Neg, BitNot };
struct UnaryAny {  // any -> any
  AnyUnaryOp op;
  ValueId a;
};
// Index into builtin_kind.def; arguments are any, absent ones arrive in their place.
struct CallBuiltin {  // any... -> any
  uint32_t builtin;
  std::vector<ValueId> arguments;
};
struct MakeArray {  // any... -> any; missing elements become null
  std::vector<ValueId> elements;
};
struct MakeMap {               // any... -> any; entries whose value is missing are left out
  std::vector<uint32_t> keys;  // string table indices, distinct
  std::vector<ValueId> values;
};

// --- control -------------------------------------------------------------------------------------

// Runs one of two blocks and takes the value it yields; only the chosen block has effects. The
// condition counts as true iff present and true. Each block may use values of the blocks around it.
struct If {  // bool -> type
  Type type;
  ValueId condition;
  BlockId then_block;
  BlockId else_block;
};

// Runs the condition block and, as long as it yields true, the body; the condition is always present.
// After `limit` bodies, or when the item's work (limits::kMaxWork, which bodies and calls take from) is
// spent, the loop ends with EvalError::Limit counted.
struct While {  // no result
  BlockId condition_block;
  BlockId body_block;
  int64_t limit;
};

// --- functions -----------------------------------------------------------------------------------

// Calls function kernel.functions[function] of the plan: a kernel whose columns are the parameters
// and whose out 0 is the result. Missing and a Limit when calls nest deeper than limits::kMaxCallDepth or
// the work is spent.
struct CallFunction {  // any... -> any
  uint32_t function;
  std::vector<ValueId> arguments;
};
// The function for every element of the array, which is its first argument; the captures follow. Map:
// the results without those that are missing; Filter: the elements for which it is true. With `pair`
// an element that is an array of two gives the first two arguments. Type if it is no array.
enum class EachOp : uint8_t { Map, Filter };
struct ForEach {  // any, any... -> any
  EachOp op;
  uint32_t function;
  bool pair;
  std::vector<ValueId> arguments;  // the array, then the captures
};

// --- keys ----------------------------------------------------------------------------------------

// Equal keys (SameKey) hash alike whatever their static type: an Int 5, a Float 5.0 and the same
// numbers in cells; absent values hash to one number.
struct Hash {  // T -> i64, always present
  ValueId a;
};
// ir::CombineHash; as for numbers, an absent operand gives a missing result.
struct HashCombine {  // i64, i64 -> i64, order matters
  ValueId a;
  ValueId b;
};
// Key equality: absent equals absent, otherwise equality by language.md 5.2. Operands of one type.
struct SameKey {  // T, T -> bool, always present
  ValueId a;
  ValueId b;
};

// --- stores --------------------------------------------------------------------------------------

struct StoreOut {  // no result: value and state into kernel.outs[out]
  uint32_t out;
  ValueId a;
};
struct StoreLocal {  // no result: value and state into kernel.locals[local]
  uint32_t local;
  ValueId a;
};
struct StoreGlobal {  // any -> no result: the global then owns a copy
  uint32_t global;
  ValueId a;
};
// Hands a map to the collector of `.process` as an event of type kernel.events[event].
struct Collect {  // any -> no result
  uint32_t event;
  ValueId a;
};
struct StoreSlot {  // no result: value and state into the record, which then owns a copy
  uint32_t slot;
  ValueId a;
};
// What a slot of type set holds; the instructions of one slot agree. Distinct: different values by key
// equality, each with how often it was added. Samples: numbers other than NaN. List and Queue: values
// in order of arrival; a List takes limits::kMaxCollected of them.
enum class Collection : uint8_t { Distinct, Samples, List, Queue };
// Absent values, and for Samples all but numbers, are not added. One that finds no place counts Limit.
struct CollectionAdd {  // any -> no result
  Collection kind;
  uint32_t slot;
  ValueId a;
};
// Takes out one value equal to a, of List and Queue the oldest one; nothing if a was not to be added.
struct CollectionRemove {  // any -> no result
  Collection kind;
  uint32_t slot;
  ValueId a;
};
// Distinct: how many different values there are. Samples: the quantile, interpolated between the two
// closest ranks, missing if there is none. List and Queue: the oldest limits::kMaxCollected as an array.
struct CollectionRead {  // -> any
  Collection kind;
  uint32_t slot;
  double quantile;  // Samples: 0.0 to 1.0
};
// Puts a copy of the value, absent or not, at the end of the slot's list.
struct ListAppend {  // any -> no result
  uint32_t slot;
  ValueId a;
};
// The slot's list as an array, which the record keeps owning: whoever loads it after an append sees
// that as well.
struct ListValues {  // -> any
  uint32_t slot;
};

using Inst =
    std::variant<ConstBool, ConstInt, ConstFloat, ConstStr, ConstAbsent, LoadColumn, LoadSlot,
                 LoadTime, LoadGlobal, LoadLocal, IntBinary, IntUnary, FloatBinary, FloatUnary,
                 IntToFloat, Compare, Logic, Not, Truth, NotValue, IsAbsent, Select, Box, Unbox,
                 ToNumber, StrTest, StrCase, RegexTest, BinaryAny, UnaryAny, CallBuiltin, MakeArray,
                 MakeMap, If, While, CallFunction, ForEach, Hash, HashCombine, SameKey, StoreOut,
                 StoreLocal, StoreGlobal, Collect, StoreSlot, CollectionAdd, CollectionRemove,
                 CollectionRead, ListAppend, ListValues>;

}  // namespace varpulis::ir
