#pragma once

// State of one BuildPlan(). Private to compiler/lower.

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "compiler/ir/plan.h"
#include "compiler/lower/aggregates/accumulators.h"
#include "compiler/lower/kernel_builder.h"
#include "compiler/lower/lower_expr.h"
#include "compiler/sema/typed_program.h"

namespace varpulis::lower {

class PlanBuilder {
 public:
  PlanBuilder(const sema::TypedProgram& program, bool for_trace)
      : program_(program), for_trace_(for_trace) {}
  ir::Plan Run();

 private:
  friend class PatternBuilder;
  friend class ForecastBuilder;
  friend class JoinBuilder;
  friend class TrendBuilder;

  // Where a stream's chain of operators has got to.
  struct Chain {
    const sema::TypedStream* stream;
    ir::StreamPlan* plan;
    std::vector<ir::TableId> tables;  // of the current row, per variant
    // The same, as long as the rows are those that came into the stream, with fields added at most.
    std::vector<ir::TableId> entering{};
    std::vector<ir::TableColumn> added{};  // what .enrich has put into the columns of a match
    bool step_columns = false;             // aliases are columns of the match table
    // Of the operator at hand; outside of its own operators, that of the handler behind the fork.
    ir::OnError on_error{};
    bool collected = false;    // the rows are events of .process that nobody has emitted yet
    bool emits_later = false;  // behind the operator at hand there is an .emit
    std::span<const sema::TypedOperator> behind{};  // operators of the list at hand
  };
  // Writes the body of a kernel and returns its result, kNoValue if it has none.
  using Body = std::function<ir::ValueId(KernelBuilder&, ExprLowering&)>;

  void DeclareTables();
  void BuildGlobals();
  void BuildFunction(const sema::TypedFunction& function);
  void BuildLoad(const sema::TypedBody& body);
  void MarkReaders();
  void BuildStream(uint32_t index);
  void BuildInputs(const sema::TypedStream& stream, ir::StreamPlan& plan, Chain& chain,
                   size_t leading);
  // The operators of a stream or of a path, from `first` on.
  void BuildOperators(const std::vector<sema::TypedOperator>& operators, size_t first,
                      Chain& chain);
  std::vector<ir::TableId> RootTables(const sema::SourceRoot& root) const;
  // Each table that comes in by the roots, in order; where there are several, the name ends in its type.
  using VisitTable =
      std::function<void(const sema::SourceRoot& root, const std::string& name, ir::TableId table)>;
  void ForTables(const std::vector<sema::SourceRoot>& roots, const std::string& name,
                 const VisitTable& visit) const;
  bool IsOrdered(const std::vector<sema::TypedExprPtr>& exprs) const;
  ir::TableId AddTable(const std::string& name, const std::string& event_type);
  ir::KernelId AddKernel(ir::Kernel kernel);
  Binding BindProgram();
  Binding BindRow(const Chain& chain, ir::TableId table);
  ir::KernelId Predicate(const std::string& name, const Binding& binding,
                         const std::vector<sema::TypedExprPtr>& conjuncts);
  // traced_conditions.cpp: the conjuncts of all conditions, in order; nothing unless the plan is for a
  // trace. `steps` are the names of a pattern's steps.
  std::vector<ir::TracedCondition> TakeApart(const std::string& name, const Binding& binding,
                                             const std::vector<sema::TypedExprPtr>& conditions,
                                             const std::vector<std::string>& steps);
  ir::TracedCondition TraceOne(const std::string& name, const Binding& binding,
                               const sema::TypedExprPtr& condition,
                               const std::vector<std::string>& steps);
  std::vector<std::string> StepNames(const sema::TypedStream& stream) const;
  // One kernel per variant of the current row.
  std::vector<ir::KernelId> PerVariant(const Chain& chain, const std::string& what,
                                       ir::KernelResult result, const Body& body);
  std::vector<ir::KernelId> PerVariant(
      const Chain& chain, const std::string& what,
      const std::function<void(KernelBuilder&, ExprLowering&)>& body);
  // What the current row is carried on as: its parts, or the event as one map if variants differ.
  std::vector<ir::TableColumn> PartsOf(const Chain& chain);
  static bool IsWholeEvent(const std::vector<ir::TableColumn>& parts);
  ir::ValueId PartOf(const Chain& chain, ExprLowering& lowering, const ir::TableColumn& part);
  std::string Text(const Chain& chain, const sema::TypedExpr& expr) const;

