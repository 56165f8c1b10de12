#pragma once

// Where a program's output goes.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/ir/operators.h"
#include "runtime/row/table.h"

namespace varpulis::exec {

// Receives program output in its order. Rows are valid during the call.
class OutputSink {
 public:
  virtual ~OutputSink() = default;
  // One emitted event: the columns of `row` under `keys` (ir::EmitOperator).
  virtual void Emit(uint32_t stream, const std::vector<std::string>& keys,
                    const row::RowTable& rows, uint32_t row) = 0;
  // One line of `.print`, without line break.
  virtual void Print(std::string_view line) = 0;
  // Whether somebody takes what `.to` number `egress` of the plan delivers. What nobody takes is counted
  // by the engine, and Deliver is not called for it.
  virtual bool Takes(uint32_t /*egress*/) const { return false; }
  // One event for a connector, as one flat JSON object; `topic` is empty where the driver's default
  // holds.
  virtual void Deliver(uint32_t /*egress*/, std::string_view /*topic*/,
                       std::string_view /*event*/) {}
  // What alert number `alert` of the plan posts to its webhook: a JSON object. Does not wait.
  virtual void Alert(uint32_t /*alert*/, std::string_view /*body*/) {}
  // Whether records of that level are wanted; by default none are.
  virtual bool Logs(ir::LogLevel) const { return false; }
  // One record of `.log`, without line break; only of a level that is wanted.
  virtual void Log(ir::LogLevel, std::string_view) {}
};

}  // namespace varpulis::exec
