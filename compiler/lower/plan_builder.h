#pragma once

// State of one BuildPlan(). Private to compiler/lower.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/ir/plan.h"
#include "compiler/lower/kernel_builder.h"
#include "compiler/lower/lower_expr.h"
#include "compiler/sema/typed_program.h"

namespace varpulis::lower {

class PlanBuilder {
 public:
  explicit PlanBuilder(const sema::TypedProgram& program) : program_(program) {}
  ir::Plan Run();

 private:
  friend class PatternBuilder;

  // Where a stream's chain of operators has got to.
  struct Chain {
    const sema::TypedStream* stream;
    ir::StreamPlan* plan;
    std::vector<ir::TableId> tables;  // of the current row, per variant
    bool step_columns = false;        // aliases are columns of the match table
  };

  void DeclareTables();
  void BuildGlobals();
  void BuildFunction(const sema::TypedFunction& function);
  void BuildLoad(const sema::TypedBody& body);
  void BuildStream(uint32_t index);
  void BuildInputs(const sema::TypedStream& stream, ir::StreamPlan& plan, Chain& chain,
                   size_t leading_filters);
  std::vector<ir::TableId> RootTables(const sema::SourceRoot& root) const;
  bool IsOrdered(const std::vector<sema::TypedExprPtr>& exprs) const;
  ir::TableId AddTable(const std::string& name, const std::string& event_type);
  ir::KernelId AddKernel(ir::Kernel kernel);
  Binding BindProgram();
  Binding BindRow(const Chain& chain, ir::TableId table);
  ir::KernelId Predicate(const std::string& name, const Binding& binding,
                         const std::vector<sema::TypedExprPtr>& conjuncts);
  std::string Text(const Chain& chain, const sema::TypedExpr& expr) const;

  void Build(const sema::WhereOp& op, Chain& chain);
  void Build(const sema::SelectOp& op, Chain& chain);
  void Build(const sema::EmitOp& op, Chain& chain);
  void Build(const sema::PrintOp& op, Chain& chain);
  void Build(const sema::AggregateOp& op, Chain& chain);
  void Build(const sema::ProcessOp& op, Chain& chain);
  void EmitCollected(Chain& chain);
  void Project(const std::string& name, const std::string& event_type,
               const std::vector<sema::NamedItem>& items, Chain& chain);

  // build_output.cpp: rows that leave the program
  // A table of rows that carry all fields of the current ones, and how they are written.
  struct WholeRows {
    ir::TableId table;
    std::vector<ir::KernelId> kernels;  // per variant
    std::vector<std::string> keys;      // as ir::EmitOperator::keys
  };
  // `more` are further columns, behind those that have keys.
  WholeRows CopyRows(const std::string& name, const std::string& event_type,
                     const std::vector<sema::TypedExprPtr>& more, const Chain& chain);
  WholeRows CopyMatch(const std::string& name, const std::string& event_type,
                      const std::vector<sema::TypedExprPtr>& more, const Chain& chain);
  // Every field of the rows passes into a table of the stream's own. Returns its output keys.
  std::vector<std::string> PassAll(const std::string& name, const std::string& event_type,
                                   Chain& chain);
  void Build(const sema::ToOp& op, Chain& chain);
  ir::Binding Bind(const std::string& stream, uint32_t connector,
                   const std::vector<ir::ConfigItem>& parameters) const;
  void DeclareContexts();
  std::string KernelName(const Chain& chain, const std::string& what, size_t variant) const;

  const sema::TypedProgram& program_;
  ir::Plan plan_;
  std::vector<ir::TableId> event_tables_;                // by event type
  std::vector<std::vector<ir::TableId>> output_tables_;  // by stream; several behind .process
};

}  // namespace varpulis::lower
