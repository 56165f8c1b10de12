#pragma once

// A kernel: a small typed program over one item (a row, a record, or both), executed for `count`
// items per call. Structured control flow only; every value is an instruction.

#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "compiler/ir/insts.h"
#include "compiler/ir/record_layout.h"
#include "compiler/ir/type.h"

namespace varpulis::ir {

using KernelId = uint32_t;
inline constexpr KernelId kNoKernel = UINT32_MAX;

struct KernelColumn {
  std::string name;
  Type type;
  uint32_t table_column;  // index into KernelFrame::columns
};
struct KernelOut {
  std::string name;
  Type type;
};

struct KernelLocal {
  std::string name;
  Type type;
};

enum class KernelResult : uint8_t { None, Bool, Int };

struct Block {
  std::vector<ValueId> insts;  // in order of execution
  ValueId yield = kNoValue;    // what the block's If takes; unused in block 0
};

struct Kernel {
  std::string name;   // shown in dumps, symbols and profiles: `Fraud.step2.guard`
  std::string table;  // the table whose rows it reads, for the text form; may be empty
  std::vector<KernelColumn> columns;
  RecordLayout record;  // empty if it touches no record
  std::vector<KernelOut> outs;
  std::vector<std::string> strings;  // constants
  std::vector<std::string> regexes;  // RE2 syntax, compiled by the runtime when the kernel is bound
  std::vector<std::string> globals;  // names by index, for the text form
  std::vector<KernelLocal> locals;   // variables; each item starts with all of them missing
  std::vector<std::string> functions;  // names by index into Plan::functions
  std::vector<std::string> events;     // names by index into Plan::collected_types
  std::vector<Inst> insts;
  std::vector<std::string> value_names;  // parallel to insts; names from the program where known
  std::vector<Block> blocks;             // block 0 is the body
  KernelResult result = KernelResult::None;
  ValueId returned = kNoValue;  // value of block 0 written as the result
};

// Static type of a value. Instructions without result have type Bool and must not be used.
Type TypeOf(const Kernel& kernel, ValueId value);
bool HasResult(const Inst& inst);
// Calls `visit` with each operand in order (without the blocks of If and While).
template <typename F>
void EachOperand(const Inst& inst, F visit) {
  const auto all = [&](const std::vector<ValueId>& operands) {
    for (const ValueId operand : operands) visit(operand);
  };
  std::visit(
      [&](const auto& i) {
        if constexpr (requires { i.arguments; }) all(i.arguments);
        if constexpr (requires { i.elements; }) all(i.elements);
        if constexpr (requires { i.values; }) all(i.values);
        if constexpr (requires { i.condition_block; }) return;  // its condition is a value inside
        if constexpr (requires { i.condition; }) visit(i.condition);
        if constexpr (requires { i.a; }) visit(i.a);
        if constexpr (requires { i.b; }) visit(i.b);
      },
      inst);
}
// Whether it has loops or calls functions: such kernels get limits::kMaxWork anew for every item.
bool Works(const Kernel& kernel);
// "IntBinary" and so on.
std::string_view KindName(const Inst& inst);
// Name of builtin_kind.def's entry, its index, and its argument counts and result type.
struct BuiltinDescription {
  std::string_view name;
  uint32_t min_arguments;
  uint32_t max_arguments;
  Type result;
  bool internal = false;  // for the compiler alone
};
const std::vector<BuiltinDescription>& Builtins();
// Index of a builtin, or -1; FindProgramBuiltin knows only those that programs may call.
int FindBuiltin(std::string_view name);
int FindProgramBuiltin(std::string_view name);

// Checks that every operand is defined before its use in the same or a surrounding block, that types
// fit the instruction, that indices are in range and that Logic and Not get values that are always
// present. The message names the kernel and the instruction.
Status Verify(const Kernel& kernel);
// True if the value can never be absent.
bool AlwaysPresent(const Kernel& kernel, ValueId value);

// Text form; its words are in kernel_words.h. Parse(Print(k)) prints the same text again.
std::string Print(const Kernel& kernel);
// Reads one `kernel ... { }`; columns, slots, outs and globals are declared by their first use.
Result<Kernel> ParseKernel(std::string_view text);

}  // namespace varpulis::ir
