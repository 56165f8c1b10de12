#pragma once

// Builds the trends of one stream (ir/trend_plan.h): the places of its graph, which earlier events the
// vertices of a place have to be told apart by, and the kernels. Private to compiler/lower.

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "compiler/lower/pattern_parts.h"
#include "compiler/lower/plan_builder.h"

namespace varpulis::lower {

class TrendBuilder {
 public:
  // `number`: how many streams of trends the program declares before this one.
  TrendBuilder(PlanBuilder& plan, const sema::TypedStream& stream, ir::TrendPlan& trend,
               int64_t number);
  void Run();

 private:
  // A place while it is worked out.
  struct Place {
    uint32_t step = 0;
    uint32_t way = 0;
    // Places at or before this one whose events conditions behind it read.
    std::set<uint32_t> live = {};
  };

  // trend_places.cpp: places, edges, and what is told apart
  void FindPlaces();
  void AddWay(const std::vector<uint32_t>& steps, uint32_t way);
  void FindLive();
  void BindPlaces();
  std::vector<uint32_t> BoundBy(uint32_t place) const;
  // What is asked of an event at `place` behind one at `from`, of its own fields excepted.
  std::vector<sema::TypedExprPtr> Conjuncts(uint32_t place, uint32_t from) const;
  // The place of a step in the way of `place`, kNoPlace if that way does not have it.
  uint32_t PlaceOf(uint32_t step, uint32_t place) const;

  // trend_keys.cpp: by which values vertices are found
  using Keys = std::map<std::string, KeyPart>;  // by the text of what is bound
  Keys KeysOf(uint32_t place, uint32_t from) const;
  void FindKeys();
  ir::KernelId KeyOfVertex(uint32_t place, const Keys& keys);
  void AddProbes(uint32_t place, ir::TrendEdge& edge, const Keys& keys);

  // trend_builder.cpp: records and kernels
  void LayOutVertex();
  void BuildSteps();
  void BuildTerms();
  uint32_t AddTerm(ir::TrendFold fold, const sema::TrendItem& item);
  void BuildWindowKernels(uint32_t step, uint32_t input);
  void BuildEdges();
  void BuildCaptures(uint32_t place);
  void BuildFinish();
  ir::ValueId ItemValue(KernelBuilder& k, const sema::TrendItem& item);
  ir::StepInput BuildInput(uint32_t step, const sema::SourceRoot& root, const std::string& name,
                           ir::TableId table);
  ir::KernelId Probe(const Binding& row);
  Binding Bind(uint32_t step, uint32_t input);
  std::string InputName(uint32_t step, uint32_t input) const;
  const std::string& TableName(const Binding& binding) const;
  ir::KernelId Once(const std::string& name, const std::function<ir::Kernel()>& build);

  PlanBuilder& plan_;
  const sema::TypedStream& stream_;
  const sema::TypedPattern& typed_;
  const std::vector<sema::TypedStep>& steps_;
  ir::TrendPlan& trend_;
  const int64_t number_;
  std::vector<std::string> aliases_;
  std::vector<StepParts> parts_;
  std::vector<Place> places_;                           // parallel to those of the plan
  std::vector<std::vector<sema::TypedExprPtr>> reads_;  // by step: what vertices keep of its events
  std::vector<std::vector<sema::TypedExprPtr>> measured_;  // by step, parallel to measure_slots_
  std::vector<std::vector<uint32_t>> measure_slots_;
  std::map<std::string, ir::KernelId> built_;
};

}  // namespace varpulis::lower