  void Build(const sema::WhereOp& op, Chain& chain);
  void Build(const sema::SelectOp& op, Chain& chain);
  void Build(const sema::EmitOp& op, Chain& chain);
  void Build(const sema::PrintOp& op, Chain& chain);
  // build_window.cpp, build_aggregate.cpp, build_sliding.cpp
  void Build(const sema::WindowOp& op, Chain& chain);
  void Build(const sema::AggregateOp& op, Chain& chain);
  void Build(const sema::SortOp& op, Chain& chain);
  // The record of a window: what every window has, then its keys.
  struct WindowRecord {
    ir::RecordLayout layout;
    std::vector<uint32_t> key_slots;
    std::map<std::string, uint32_t> key_fields;  // keys that are plain fields
  };
  static WindowRecord RecordOf(const sema::Window& window);
  ir::Windowing BuildWindowing(const sema::Window& window, const WindowRecord& record,
                               const std::string& name, const Chain& chain);
  std::string KeyText(const sema::Window& window, const Chain& chain) const;
  // A kernel over a record that stands in for a row: its slots are the columns.
  ir::KernelId RecordKernel(const Chain& chain, const std::string& what,
                            const ir::RecordLayout* record,
                            const std::function<void(KernelBuilder&)>& body);
  ir::SlidingFold BuildSliding(const Accumulators& accumulators, const ir::RecordLayout& record,
                               const std::string& name, const Chain& chain);
  ir::KernelId BuildFinish(const sema::AggregateOp& op, const Accumulators& accumulators,
                           const WindowRecord& record, ir::TableId table, const std::string& name,
                           const Chain& chain);
  void Build(const sema::ProcessOp& op, Chain& chain);
  // The current rows are output as they are.
  void EmitRows(Chain& chain);
  void Project(const std::string& name, const std::string& event_type,
               const std::vector<sema::NamedItem>& items, Chain& chain);
  // A copy of the current row with all its fields, in a table of its own. `more` are further columns
  // behind them.
  struct RowCopy {
    ir::TableId table;
    std::vector<ir::KernelId> kernels;
    size_t fields = 0;  // columns that are not `more`
  };
  RowCopy Copy(const std::string& name, const std::string& event_type,
               const std::vector<sema::TypedExprPtr>& more, const Chain& chain);
  // The copy takes the place of the row.
  void Carry(const std::string& name, const std::string& event_type, Chain& chain);

  // build_output.cpp: rows that leave the program, and the world around
  void Build(const sema::ToOp& op, Chain& chain);
  ir::Binding Bind(const std::string& stream, uint32_t connector,
                   const std::vector<ir::ConfigItem>& parameters) const;
  void DeclareContexts();

  void Build(const sema::LimitOp& op, Chain& chain);
  void Build(const sema::DistinctOp& op, Chain& chain);
  // Of rows that are one map each.
  ir::TableId AddEventTable(const Chain& chain, const std::string& name);
  static ir::ValueId EventOf(KernelBuilder& k, ir::ValueId value);
  void Build(const sema::MapOp& op, Chain& chain);
  void Build(const sema::LogOp& op, Chain& chain);
  void Build(const sema::TapOp& op, Chain& chain);
  void Build(const sema::AlertOp& op, Chain& chain);
  // build_enrich.cpp
  void Build(const sema::EnrichOp& op, Chain& chain);
  void BuildKey(const sema::EnrichOp& op, const std::string& name, const Chain& chain,
                ir::EnrichOperator& enrich);
  ir::TableId AnswerTable(const sema::EnrichOp& op, const std::string& name, const Chain& chain,
                          size_t variant, ir::KernelId& kernel);
  std::vector<ir::TableColumn> KeptParts(const sema::EnrichOp& op, const Chain& chain,
                                         const Binding& row) const;
  void Build(const sema::ConcurrentOp& op, Chain& chain);
  // build_on_error.cpp: BuildOperators looks ahead for the handler, it stands behind what it handles.
  ir::OnError HandledBy(const sema::OnErrorOp& handler, const sema::TypedOperator& op,
                        const Chain& chain);
  void HandleRows(const sema::OnErrorOp& handler, const Chain& chain);
  void Build(const sema::OnErrorOp& op, Chain& chain);
  void Build(const sema::ForkOp& op, Chain& chain);
  void EndPath(const std::string& name, ir::PathEndOperator end, const ir::ForkOperator& fork,
               Chain& chain);
  void TryWindow(const sema::Window& window, const std::vector<sema::NamedItem>& items,
                 Chain& chain);
  std::string KernelName(const Chain& chain, const std::string& what, size_t variant) const;

  const sema::TypedProgram& program_;
  const bool for_trace_;
  std::map<const sema::OnErrorOp*, uint32_t> handlers_;  // into StreamPlan::handlers of its stream
  ir::Plan plan_;
  std::vector<ir::TableId> event_tables_;                // by event type
  std::vector<std::vector<ir::TableId>> output_tables_;  // by stream; several behind .process
};

}  // namespace varpulis::lower
