#pragma once

// Builds the forecast of one stream (ir/forecast_plan.h): the symbols of its events, the partitions of its
// models, and the rows that it puts out. Private to compiler/lower.

#include <map>
#include <string>
#include <vector>

#include "compiler/lower/pattern_builder.h"
#include "compiler/lower/plan_builder.h"

namespace varpulis::lower {

class ForecastBuilder {
 public:
  // `pattern` has been run.
  ForecastBuilder(PlanBuilder& plan, const PatternBuilder& pattern, const sema::TypedStream& stream,
                  ir::StreamPlan& stream_plan);
  void Run();

 private:
  // Conditions that the pattern's steps put to events of one table alone.
  struct Group {
    ir::TableId table;
    std::vector<std::string> conjuncts;  // sorted texts
    std::string text;                    // for people
  };

  void BuildSymbols();
  uint32_t GroupOf(ir::TableId table, const std::vector<sema::TypedExprPtr>& conjuncts);
  void BuildInputs();
  void AddInput(const sema::SourceRoot& root, const std::string& name, ir::TableId table);
  void BuildKeys(ir::ForecastInput& input, const std::string& name);
  ir::KernelId Row(ir::TableId table, const std::string& name);
  void LayOut();
  Binding Bind(ir::TableId table);
  const std::string& TableName(ir::TableId table) const;

  PlanBuilder& plan_;
  const PatternBuilder& built_;
  const sema::TypedStream& stream_;
  const sema::TypedPattern& typed_;
  const ir::PatternPlan& pattern_;
  ir::ForecastPlan& forecast_;
  std::vector<Group> groups_;
  std::map<std::string, size_t> inputs_;  // by table and conditions
  std::map<ir::TableId, ir::KernelId> rows_;
};

}  // namespace varpulis::lower
