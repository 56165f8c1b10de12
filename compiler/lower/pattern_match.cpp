// The row of a match, and whether the closures as they are chosen make one.

#include <algorithm>

#include <fmt/format.h>

#include "base/limits.h"
#include "base/time.h"
#include "compiler/lower/pattern_builder.h"

namespace varpulis::lower {

using sema::TypedExprPtr;

namespace {
// Instead of a step: the run's deadline has passed.
constexpr uint32_t kDeadline = sema::kCurrentRow;
}  // namespace

// --- the choice of closures ----------------------------------------------------------------------

// Conjuncts of other steps that mention a closure of which a part may be chosen (decision D9), read
// from the run; what reads step `step` reads the row at hand.
std::vector<TypedExprPtr> PatternBuilder::ChosenConjuncts(uint32_t step) const {
  std::vector<TypedExprPtr> chosen;
  for (uint32_t other = 0; other < steps_.size(); ++other) {
    if (steps_[other].negated) continue;
    const auto& conjuncts = steps_[other].is_closure() ? parts_[other].more : parts_[other].cross;
    for (const TypedExprPtr& conjunct : conjuncts) {
      const auto reads = StepsRead(conjunct);
      const bool mentions = std::any_of(reads.begin(), reads.end(), [&](uint32_t read) {
        return read != other && IsChosenFrom(read);
      });
      if (!mentions) continue;
      const TypedExprPtr from_run = sema::CurrentToStep(conjunct, other);
      chosen.push_back(step == kDeadline ? from_run : sema::StepToCurrent(from_run, step));
    }
  }
  return chosen;
}

ir::KernelId PatternBuilder::Check(const std::string& name, const Binding& here, uint32_t step) {
  const std::vector<TypedExprPtr> conjuncts = ChosenConjuncts(step);
  if (conjuncts.empty()) return ir::kNoKernel;
  return Once(name + " check", [&] {
    KernelBuilder check(name + ".check", TableName(here));
    check.set_record(pattern_.run);
    ExprLowering lowering(check, here);
    const ir::ValueId fits = lowering.Condition(*sema::JoinConjuncts(conjuncts));
    return check.Finish(ir::KernelResult::Bool, fits);
  });
}

// --- the match row -------------------------------------------------------------------------------

ir::KernelId PatternBuilder::Match(const std::string& name, const Binding& here, uint32_t step) {
  return Once(name + " match", [&] {
    KernelBuilder match(name + ".match", TableName(here));
    match.set_record(pattern_.run);
    ExprLowering lowering(match, here);
    // A copy: lowering may add columns to other tables.
    const auto columns = plan_.plan_.tables[pattern_.match_table].columns;
    for (const ir::TableColumn& column : columns) {
      const ir::ValueId value = MatchValue(match, lowering, column, step);
      match.Add(
          ir::StoreOut{match.Out(column.name, column.type), match.Convert(value, column.type)});
    }
    return match.Finish();
  });
}

namespace {

// The run's list grows and shows other choices while the row is still read.
ir::ValueId CopyOfList(KernelBuilder& k, ir::ValueId list) {
  static const auto kSlice = static_cast<uint32_t>(ir::FindBuiltin("slice"));
  const ir::ValueId begin = k.Convert(k.Int(0), ir::Type::Any);
  const ir::ValueId end = k.Convert(k.Int(limits::kMaxClosureElements), ir::Type::Any);
  return k.Add(ir::CallBuiltin{kSlice, {list, begin, end}});
}

}  // namespace

ir::ValueId PatternBuilder::MatchValue(KernelBuilder& match, ExprLowering& lowering,
                                       const ir::TableColumn& column, uint32_t step) {
  const auto wanted =
      std::find_if(match_columns_.begin(), match_columns_.end(),
                   [&](const MatchColumn& known) { return known.name == column.name; });
  if (wanted != match_columns_.end()) {
    const sema::TypedOp op = wanted->read->op;
    // What only ever completes a run is in no run that something else completes.
    const uint32_t read = wanted->read->index;
    const bool is_kept = read == step || steps_[read].is_closure() ||
                         pattern_.run.Find(CaptureName(steps_, *wanted->read)) >= 0;
    if (!is_kept) return match.Absent(column.type, false);
    const ir::ValueId value = lowering.Value(*wanted->read);
    const bool is_list = op == sema::TypedOp::Elements || op == sema::TypedOp::ElementFields;
    return is_list ? CopyOfList(match, value) : value;
  }
  if (column.name == "stream") return match.Str(stream_.name);
  if (column.name == "match_duration_ms") return DurationMs(match);
  if (column.name == "match_count") return MatchCount(match);
  if (column.name == "match_rate") return MatchRate(match);
  if (column.name == "_kleene_truncated") return Truncated(match);
  if (column.name == "_enumeration_truncated") {
    const ir::ValueId cut = match.Add(ir::LoadSlot{pattern_.enumeration_slot});
    return match.If(
        match.Truth(cut), ir::Type::Bool, [&] { return match.Bool(true); },
        [&] { return match.Absent(ir::Type::Bool, false); });
  }
  const bool is_key = pattern_.run.Find("key." + column.name) >= 0;
  if (step == kDeadline && is_key) return match.Add(ir::LoadSlot{SlotOf("key." + column.name)});
  if (step == kDeadline) return match.Absent(ir::Type::Any, false);
  return lowering.RowField(column.name, ir::Type::Any);
}

// From the first to the last event; of an absence it is the whole time that was waited (language.md 6.5).
ir::ValueId PatternBuilder::DurationMs(KernelBuilder& match) {
  const ir::ValueId start = match.Add(ir::LoadSlot{0}, "start", "slot start");
  // A deadline's match has the time at which it is true.
  const ir::ValueId time = match.Add(ir::LoadTime{}, "time", "time");
  const ir::ValueId span = match.Add(ir::BinaryAny{
      ir::AnyOp::Sub, match.Convert(time, ir::Type::Any), match.Convert(start, ir::Type::Any)});
  const ir::ValueId ms = match.Add(ir::ConstInt{ir::Type::Duration, kNsPerMs});
  const ir::ValueId ratio =
      match.Add(ir::BinaryAny{ir::AnyOp::Div, span, match.Convert(ms, ir::Type::Any)});
  ir::CallBuiltin to_int{static_cast<uint32_t>(ir::FindBuiltin("to_int")), {ratio}};
  return match.Convert(match.Add(std::move(to_int)), ir::Type::Int);
}

ir::ValueId PatternBuilder::CountOf(KernelBuilder& match, uint32_t step) {
  return match.Add(ir::LoadSlot{SlotOf(fmt::format("{}.count", step))});
}

ir::ValueId PatternBuilder::MatchCount(KernelBuilder& match) {
  int64_t fixed = 0;
  for (uint32_t i = 0; i < steps_.size(); ++i) {
    if (!counts_events_ && !steps_[i].negated && !steps_[i].is_closure()) ++fixed;
  }
  ir::ValueId count = match.Int(fixed);
  if (counts_events_) {
    const ir::ValueId kept = match.Add(ir::LoadSlot{SlotOf("events")});
    count = match.Add(ir::IntBinary{ir::IntOp::Add, kept, count});
  }
  for (uint32_t i = 0; i < steps_.size(); ++i) {
    if (!steps_[i].is_closure()) continue;
    count = match.Add(ir::IntBinary{ir::IntOp::Add, count, CountOf(match, i)});
  }
  return count;
}

// Events a second; of events at one moment there is none.
ir::ValueId PatternBuilder::MatchRate(KernelBuilder& match) {
  const ir::ValueId seconds = match.Add(ir::FloatBinary{
      ir::FloatOp::Div, match.Convert(DurationMs(match), ir::Type::Float), match.Float(1000.0)});
  const ir::ValueId zero =
      match.Add(ir::Compare{ir::Predicate::Eq, ir::Type::Float, seconds, match.Float(0.0)});
  return match.If(
      zero, ir::Type::Float, [&] { return match.Absent(ir::Type::Float, false); },
      [&] {
        const ir::ValueId events = match.Convert(MatchCount(match), ir::Type::Float);
        return match.Add(ir::FloatBinary{ir::FloatOp::Div, events, seconds});
      });
}

// How many elements did not fit into the run's closures; no value if all did.
ir::ValueId PatternBuilder::Truncated(KernelBuilder& match) {
  ir::ValueId all = match.Int(0);
  for (uint32_t i = 0; i < steps_.size(); ++i) {
    if (!steps_[i].is_closure()) continue;
    const ir::ValueId cut = match.Add(ir::LoadSlot{SlotOf(fmt::format("{}.truncated", i))});
    all = match.Add(ir::IntBinary{ir::IntOp::Add, all, cut});
  }
  const ir::ValueId none =
      match.Add(ir::Compare{ir::Predicate::Eq, ir::Type::Int, all, match.Int(0)});
  return match.If(
      match.Truth(none), ir::Type::Int, [&] { return match.Absent(ir::Type::Int, false); },
      [&] { return all; });
}

void PatternBuilder::BuildDeadline() {
  const bool waits = std::any_of(pattern_.states.begin(), pattern_.states.end(),
                                 [](const ir::PatternState& s) { return s.matches_at_deadline; });
  if (!waits) return;
  Binding binding = plan_.BindProgram();
  binding.steps = &steps_;
  binding.record = &pattern_.run;
  const std::string name = stream_.name + ".deadline";
  pattern_.deadline_check = Check(name, binding, kDeadline);
  pattern_.deadline_match = Match(name, binding, kDeadline);
}

}  // namespace varpulis::lower
