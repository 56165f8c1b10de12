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

// Decision D9: conjuncts that mention a closure of which a part may be chosen.
bool PatternBuilder::MentionsChosen(const TypedExprPtr& conjunct, uint32_t own) const {
  const auto reads = StepsRead(conjunct);
  return std::any_of(reads.begin(), reads.end(), [&](uint32_t read) {
    // What precedes an element of a prefix is the same in the whole.
    return IsChosenFrom(read) && (read != own || steps_[read].mode == ir::ClosureMode::Subsets);
  });
}

// Those of a plain step, read from the run; what reads step `step` reads the row at hand.
std::vector<TypedExprPtr> PatternBuilder::ChosenConjuncts(uint32_t other, uint32_t step) const {
  std::vector<TypedExprPtr> chosen;
  if (steps_[other].is_hidden() || steps_[other].is_closure()) return chosen;
  for (const TypedExprPtr& conjunct : parts_[other].cross) {
    if (!MentionsChosen(conjunct, other)) continue;
    const TypedExprPtr from_run = sema::CurrentToStep(conjunct, other);
    chosen.push_back(step == kDeadline ? from_run : sema::StepToCurrent(from_run, step));
  }
  return chosen;
}

// `states`: where the run may stand.
ir::KernelId PatternBuilder::Check(const std::string& name, const Binding& here, uint32_t step,
                                   const std::vector<uint32_t>& states) {
  struct Asked {
    uint32_t step;
    bool surely_bound;
    TypedExprPtr condition;
  };
  std::vector<Asked> asked;
  std::string text = name + " check";
  for (uint32_t other = 0; other < steps_.size(); ++other) {
    const auto is = [&](const std::vector<bool> StateInfo::* bound) {
      return [this, other, bound](uint32_t state) { return (states_.states[state].*bound)[other]; };
    };
    const auto conjuncts = ChosenConjuncts(other, step);
    if (conjuncts.empty() ||
        std::none_of(states.begin(), states.end(), is(&StateInfo::maybe_bound)))
      continue;
    const bool surely = std::all_of(states.begin(), states.end(), is(&StateInfo::bound));
    asked.push_back({other, surely || other == step, sema::JoinConjuncts(conjuncts)});
    text += fmt::format(" {}{}", other, asked.back().surely_bound ? "" : "?");
  }
  if (asked.empty()) return ir::kNoKernel;
  return Once(text, [&] {
    KernelBuilder check(name + ".check", TableName(here));
    check.set_record(pattern_.run);
    ExprLowering lowering(check, here);
    ir::ValueId all = ir::kNoValue;
    for (const Asked& one : asked) {
      ir::ValueId fits = lowering.Condition(*one.condition);
      if (!one.surely_bound) {
        const ir::ValueId bound =
            check.Add(ir::LoadSlot{SlotOf(fmt::format("{}.bound", one.step))});
        const ir::ValueId unbound =
            check.Add(ir::Compare{ir::Predicate::Eq, ir::Type::Int, bound, check.Int(0)});
        fits = check.Add(ir::Logic{ir::LogicOp::Or, unbound, fits});
      }
      all = all == ir::kNoValue ? fits : check.Add(ir::Logic{ir::LogicOp::And, all, fits});
    }
    return check.Finish(ir::KernelResult::Bool, all);
  });
}

// The conditions of a closure, asked of its elements one by one.
ir::KernelId PatternBuilder::ElementCheck(uint32_t step, bool first) {
  std::vector<TypedExprPtr> conjuncts;
  if (steps_[step].is_hidden()) return ir::kNoKernel;
  for (const TypedExprPtr& conjunct : first ? parts_[step].cross : parts_[step].more) {
    if (MentionsChosen(conjunct, step)) conjuncts.push_back(conjunct);
  }
  if (conjuncts.empty()) return ir::kNoKernel;
  Binding here = plan_.BindProgram();
  here.steps = &steps_;
  here.record = &pattern_.run;
  here.element_of = step;
  const std::string name =
      fmt::format("{}.step{}.{}", stream_.name, step + 1, first ? "check_first" : "check_more");
  KernelBuilder check(name, TableName(here));
  check.set_record(pattern_.run);
  ExprLowering lowering(check, here);
  const ir::ValueId fits = lowering.Condition(*sema::JoinConjuncts(conjuncts));
  return plan_.AddKernel(check.Finish(ir::KernelResult::Bool, fits));
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

ir::ValueId PatternBuilder::ValueInRun(KernelBuilder& k, ExprLowering& lowering,
                                       const sema::TypedExpr& read) const {
  const bool is_list =
      read.op == sema::TypedOp::Elements || read.op == sema::TypedOp::ElementFields;
  const ir::ValueId value = lowering.Value(read);
  return is_list ? CopyOfList(k, value) : value;
}

ir::ValueId PatternBuilder::MatchValue(KernelBuilder& match, ExprLowering& lowering,
                                       const ir::TableColumn& column, uint32_t step) {
  const auto wanted =
      std::find_if(match_columns_.begin(), match_columns_.end(),
                   [&](const MatchColumn& known) { return known.name == column.name; });
  if (wanted != match_columns_.end()) {
    // What only ever completes a run is in no run that something else completes.
    const uint32_t read = wanted->read->index;
    const bool is_kept = read == step || steps_[read].is_closure() ||
                         pattern_.run.Find(CaptureName(steps_, *wanted->read)) >= 0;
    if (!is_kept) return match.Absent(column.type, false);
    return ValueInRun(match, lowering, *wanted->read);
  }
  const sema::TypedPattern& typed = *stream_.pattern;
  if (column.name == typed.name_field())
    return match.Str(typed.label.empty() ? stream_.name : typed.label);
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
    if (!counts_events_ && !steps_[i].is_hidden() && !steps_[i].is_closure()) ++fixed;
  }
  ir::ValueId count = match.Int(fixed);
  if (counts_events_) {
    const ir::ValueId kept = match.Add(ir::LoadSlot{SlotOf("events")});
    count = match.Add(ir::IntBinary{ir::IntOp::Add, kept, count});
  }
  for (uint32_t i = 0; i < steps_.size(); ++i) {
    if (!steps_[i].is_closure() || steps_[i].is_hidden()) continue;
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
    if (!steps_[i].is_closure() || steps_[i].is_hidden()) continue;
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
  std::vector<uint32_t> waiting;
  for (uint32_t s = 0; s < states_.states.size(); ++s) {
    if (pattern_.states[s].matches_at_deadline) waiting.push_back(s);
  }
  pattern_.deadline_check = Check(name, binding, kDeadline, waiting);
  pattern_.deadline_match = Match(name, binding, kDeadline);
}

}  // namespace varpulis::lower
