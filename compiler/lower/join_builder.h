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
  using Columns = std::vector<Column>;

  // One stage: the row that it joins, and what it keeps of its left and of its right.
  struct Stage {
    Columns joined;
    std::array<Columns, 2> kept;
  };

  // One way into a stage.
  struct Way {
    uint32_t stage;
    uint32_t position;  // 0: left, 1: right
    std::string name;   // of its kernels
    Binding row;
  };

  void FindColumns();
  bool FindColumns(const std::vector<sema::TypedOperator>& operators);
  void AddColumns(const sema::TypedExprPtr& expr);
  void AddWholeRow();
  void Add(Columns& columns, const sema::TypedExprPtr& read) const;
  void FindKept();
  void LayOut(uint32_t stage);
  void BuildStage(uint32_t stage);
  ir::JoinInput BuildEventInput(Way way, const sema::SourceRoot& root, ir::TableId table);
  ir::JoinInput BuildJoinedInput(uint32_t stage);
  void BuildKernels(Way& way, ir::JoinInput& input);
  const sema::TypedJoin::Keys& Keys(uint32_t stage) const { return typed_.keys[stage + 1]; }
  const sema::TypedExpr& KeyOf(const Way& way, size_t key) const;
  ir::KernelId Probe(const Way& way);
  ir::KernelId HasKey(const Way& way);
  ir::KernelId Guard(const Way& way);
  ir::KernelId Same(const Way& way);
  ir::KernelId Capture(const Way& way);
  ir::KernelId Match(const Way& way);
  ir::KernelId Unmatched(uint32_t stage, uint32_t position);
  ir::ValueId NullOf(KernelBuilder& k, const sema::TypedExpr& read, ir::Type type) const;
  const ir::RecordLayout& RecordOf(uint32_t stage, uint32_t position) const {
    return join_.stages[stage].sides[position].record;
  }
  const std::string& TableName(const Way& way) const;

  PlanBuilder& plan_;
  const sema::TypedStream& stream_;
  const sema::TypedJoin& typed_;
  ir::JoinPlan& join_;
  const bool has_readers_;
  std::vector<Stage> stages_;
};

}  // namespace varpulis::lower
