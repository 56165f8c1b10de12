#pragma once

// Builds the join of one stream: what is kept of each side, and the kernels that find partners and make
// joined rows. Private to compiler/lower.

#include <array>
#include <string>
#include <vector>

#include "compiler/lower/plan_builder.h"

namespace varpulis::lower {

class JoinBuilder {
 public:
  // `has_readers`: other streams read what the stream puts out.
  JoinBuilder(PlanBuilder& plan, const sema::TypedStream& stream, ir::JoinPlan& join,
              bool has_readers);
  void Run();

 private:
  struct Column {
    sema::TypedExprPtr read;
    std::string name;
  };

  void FindColumns();
  bool FindColumns(const std::vector<sema::TypedOperator>& operators);
  void AddColumns(const sema::TypedExprPtr& expr);
  void AddColumn(const sema::TypedExprPtr& read);
  void AddWholeRow();
  void LayOut();
  void BuildSide(uint32_t side);
  ir::JoinInput BuildInput(uint32_t side, const sema::SourceRoot& root, const std::string& name,
                           ir::TableId table);
  const sema::TypedExprPtr& KeyOf(uint32_t side, size_t key) const;
  ir::KernelId Probe(const std::string& name, const Binding& row, uint32_t side);
  ir::KernelId HasKey(const std::string& name, const Binding& row, uint32_t side);
  ir::KernelId Guard(const std::string& name, const Binding& row, uint32_t side);
  ir::KernelId Same(const std::string& name, const Binding& row, uint32_t side);
  ir::KernelId Capture(const std::string& name, const Binding& row, uint32_t side);
  ir::KernelId Match(const std::string& name, const Binding& row, uint32_t side);
  ir::KernelId Unmatched(uint32_t side);
  ir::ValueId NullOf(KernelBuilder& k, const sema::TypedExpr& read, ir::Type type) const;
  const std::string& TableName(const Binding& binding) const;

  PlanBuilder& plan_;
  const sema::TypedStream& stream_;
  const sema::TypedJoin& typed_;
  ir::JoinPlan& join_;
  const bool has_readers_;
  std::vector<Column> columns_;                // of the joined row
  std::array<std::vector<Column>, 2> kept_{};  // of each side
};

}  // namespace varpulis::lower
