#pragma once

// Builds one ir::Kernel: appends instructions to the current block and shares equal ones that are
// still in scope.

#include <functional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "compiler/ir/kernel.h"

namespace varpulis::lower {

class KernelBuilder {
 public:
  KernelBuilder(std::string name, std::string table);

  // Appends an instruction. `share` texts that are equal and in scope give the value of the first.
  ir::ValueId Add(ir::Inst inst, std::string value_name = {}, const std::string& share = {});
  uint32_t String(const std::string& text);
  uint32_t Regex(const std::string& pattern);
  uint32_t Column(const std::string& name, ir::Type type, uint32_t table_column);
  uint32_t Out(const std::string& name, ir::Type type);
  uint32_t GlobalName(uint32_t index, const std::string& name);
  uint32_t FunctionName(uint32_t index, const std::string& name);
  uint32_t EventName(uint32_t index, const std::string& name);
  // A new variable; its name is made unique.
  uint32_t Local(const std::string& name, ir::Type type);

  ir::ValueId Int(int64_t value);
  ir::ValueId Bool(bool value);
  ir::ValueId Float(double value);
  ir::ValueId Str(const std::string& text);
  ir::ValueId Absent(ir::Type type, bool is_null);
  // value as `to`: boxed, unboxed, or an int as a double.
  ir::ValueId Convert(ir::ValueId value, ir::Type to);
  // A structured conditional; each function emits its block and returns what it yields.
  ir::ValueId If(ir::ValueId condition, ir::Type type,
                 const std::function<ir::ValueId()>& then_value,
                 const std::function<ir::ValueId()>& else_value);

  // Runs `body` if the condition is true; nothing is yielded.
  void Do(ir::ValueId condition, const std::function<void()>& body);
  // `condition` returns an always-present bool.
  void While(int64_t limit, const std::function<ir::ValueId()>& condition,
             const std::function<void()>& body);

  ir::Type TypeOf(ir::ValueId value) const { return ir::TypeOf(kernel_, value); }
  bool AlwaysPresent(ir::ValueId value) const { return ir::AlwaysPresent(kernel_, value); }
  // An always-present bool that is true iff the value is the boolean true.
  ir::ValueId Truth(ir::ValueId value);

  void set_record(const ir::RecordLayout& record) { kernel_.record = record; }
  const ir::RecordLayout& record() const { return kernel_.record; }
  ir::Kernel Finish(ir::KernelResult result, ir::ValueId returned);
  ir::Kernel Finish() { return Finish(ir::KernelResult::None, ir::kNoValue); }

 private:
  ir::BlockId InBlock(const std::function<ir::ValueId()>& emit);

  ir::Kernel kernel_;
  std::vector<ir::BlockId> open_blocks_;
  std::vector<std::unordered_map<std::string, ir::ValueId>> shared_;  // parallel to open_blocks_
  // Where constants and columns of the kernel already stand.
  std::unordered_map<std::string, uint32_t> string_places_;
  std::unordered_map<std::string, uint32_t> regex_places_;
  std::unordered_map<uint32_t, uint32_t> column_places_;
};

}  // namespace varpulis::lower
