// The kernels of a pattern's inputs and edges.

#include <algorithm>

#include <fmt/format.h>

#include "base/check.h"
#include "compiler/lower/pattern_builder.h"

namespace varpulis::lower {

using sema::TypedExprPtr;
using sema::TypedStep;

namespace {
bool ReadsLists(const ir::Kernel& kernel) {
  return std::any_of(kernel.insts.begin(), kernel.insts.end(), [](const ir::Inst& inst) {
    return std::holds_alternative<ir::ListValues>(inst);
  });
}

ir::ValueId PartitionValue(KernelBuilder& k, ExprLowering& lowering, const sema::NamedItem& key) {
  return k.Convert(lowering.Value(*key.value), ir::Type::Any);
}
}  // namespace

// --- inputs --------------------------------------------------------------------------------------

void PatternBuilder::BuildSteps() {
  for (uint32_t step = 0; step < steps_.size(); ++step) {
    const TypedStep& typed = steps_[step];
    ir::PatternStepPlan plan;
    plan.alias = typed.alias;
    plan.negated = typed.is_hidden();
    plan.at_once = typed.at_once;
    for (uint32_t group = 0; group < states_.groups.size(); ++group) {
      if (states_.groups[group].step == typed.group_of) plan.group = group;
    }
    plan.text = StepText(typed, aliases_);
    plan_.ForTables(typed.roots, fmt::format("{}.step{}", stream_.name, step + 1),
                    [&](const sema::SourceRoot& root, const std::string& name, ir::TableId table) {
                      plan.inputs.push_back(BuildInput(step, root, name, table));
                    });
    pattern_.steps.push_back(std::move(plan));
  }
}

ir::StepInput PatternBuilder::BuildInput(uint32_t step, const sema::SourceRoot& root,
                                         const std::string& name, ir::TableId table) {
  ir::StepInput input{table};
  Binding row = plan_.BindProgram();
  row.table = table;
  std::vector<TypedExprPtr> local = root.conditions;
  // Under .strict() an event that does not fit counts as well: guards ask about it.
  const bool in_guard = typed_.selection == ir::Selection::Strict && !steps_[step].is_hidden();
  if (!in_guard) local.insert(local.end(), parts_[step].local.begin(), parts_[step].local.end());
  if (!local.empty()) input.filter = plan_.Predicate(name + ".filter", row, local);
  input.traced = plan_.TakeApart(name + ".filter", row, local, aliases_);
  input.ordered = plan_.IsOrdered(local);
  for (const sema::NamedItem& key : typed_.partition) {
    input.ordered = input.ordered || plan_.IsOrdered({key.value});
  }
  for (const std::string& key : keys_.OfStep(step)) {
    input.ordered = input.ordered || plan_.IsOrdered({keys_.Candidate(step, key)});
  }
  const bool opens = std::any_of(sources_.begin(), sources_.end(), [&](const EdgeSource& source) {
    return source.from == 0 && source.edge.step == step;
  });
  if (keys_.IsKeyed(step) || partitioned() || (opens && keys_.is_constant()))
    input.probe = Probe(step, name, row);
  return input;
}

ir::ValueId PatternBuilder::HashOf(KernelBuilder& builder, const std::vector<ir::ValueId>& values) {
  if (values.empty()) return builder.Int(0);
  ir::ValueId hash = builder.Add(ir::Hash{values.front()});
  for (size_t i = 1; i < values.size(); ++i) {
    hash = builder.Add(ir::HashCombine{hash, builder.Add(ir::Hash{values[i]})});
  }
  return hash;
}

ir::KernelId PatternBuilder::Probe(uint32_t step, const std::string& name, const Binding& row) {
  KernelBuilder probe(name + ".probe", TableName(row));
  Binding here = row;
  here.steps = &steps_;
  here.current_step = step;
  ExprLowering lowering(probe, here);
  std::vector<ir::ValueId> key;
  for (const sema::NamedItem& item : typed_.partition)
    key.push_back(PartitionValue(probe, lowering, item));
  // What opens a run is looked up by what the run will be found by.
  const bool opens = std::any_of(sources_.begin(), sources_.end(), [&](const EdgeSource& source) {
    return source.from == 0 && source.edge.step == step;
  });
  if (opens && keys_.is_constant() && keys_.OfStep(step).empty()) {
    for (const std::string& part : keys_.OfState(1))
      key.push_back(lowering.Value(*keys_.Bound(part)));
  } else {
    for (const std::string& part : keys_.OfStep(step))
      key.push_back(lowering.Value(*keys_.Candidate(step, part)));
  }
  return plan_.AddKernel(probe.Finish(ir::KernelResult::Int, HashOf(probe, key)));
}

// --- edges ---------------------------------------------------------------------------------------

Binding PatternBuilder::BindEdge(uint32_t step, size_t input) {
  Binding binding = plan_.BindProgram();
  binding.table = pattern_.steps[step].inputs[input].table;
  binding.steps = &steps_;
  binding.record = &pattern_.run;
  return binding;
}

std::string PatternBuilder::EdgeName(const EdgeSource& source, const ir::PatternEdge& edge,
                                     size_t input) const {
  const ir::PatternStepPlan& step = pattern_.steps[edge.step];
  std::string name = fmt::format("{}.step{}", stream_.name, edge.step + 1);
  if (step.inputs.size() > 1) {
    name += "." + plan_.plan_.tables[step.inputs[input].table].event_type;
  }
  if (source.edge.more) name += ".more";
  return name;
}

// What remains to be asked when the edge is tried, with the candidate as the current row: its own
// conjuncts as far as what they read may be bound, and those of other members of an AND that waited
// for it.
std::vector<TypedExprPtr> PatternBuilder::GuardConjuncts(const EdgeSource& source,
                                                         ir::EdgeKind kind) const {
  const uint32_t step = source.edge.step;
  const StateInfo& state = states_.states[source.from];
  std::vector<TypedExprPtr> conjuncts;
  if (typed_.selection == ir::Selection::Strict && !steps_[step].is_hidden()) {
    conjuncts = parts_[step].local;
  }
  const auto is_bound = [&](uint32_t other) { return state.maybe_bound[other] || other == step; };
  // The edge passes an optional step over.
  const auto is_passed = [&](uint32_t other) {
    return states_.states[source.edge.to].maybe_bound[other];
  };
  // Will it be bound behind this state?
  const uint32_t way = kind == ir::EdgeKind::Kill ? state.way : states_.states[source.edge.to].way;
  const auto comes = [&](uint32_t other) {
    return std::any_of(states_.states.begin(), states_.states.end(), [&](const StateInfo& later) {
      return later.way == way && later.maybe_bound[other] && later.maybe_bound[step];
    });
  };
  for (const TypedExprPtr& conjunct : source.edge.more ? parts_[step].more : parts_[step].cross) {
    const auto reads = StepsRead(conjunct);
    const bool waits =
        kind != ir::EdgeKind::Kill && std::any_of(reads.begin(), reads.end(), [&](uint32_t other) {
          return !is_bound(other) && !is_passed(other) && comes(other);
        });
    // Which elements a closure has is chosen when the run completes; until then nobody knows. One that is not
    // on this way, or that the edge passes over, has none.
    const bool chosen =
        typed_.selection == ir::Selection::Any && MentionsChosen(conjunct, step) &&
        std::any_of(reads.begin(), reads.end(), [&](uint32_t read) {
          return IsChosenFrom(read) && (is_bound(read) || (!is_passed(read) && comes(read)));
        });
    if (!waits && !chosen) conjuncts.push_back(conjunct);
  }
  if (kind == ir::EdgeKind::Kill || source.edge.more) return conjuncts;
  for (uint32_t other = 0; other < steps_.size(); ++other) {
    if (other == step || steps_[other].negated || !state.maybe_bound[other]) continue;
    for (const TypedExprPtr& conjunct : parts_[other].cross) {
      if (!sema::Reads(*conjunct, step) || state.maybe_bound[step]) continue;
      // What does not come on this way is not waited for.
      const auto reads = StepsRead(conjunct);
      if (std::any_of(reads.begin(), reads.end(), [&](uint32_t read) {
            return !is_bound(read) && !is_passed(read) && comes(read);
          }))
        continue;
      conjuncts.push_back(sema::StepToCurrent(sema::CurrentToStep(conjunct, other), step));
    }
  }
  return conjuncts;
}

void PatternBuilder::BuildEdgeKernels(const EdgeSource& source, ir::PatternEdge& edge) {
  const uint32_t step = edge.step;
  const std::vector<TypedExprPtr> conjuncts = GuardConjuncts(source, edge.kind);
  std::vector<uint32_t> bound;
  if (edge.kind == ir::EdgeKind::Kill || edge.kind == ir::EdgeKind::Watch) {
    const uint32_t negation = edge.kind == ir::EdgeKind::Watch ? steps_[step].group_of : step;
    const bool forbidden = std::find(typed_.forbidden.begin(), typed_.forbidden.end(), negation) !=
                           typed_.forbidden.end();
    edge.since = forbidden ? 0 : SlotOf(fmt::format("{}.since", negation));
    bound = UnsureReads(states_.states[source.from], negation);
  }
  for (size_t input = 0; input < pattern_.steps[step].inputs.size(); ++input) {
    const std::string name = EdgeName(source, edge, input);
    Binding binding = BindEdge(step, input);
    ir::EdgeKernels kernels;
    const bool asks =
        !conjuncts.empty() || !bound.empty() || (partitioned() && edge.kind != ir::EdgeKind::Begin);
    if (asks) {
      kernels.guard = Guard(name, binding, edge.kind, conjuncts, bound);
      kernels.guard_reads_lists = ReadsLists(plan_.plan_.kernels[kernels.guard]);
    }
    if (edge.kind == ir::EdgeKind::Begin) {
      Binding no_run = binding;
      no_run.record = nullptr;
      kernels.traced = plan_.TakeApart(name + ".begin.guard", no_run, conjuncts, aliases_);
    } else {
      kernels.traced = plan_.TakeApart(name + ".guard", binding, conjuncts, aliases_);
    }
    binding.current_step = step;
    if (edge.kind != ir::EdgeKind::Kill) {
      const bool is_free = edge.kind == ir::EdgeKind::Begin && steps_[step].is_hidden();
      const bool keeps = !edge.ends || steps_[step].is_closure() || counts_events_ || is_free;
      if (keeps) kernels.capture = CaptureKernel(name, source, edge, binding);
      if (edge.has_match) {
        kernels.check = Check(name, binding, step, {source.edge.to});
        kernels.match = Match(name, binding, step);
      }
    }
    edge.kernels.push_back(kernels);
  }
}

ir::KernelId PatternBuilder::Guard(const std::string& name, Binding binding, ir::EdgeKind kind,
                                   const std::vector<TypedExprPtr>& conjuncts,
                                   const std::vector<uint32_t>& bound) {
  std::string text = name + (kind == ir::EdgeKind::Begin ? ".begin" : "");
  for (const TypedExprPtr& conjunct : conjuncts) text += " " + sema::Print(*conjunct);
  for (const uint32_t step : bound) text += fmt::format(" bound {}", step);
  return Once(text + " guard", [&] {
    KernelBuilder guard(name + ".guard", TableName(binding));
    // A row that opens a run has no record, and reads none.
    if (kind == ir::EdgeKind::Begin) {
      binding.record = nullptr;
    } else {
      guard.set_record(pattern_.run);
    }
    ExprLowering lowering(guard, binding);
    ir::ValueId all = ir::kNoValue;
    if (!conjuncts.empty()) all = lowering.Condition(*sema::JoinConjuncts(conjuncts));
    const auto and_also = [&](ir::ValueId more) {
      all = all == ir::kNoValue ? more : guard.Add(ir::Logic{ir::LogicOp::And, all, more});
    };
    for (const uint32_t step : bound) and_also(IsBound(guard, step));
    for (const sema::NamedItem& item : typed_.partition) {
      if (kind == ir::EdgeKind::Begin) break;
      const ir::ValueId value = PartitionValue(guard, lowering, item);
      and_also(guard.Add(ir::SameKey{value, guard.Add(ir::LoadSlot{SlotOf("key." + item.name)})}));
    }
    return guard.Finish(ir::KernelResult::Bool, all);
  });
}

ir::ValueId PatternBuilder::IsBound(KernelBuilder& k, uint32_t step) {
  const char* slot = steps_[step].is_closure() ? "{}.count" : "{}.bound";
  const ir::ValueId times = k.Add(ir::LoadSlot{SlotOf(fmt::format(fmt::runtime(slot), step))});
  return k.Add(ir::Compare{ir::Predicate::Gt, ir::Type::Int, times, k.Int(0)});
}

ir::KernelId PatternBuilder::CaptureKernel(const std::string& name, const EdgeSource& source,
                                           const ir::PatternEdge& edge, const Binding& here) {
  const bool begins = edge.kind == ir::EdgeKind::Begin;
  const KeyList& next = keys_.OfState(source.edge.to);
  std::string text = name + (begins ? ".begin" : "") + (edge.ends ? " last" : "");
  for (const std::string& key : next) text += " " + key;
  for (const uint32_t step : states_.states[source.edge.to].negations) {
    const auto& before = states_.states[source.from].negations;
    if (std::find(before.begin(), before.end(), step) == before.end())
      text += fmt::format(" since {}", step);
  }
  return Once(text + " capture", [&] {
    KernelBuilder k(name + ".capture", TableName(here));
    k.set_record(pattern_.run);
    ExprLowering lowering(k, here);
    StoreCaptures(k, lowering, edge.step);
    StoreActivations(k, source);
    for (const sema::NamedItem& item : typed_.partition) {
      if (begins)
        k.Add(ir::StoreSlot{SlotOf("key." + item.name), PartitionValue(k, lowering, item)});
    }
    if (edge.ends) return k.Finish(ir::KernelResult::Int, k.Int(0));
    std::vector<ir::ValueId> key;
    for (const sema::NamedItem& item : typed_.partition)
      key.push_back(PartitionValue(k, lowering, item));
    for (const std::string& part : next) key.push_back(lowering.Value(*keys_.Bound(part)));
    return k.Finish(ir::KernelResult::Int, HashOf(k, key));
  });
}

void PatternBuilder::StoreCaptures(KernelBuilder& k, ExprLowering& lowering, uint32_t step) {
  for (const Capture& wanted : captures_) {
    if (wanted.step != step) continue;
    const uint32_t slot = SlotOf(wanted.name);
    const ir::ValueId value = lowering.Value(*wanted.read);
    if (wanted.list) {
      k.Add(ir::ListAppend{slot, k.Convert(value, ir::Type::Any)});
    } else {
      k.Add(ir::StoreSlot{slot, k.Convert(value, wanted.type)});
    }
  }
  const auto count_up = [&](uint32_t slot) {
    const ir::ValueId before = k.Add(ir::LoadSlot{slot});
    k.Add(ir::StoreSlot{slot, k.Add(ir::IntBinary{ir::IntOp::Add, before, k.Int(1)})});
  };
  if (steps_[step].is_closure()) {
    count_up(SlotOf(fmt::format("{}.count", step)));
  } else if (counts_events_) {
    count_up(SlotOf("events"));
  }
  const int bound = pattern_.run.Find(fmt::format("{}.bound", step));
  if (bound >= 0) k.Add(ir::StoreSlot{static_cast<uint32_t>(bound), k.Int(1)});
}

// The time from which negations are active that this edge wakes.
void PatternBuilder::StoreActivations(KernelBuilder& k, const EdgeSource& source) {
  const auto& before = states_.states[source.from].negations;
  for (const uint32_t step : states_.states[source.edge.to].negations) {
    const int slot = pattern_.run.Find(fmt::format("{}.since", step));
    const bool known = std::find(before.begin(), before.end(), step) != before.end();
    if (slot < 0 || known) continue;
    k.Add(ir::StoreSlot{static_cast<uint32_t>(slot), k.Add(ir::LoadTime{}, "time", "time")});
  }
}

}  // namespace varpulis::lower
