// What a run keeps and what the match row has: whatever somebody reads later, and nothing else.

#include <algorithm>

#include <fmt/format.h>

#include "compiler/lower/operator_list.h"
#include "compiler/lower/pattern_builder.h"
#include "compiler/sema/operator_values.h"

namespace varpulis::lower {

using sema::TypedExpr;
using sema::TypedExprPtr;
using sema::TypedOp;
using sema::TypedOperator;
using sema::TypedStep;

namespace {

bool ReadsLastElement(const TypedExpr& read) {
  return read.op == TypedOp::Field || read.op == TypedOp::Event || read.op == TypedOp::EventTime ||
         read.op == TypedOp::EventType;
}

// Of one element what `read` reads of all.
TypedExprPtr OfOne(const TypedExpr& read) {
  auto one = std::make_shared<TypedExpr>(read);
  one->op = read.op == TypedOp::Elements ? TypedOp::Event : TypedOp::Field;
  return one;
}

ir::Type TypeOfMatchField(const std::string& field) {
  if (field == "stream" || field == "pattern") return ir::Type::Str;
  if (field == "match_duration_ms" || field == "match_count" || field == "_kleene_truncated")
    return ir::Type::Int;
  if (field == "_enumeration_truncated") return ir::Type::Bool;
  if (field == "match_rate") return ir::Type::Float;
  return ir::Type::Any;
}

}  // namespace

bool PatternBuilder::MayBeUnbound(uint32_t step) const {
  if (steps_[step].repeat == sema::Repeat::Optional) return true;
  // A forecast reads runs that are under way.
  const auto may_lack = [&](const StateInfo& state) { return !state.bound[step]; };
  if (stream_.forecast && std::any_of(states_.states.begin() + 1, states_.states.end(), may_lack))
    return true;
  for (const StateInfo& state : states_.states) {
    if (state.group != steps_[step].group_of) continue;
    // Whoever has got to the end without it, or knows it only perhaps, may read it unbound.
    if (state.complete && !state.bound[step]) return true;
    if (state.maybe_bound[step] != state.bound[step]) return true;
  }
  // Members of an AND: an edge that does not bind it may leave a state in which it is unbound to one
  // from which it can still be bound; conditions wait for both, so only the output could notice.
  return false;
}

bool PatternBuilder::IsChosenFrom(uint32_t step) const {
  const TypedStep& typed = steps_[step];
  if (!typed.is_closure()) return false;
  if (typed.mode == ir::ClosureMode::Subsets) return true;
  if (typed.mode == ir::ClosureMode::Whole) return false;
  const bool by_time =
      std::any_of(pattern_.states.begin(), pattern_.states.end(),
                  [](const ir::PatternState& state) { return state.matches_at_deadline; });
  return by_time || std::any_of(pattern_.edges.begin(), pattern_.edges.end(),
                                [&](const ir::PatternEdge& edge) {
                                  return edge.has_match && edge.step != step;
                                });
}

void PatternBuilder::AddCapture(Capture capture) {
  const bool known = std::any_of(captures_.begin(), captures_.end(),
                                 [&](const Capture& c) { return c.name == capture.name; });
  if (!known) captures_.push_back(std::move(capture));
}

// `read` is asked for when its step is not the row at hand.
void PatternBuilder::Keep(const TypedExprPtr& read) {
  const uint32_t step = read->index;
  if (!steps_[step].is_closure()) {
    const ir::Type type = MayBeUnbound(step) ? ir::Type::Any : read->type;
    return AddCapture({step, read, CaptureName(steps_, *read), type, false});
  }
  if (read->op == TypedOp::ElementCount) return;  // every run counts
  if (!ReadsLastElement(*read)) {
    return AddCapture({step, OfOne(*read), CaptureName(steps_, *read), ir::Type::List, true});
  }
  if (IsChosenFrom(step)) {
    return AddCapture({step, read, CaptureName(steps_, *read) + "[]", ir::Type::List, true});
  }
  AddCapture({step, read, CaptureName(steps_, *read), ir::Type::Any, false});
}

void PatternBuilder::KeepReads(const TypedExprPtr& expr) {
  std::vector<TypedExprPtr> reads;
  CollectReads(expr, reads);
  for (const TypedExprPtr& read : reads) {
    if (read->index != sema::kCurrentRow) Keep(read);
  }
}

// What the conjunct reads of a candidate and of the elements before it, for each element.
void PatternBuilder::KeepElements(const TypedExprPtr& conjunct, uint32_t closure) {
  std::vector<TypedExprPtr> reads;
  CollectReads(sema::CurrentToStep(conjunct, closure), reads);
  for (const TypedExprPtr& read : reads) {
    if (read->index != closure || !ReadsLastElement(*read)) continue;
    AddCapture({closure, read, CaptureName(steps_, *read) + "[]", ir::Type::List, true});
  }
}

void PatternBuilder::FindCaptures() {
  FindConditionReads();
  FindOutputReads();
}

void PatternBuilder::FindConditionReads() {
  for (uint32_t step = 0; step < steps_.size(); ++step) {
    for (const auto* conjuncts : {&parts_[step].cross, &parts_[step].more}) {
      for (const TypedExprPtr& conjunct : *conjuncts) {
        KeepReads(conjunct);
        const bool chosen_from = steps_[step].is_closure() && !steps_[step].is_hidden();
        if (chosen_from && MentionsChosen(conjunct, step)) KeepElements(conjunct, step);
        // Asked again when another member of an AND is bound, or when closures are chosen from.
        const auto read = StepsRead(conjunct);
        const bool again = std::any_of(read.begin(), read.end(), [&](uint32_t other) {
          if (other == step) return false;
          if (IsChosenFrom(other) && !steps_[step].is_hidden()) return true;
          return std::any_of(states_.states.begin(), states_.states.end(),
                             [&](const StateInfo& state) {
                               return state.maybe_bound[step] && !state.maybe_bound[other];
                             });
        });
        if (again && !steps_[step].negated) KeepReads(sema::CurrentToStep(conjunct, step));
      }
    }
  }
  for (uint32_t s = 1; s < states_.states.size(); ++s) {
    for (const std::string& key : keys_.OfState(s)) KeepReads(keys_.Bound(key));
  }
}

void PatternBuilder::FindOutputReads() {
  const bool is_replaced = CaptureOperators(stream_.operators);
  if (!is_replaced && has_readers_) CaptureMatch();
}

// True if the match is replaced by another row.
bool PatternBuilder::CaptureOperators(const std::vector<TypedOperator>& operators) {
  for (const TypedOperator& op : operators) {
    sema::ForEachValue(op, [this](const TypedExprPtr& value) { CaptureOutput(value); });
    if (TakesWholeRow(op)) CaptureMatch();
    if (const auto* fork = std::get_if<sema::ForkOp>(&op)) {
      const std::set<std::string> outside = answer_fields_;
      for (const sema::ForkPath& path : fork->paths) {
        if (!CaptureOperators(path.operators)) CaptureMatch();
        answer_fields_ = outside;
      }
    }
    if (ReplacesRow(op)) return true;
    if (const auto* enrich = std::get_if<sema::EnrichOp>(&op)) {
      for (const std::string& name : enrich->AddedFields()) answer_fields_.insert(name);
    }
  }
  return false;
}

// Everything that the no-emit form of the match consists of (language.md 6.5).
void PatternBuilder::CaptureMatch() {
  if (stream_.forecast) {
    reads_whole_row_ = true;
    return;
  }
  match_fields_.insert("match_duration_ms");
  for (uint32_t i = 0; i < steps_.size(); ++i) {
    if (steps_[i].is_hidden()) continue;
    if (steps_[i].is_closure()) {
      match_fields_.insert("_kleene_truncated");
      match_fields_.insert("_enumeration_truncated");
    }
    if (steps_[i].alias.empty()) continue;
    auto event = std::make_shared<TypedExpr>();
    event->op = TypedOp::Event;
    event->index = i;
    CaptureOutput(event);
  }
}

void PatternBuilder::CaptureOutput(const TypedExprPtr& expr) {
  std::vector<TypedExprPtr> reads;
  CollectReads(expr, reads);
  for (const TypedExprPtr& read : reads) {
    if (read->index == sema::kCurrentRow) {
      const bool is_own = read->op == TypedOp::Field && !answer_fields_.contains(read->text);
      if (is_own && stream_.forecast) {
        row_fields_.emplace(read->text, read->type);
      } else if (is_own) {
        match_fields_.insert(read->text);
      }
      if (read->op == TypedOp::Event) CaptureMatch();
      continue;
    }
    const std::string name = CaptureName(steps_, *read);
    const bool known = std::any_of(match_columns_.begin(), match_columns_.end(),
                                   [&](const MatchColumn& column) { return column.name == name; });
    if (!known) match_columns_.push_back({read, name});
    // Whoever completes the run is at hand itself, unless the run stays or waits for its deadline.
    const bool at_hand =
        !stream_.forecast &&
        std::all_of(pattern_.edges.begin(), pattern_.edges.end(), [&](const ir::PatternEdge& edge) {
          return edge.step != read->index || (edge.ends && edge.has_match);
        });
    if (!at_hand || steps_[read->index].is_closure()) Keep(read);
  }
}

// --- layouts -------------------------------------------------------------------------------------

void PatternBuilder::LayOutRun() {
  ir::RecordLayout& run = pattern_.run;
  run.Add("start", ir::Type::Timestamp);
  run.Add("last", ir::Type::Timestamp);
  for (const Capture& capture : captures_) run.Add(capture.name, capture.type);
  for (uint32_t step = 0; step < steps_.size(); ++step) {
    if (steps_[step].is_closure()) {
      run.Add(fmt::format("{}.count", step), ir::Type::Int);
      run.Add(fmt::format("{}.truncated", step), ir::Type::Int);
      const bool has_lists =
          std::any_of(captures_.begin(), captures_.end(),
                      [&](const Capture& capture) { return capture.step == step && capture.list; });
      if (has_lists) {
        run.Add(fmt::format("{}.chain", step), ir::Type::Int);
        run.Add(fmt::format("{}.from", step), ir::Type::Int);
      }
    }
    const bool asked =
        std::any_of(states_.states.begin(), states_.states.end(), [&](const StateInfo& state) {
          return std::any_of(state.negations.begin(), state.negations.end(),
                             [&](uint32_t negation) {
                               const auto reads = UnsureReads(state, negation);
                               return std::find(reads.begin(), reads.end(), step) != reads.end();
                             });
        });
    // Whether what it asks of closures has to be asked again of what is chosen of them, or whether a
    // negation that reads it is awake.
    const bool asks_again = !ChosenConjuncts(step, step).empty() && MayBeUnbound(step);
    if (asks_again || (asked && !steps_[step].is_closure()))
      run.Add(fmt::format("{}.bound", step), ir::Type::Int);
    const auto is_in = [&](const std::vector<uint32_t>& list) {
      return std::find(list.begin(), list.end(), step) != list.end();
    };
    const bool kills = std::any_of(states_.states.begin(), states_.states.end(),
                                   [&](const StateInfo& state) { return is_in(state.negations); });
    if (kills && !is_in(typed_.forbidden)) {
      run.Add(fmt::format("{}.since", step), ir::Type::Timestamp);
    }
  }
  const bool counted =
      match_fields_.contains("match_count") || match_fields_.contains("match_rate");
  bool fixed = true;
  for (uint32_t step = 0; step < steps_.size(); ++step) {
    if (steps_[step].is_hidden() || steps_[step].is_closure()) continue;
    fixed = fixed &&
            std::all_of(states_.states.begin(), states_.states.end(), [&](const StateInfo& state) {
              return state.group != sema::kNoGroup || !state.complete || state.bound[step];
            });
  }
  counts_events_ = counted && !fixed;
  if (counts_events_) run.Add("events", ir::Type::Int);
  if (match_fields_.contains("_enumeration_truncated")) {
    pattern_.enumeration_slot = run.Add("enumeration_truncated", ir::Type::Bool);
  }
  for (const sema::NamedItem& key : typed_.partition)
    pattern_.key_slots.push_back(run.Add("key." + key.name, ir::Type::Any));
  run.Finish();
}

void PatternBuilder::LayOutMatch() {
  pattern_.match_table = plan_.AddTable(stream_.name + ".match", stream_.name);
  if (stream_.forecast) return;  // nobody sees its matches
  std::vector<ir::TableColumn>& columns = plan_.plan_.tables[pattern_.match_table].columns;
  for (const MatchColumn& column : match_columns_) {
    const bool one = column.read->op == TypedOp::Field || column.read->op == TypedOp::EventTime ||
                     column.read->op == TypedOp::EventType;
    const ir::Type type =
        one || column.read->op == TypedOp::ElementCount ? column.read->type : ir::Type::Any;
    columns.push_back({column.name, type});
  }
  for (const std::string& field : match_fields_)
    columns.push_back({field, TypeOfMatchField(field)});
}

}  // namespace varpulis::lower
