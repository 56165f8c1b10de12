#pragma once

// Makes the entries of a trace out of what the engine does (trace_entry.h). Plans have to be compiled for
// it, so that their conditions can be asked again, one conjunct at a time.

#include <functional>
#include <string>
#include <vector>

#include "compiler/ir/plan.h"
#include "runtime/exec/trace_entry.h"
#include "runtime/operator/kernel_call.h"
#include "runtime/pattern/pattern_state.h"

namespace varpulis::exec {

class Tracer final : public pattern::RunObserver {
 public:
  // Where rows of a derived table can be written; they are given back at the end of the batch.
  using Derive = std::function<row::RowTable&(ir::TableId)>;

  Tracer(const ir::Plan& plan, op::KernelCaller& call, Derive derive, TraceWrite write)
      : plan_(plan), call_(call), derive_(std::move(derive)), write_(std::move(write)) {}

  void Event(uint64_t number, const row::RowTable& rows, uint32_t row);
  // One that no stream reads, of which only the type is known.
  void UnreadEvent(uint64_t number, const std::string& type);
  // The row passes, or not, the filter that was taken apart; `step` of a pattern, or UINT32_MAX.
  void Offered(uint32_t stream, uint32_t step, const std::vector<ir::TracedCondition>& traced,
               bool passes, const row::RowTable& rows, uint32_t row);
  void Filtered(uint32_t stream, const ir::FilterOperator& op, size_t variant, bool passes,
                const row::RowTable& rows, uint32_t row);
  // The calls of RunObserver that follow are about this stream's pattern.
  void set_stream(uint32_t stream) { stream_ = stream; }
  void Runs(const pattern::PatternState& pattern, const std::vector<pattern::StepHit>& hits);
  void Emitted(uint32_t stream, const std::vector<std::string>& keys, const row::RowTable& rows,
               uint32_t row);

  void Opened(uint64_t run, op::RecordId record, uint32_t step, uint32_t state, uint64_t key,
              TimestampNs start) override;
  void Forked(uint64_t run, op::RecordId record, uint64_t from) override;
  void Advanced(uint64_t run, uint32_t step, uint32_t state, uint64_t key) override;
  void Matched(uint64_t run, uint32_t step,
               const std::vector<pattern::ChosenElements>& chosen) override;
  void Ended(uint64_t run, pattern::RunEnd end) override;
  void Refused(uint64_t run, const ir::PatternEdge& edge, const ir::EdgeKernels& kernels,
               const row::RowTable& rows, uint32_t row, uint8_t* record) override;
  void TooLate(uint64_t run, const ir::PatternEdge& edge, DurationNs after) override;
  void NotOpened(pattern::NotOpened why) override;

 private:
  // Sets condition and values: the first conjunct that is false.
  void Explain(TraceEntry& entry, const std::vector<ir::TracedCondition>& traced,
               const row::RowTable& rows, uint32_t row, uint8_t* record);
  std::string ValuesOf(const ir::TracedCondition& traced, const row::RowTable& rows, uint32_t row,
                       uint8_t* record);
  // Of the stream whose pattern is being watched.
  TraceEntry Entry(TraceEntry::Kind kind, uint64_t run = 0) const;

  const ir::Plan& plan_;
  op::KernelCaller& call_;
  Derive derive_;
  TraceWrite write_;
  uint32_t stream_ = 0;
};

}  // namespace varpulis::exec
