#pragma once

// Builds the pattern of one stream: what runs capture, by which key they are found, and the kernels
// of every step. Private to compiler/lower.

#include <set>
#include <string>
#include <vector>

#include "compiler/lower/pattern_parts.h"
#include "compiler/lower/plan_builder.h"

namespace varpulis::lower {

class PatternBuilder {
 public:
  // `has_readers`: other streams read what the stream puts out.
  PatternBuilder(PlanBuilder& plan, const sema::TypedStream& stream, ir::PatternPlan& pattern,
                 bool has_readers);
  void Run();

 private:
  // A captured value of a step: what to read and as which type.
  struct Capture {
    uint32_t step;
    sema::TypedExprPtr read;
    std::string name;
  };

  void FindCaptures();
  void CaptureOutput(const sema::TypedExprPtr& expr);
  bool CaptureOperators(const std::vector<sema::TypedOperator>& operators);
  void CaptureValues(const sema::TypedOperator& op);
  void CaptureMatch();
  void AddCapture(std::vector<Capture>& list, const sema::TypedExprPtr& read);
  void LayOutRun();
  void LayOutMatch();
  void BuildStep(uint32_t step);
  ir::StepInput BuildInput(uint32_t step, const sema::SourceRoot& root, const std::string& name,
                           ir::TableId table);

  // Kernels of a step that reads `table`; `name` is `Stream.step2`.
  ir::KernelId Probe(uint32_t step, const std::string& name, const Binding& row);
  ir::KernelId Guard(uint32_t step, const std::string& name, const Binding& bound);
  ir::KernelId CaptureKernel(uint32_t step, const std::string& name, const Binding& here);
  ir::KernelId Home(const std::string& name, const Binding& here);
  ir::KernelId Match(const std::string& name, const Binding& here);
  ir::ValueId MatchValue(KernelBuilder& match, ExprLowering& lowering,
                         const ir::TableColumn& column);
  ir::ValueId DurationMs(KernelBuilder& match);
  ir::ValueId MatchRate(KernelBuilder& match);

  // The hash of the values, in order; of nothing it is 0.
  static ir::ValueId HashOf(KernelBuilder& builder, const std::vector<ir::ValueId>& values);
  // The values by which runs are found after step `step` was bound.
  std::vector<ir::ValueId> NextKey(uint32_t step, ExprLowering& lowering);
  const std::string& TableName(const Binding& binding) const;
  bool partitioned() const { return !typed_.partition.empty(); }

  PlanBuilder& plan_;
  const sema::TypedStream& stream_;
  const sema::TypedPattern& typed_;
  const std::vector<sema::TypedStep>& steps_;
  ir::PatternPlan& pattern_;
  const uint32_t last_;
  const bool has_readers_;
  std::vector<std::string> aliases_;
  std::vector<StepParts> parts_;
  std::vector<Capture> captures_;       // go into the run
  std::vector<Capture> match_columns_;  // go into the match row
  std::set<std::string> match_fields_;  // `match_duration_ms` and the like
};

}  // namespace varpulis::lower
