#pragma once

// Builds the pattern of one stream: its automaton, what runs capture, by which key they are found, and
// the kernels of every edge. Private to compiler/lower.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "compiler/lower/pattern_keys.h"
#include "compiler/lower/pattern_parts.h"
#include "compiler/lower/pattern_states.h"
#include "compiler/lower/plan_builder.h"

namespace varpulis::lower {

// A column of the match row, or of the row of a forecast: what is read of a step.
struct MatchColumn {
  sema::TypedExprPtr read;
  std::string name;
};

class PatternBuilder {
 public:
  // `has_readers`: other streams read what the stream puts out.
  PatternBuilder(PlanBuilder& plan, const sema::TypedStream& stream, ir::PatternPlan& pattern,
                 bool has_readers);
  void Run();

  // What a forecast is made of, whose rows take the place of matches (ForecastBuilder).
  const std::vector<MatchColumn>& match_columns() const { return match_columns_; }
  const std::map<std::string, ir::Type>& row_fields() const { return row_fields_; }
  bool reads_whole_row() const { return reads_whole_row_; }
  const std::vector<sema::TypedExprPtr>& local(uint32_t step) const { return parts_[step].local; }
  const std::vector<std::string>& aliases() const { return aliases_; }
  // Of a run that is under way; no value if it has not bound the step.
  ir::ValueId ValueInRun(KernelBuilder& k, ExprLowering& lowering,
                         const sema::TypedExpr& read) const;
  // The hash of the values, in order; of nothing it is 0.
  static ir::ValueId HashOf(KernelBuilder& builder, const std::vector<ir::ValueId>& values);

 private:
  // What a run keeps of a step.
  struct Capture {
    uint32_t step;
    sema::TypedExprPtr read;  // what is read of the event that binds the step
    std::string name;
    ir::Type type;
    bool list = false;  // one value per element of a closure
  };
  // What an edge comes from: a state, or nothing.
  struct EdgeSource {
    uint32_t from;
    StateEdge edge;
  };

  // pattern_automaton.cpp: states and edges
  void BuildStates();
  uint32_t AddEdge(ir::EdgeKind kind, const EdgeSource& source);
  void AddKills(uint32_t state);
  void AddWatches(uint32_t state);
  void AddGroup(const GroupInfo& info);
  bool IsAwake(const StateInfo& info, uint32_t negation) const;
  std::vector<uint32_t> ReadByNegation(uint32_t negation) const;
  std::vector<uint32_t> UnsureReads(const StateInfo& info, uint32_t negation) const;
  bool IsAlike(uint32_t group) const;
  // The negated group that the step stands for; null if it is a step itself.
  const GroupInfo* GroupOf(uint32_t step) const;
  void BuildClosures();
  std::vector<uint32_t> StatesThatGrow(uint32_t closure, uint32_t begin) const;
  bool IsOver(uint32_t state) const;
  bool WaitsForLonger(uint32_t state) const;
  void Describe();

  // pattern_captures.cpp: what somebody reads later, and nothing else
  void FindCaptures();
  void FindConditionReads();
  void FindOutputReads();
  bool CaptureOperators(const std::vector<sema::TypedOperator>& operators);
  void CaptureOutput(const sema::TypedExprPtr& expr);
  void CaptureMatch();
  void Keep(const sema::TypedExprPtr& read);
  void KeepReads(const sema::TypedExprPtr& expr);
  void KeepElements(const sema::TypedExprPtr& conjunct, uint32_t closure);
  void AddCapture(Capture capture);
  bool MayBeUnbound(uint32_t step) const;
  // Its elements are chosen from when the run completes, so all of them have to be there.
  bool IsChosenFrom(uint32_t step) const;
  void LayOutRun();
  void LayOutMatch();

  // pattern_kernels.cpp: the kernels of inputs and edges
  void BuildSteps();
  ir::StepInput BuildInput(uint32_t step, const sema::SourceRoot& root, const std::string& name,
                           ir::TableId table);
  void BuildEdgeKernels(const EdgeSource& source, ir::PatternEdge& edge);
  std::string EdgeName(const EdgeSource& source, const ir::PatternEdge& edge, size_t input) const;
  Binding BindEdge(uint32_t step, size_t input);
  std::vector<sema::TypedExprPtr> GuardConjuncts(const EdgeSource& source, ir::EdgeKind kind) const;
  // `bound`: steps that have to be.
  ir::KernelId Guard(const std::string& name, Binding binding, ir::EdgeKind kind,
                     const std::vector<sema::TypedExprPtr>& conjuncts,
                     const std::vector<uint32_t>& bound);
  ir::ValueId IsBound(KernelBuilder& k, uint32_t step);
  ir::KernelId CaptureKernel(const std::string& name, const EdgeSource& source,
                             const ir::PatternEdge& edge, const Binding& here);
  void StoreCaptures(KernelBuilder& k, ExprLowering& lowering, uint32_t step);
  void StoreActivations(KernelBuilder& k, const EdgeSource& source);
  ir::KernelId Probe(uint32_t step, const std::string& name, const Binding& row);
  // The same kernel for all edges that need it.
  ir::KernelId Once(const std::string& name, const std::function<ir::Kernel()>& build);

  // pattern_match.cpp: the match row, and the choice of closures
  ir::KernelId Match(const std::string& name, const Binding& here, uint32_t step);
  ir::KernelId Check(const std::string& name, const Binding& here, uint32_t step,
                     const std::vector<uint32_t>& states);
  ir::KernelId ElementCheck(uint32_t step, bool first);
  std::vector<sema::TypedExprPtr> ChosenConjuncts(uint32_t other, uint32_t step) const;
  bool MentionsChosen(const sema::TypedExprPtr& conjunct, uint32_t own) const;
  ir::ValueId MatchValue(KernelBuilder& match, ExprLowering& lowering,
                         const ir::TableColumn& column, uint32_t step);
  static ir::ValueId DurationMs(KernelBuilder& match);
  ir::ValueId MatchCount(KernelBuilder& match);
  ir::ValueId MatchRate(KernelBuilder& match);
  ir::ValueId Truncated(KernelBuilder& match);
  ir::ValueId CountOf(KernelBuilder& match, uint32_t step);
  void BuildDeadline();

  const std::string& TableName(const Binding& binding) const;
  uint32_t SlotOf(const std::string& name) const;
  bool partitioned() const { return !typed_.partition.empty(); }

  PlanBuilder& plan_;
  const sema::TypedStream& stream_;
  const sema::TypedPattern& typed_;
  const std::vector<sema::TypedStep>& steps_;
  ir::PatternPlan& pattern_;
  const bool has_readers_;
  std::vector<std::string> aliases_;
  std::vector<StepParts> parts_;
  PatternStates states_;
  PatternKeys keys_;
  uint32_t over_ = 0;                // the state of runs that are over
  std::vector<EdgeSource> sources_;  // parallel to the edges
  std::vector<Capture> captures_;
  std::vector<MatchColumn> match_columns_;
  std::set<std::string> match_fields_;   // `match_duration_ms` and the like
  std::set<std::string> answer_fields_;  // names that .enrich has given a meaning of its own
  // Behind a forecast: what is read of the event that causes it, and of the forecast.
  std::map<std::string, ir::Type> row_fields_;
  bool reads_whole_row_ = false;
  bool counts_events_ = false;  // the number of events is not known beforehand
  std::map<std::string, ir::KernelId> built_;
};

}  // namespace varpulis::lower
