#include "compiler/lower/pattern_builder.h"

#include <algorithm>

#include <fmt/format.h>

namespace varpulis::lower {

using sema::TypedExpr;
using sema::TypedExprPtr;
using sema::TypedOp;
using sema::TypedStep;

PatternBuilder::PatternBuilder(PlanBuilder& plan, const sema::TypedStream& stream,
                               ir::PatternPlan& pattern, bool has_readers)
    : plan_(plan),
      stream_(stream),
      typed_(*stream.pattern),
      steps_(typed_.steps),
      pattern_(pattern),
      last_(static_cast<uint32_t>(steps_.size() - 1)),
      has_readers_(has_readers) {
  for (const TypedStep& step : steps_) {
    aliases_.push_back(step.alias);
    parts_.push_back(Split(step));
  }
}

void PatternBuilder::Run() {
  pattern_.within = typed_.within;
  pattern_.constant_key = HasConstantKey(parts_, partitioned());
  FindCaptures();
  LayOutRun();
  LayOutMatch();
  for (uint32_t step = 0; step <= last_; ++step) BuildStep(step);
}

// --- layouts -------------------------------------------------------------------------------------

void PatternBuilder::LayOutRun() {
  ir::RecordLayout& run = pattern_.run;
  run.Add("start", ir::Type::Timestamp);
  run.Add("last", ir::Type::Timestamp);
  for (const Capture& capture : captures_) run.Add(capture.name, capture.read->type);
  std::string partition;
  for (const sema::NamedItem& key : typed_.partition) {
    run.Add("key." + key.name, ir::Type::Any);
    partition += (partition.empty() ? "" : ", ") + key.name;
  }
  run.Finish();
  pattern_.automaton = BuildAutomaton(steps_, parts_, aliases_, partition);
  size_t equalities = 0;
  for (const StepParts& part : parts_) equalities += part.keys.size();
  if (equalities == 0 && partition.empty()) return;
  pattern_.key_text = fmt::format("{} (from {} equalities{})", pattern_.automaton.states[1].key,
                                  equalities, partition.empty() ? "" : " and partition_by");
}

namespace {
ir::Type TypeOfMatchField(const std::string& field) {
  if (field == "stream") return ir::Type::Str;
  if (field == "match_duration_ms" || field == "match_count") return ir::Type::Int;
  if (field == "match_rate") return ir::Type::Float;
  return ir::Type::Any;
}
}  // namespace

void PatternBuilder::LayOutMatch() {
  pattern_.match_table = plan_.AddTable(stream_.name + ".match", stream_.name);
  std::vector<ir::TableColumn>& columns = plan_.plan_.tables[pattern_.match_table].columns;
  for (const Capture& column : match_columns_) columns.push_back({column.name, column.read->type});
  for (const std::string& field : match_fields_)
    columns.push_back({field, TypeOfMatchField(field)});
}

// --- steps ---------------------------------------------------------------------------------------

void PatternBuilder::BuildStep(uint32_t step) {
  const TypedStep& typed = steps_[step];
  ir::PatternStepPlan plan;
  plan.alias = typed.alias;
  plan.text = StepText(typed, aliases_);
  plan.keyed = step > 0 && (!parts_[step].keys.empty() || partitioned());
  size_t tables = 0;
  for (const sema::SourceRoot& root : typed.roots) tables += plan_.RootTables(root).size();
  for (const sema::SourceRoot& root : typed.roots) {
    for (ir::TableId table : plan_.RootTables(root)) {
      std::string name = fmt::format("{}.step{}", stream_.name, step + 1);
      if (tables > 1) name += "." + plan_.plan_.tables[table].event_type;
      plan.inputs.push_back(BuildInput(step, root, name, table));
    }
  }
  pattern_.steps.push_back(std::move(plan));
}

ir::StepInput PatternBuilder::BuildInput(uint32_t step, const sema::SourceRoot& root,
                                         const std::string& name, ir::TableId table) {
  ir::StepInput input{table};
  Binding row = plan_.BindProgram();
  row.table = table;
  std::vector<TypedExprPtr> local = root.conditions;
  local.insert(local.end(), parts_[step].local.begin(), parts_[step].local.end());
  if (!local.empty()) input.filter = plan_.Predicate(name + ".filter", row, local);
  input.ordered = plan_.IsOrdered(local);
  for (const KeyPart& part : parts_[step].keys) {
    input.ordered = input.ordered || plan_.IsOrdered({part.candidate});
  }
  const bool keyed = !parts_[step].keys.empty() || partitioned();
  if (step > 0 && keyed) input.probe = Probe(step, name, row);
  Binding bound = row;
  bound.steps = &steps_;
  bound.record = &pattern_.run;
  if (step > 0 && (!parts_[step].cross.empty() || partitioned())) {
    input.guard = Guard(step, name, bound);
  }
  bound.current_step = step;
  if (step == 0 && pattern_.constant_key) input.home = Home(name, bound);
  if (step < last_) {
    input.capture = CaptureKernel(step, name, bound);
  } else {
    input.match = Match(name, bound);
  }
  return input;
}

}  // namespace varpulis::lower
