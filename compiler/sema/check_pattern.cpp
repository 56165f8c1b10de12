// Pattern streams: their form, bounds, dials and partition (language.md 6, language-later.md 7).

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/limits.h"
#include "compiler/sema/checker.h"
#include "compiler/sema/pattern_tree.h"

namespace varpulis::sema {
namespace {

bool HasPositive(const PatternNode& node, const std::vector<TypedStep>& steps) {
  if (node.kind == PatternNode::Kind::Step) return !steps[node.step].negated;
  return std::any_of(node.parts.begin(), node.parts.end(),
                     [&](const PatternNode& part) { return HasPositive(part, steps); });
}

// A negation in front of everything or behind everything, in some part.
bool HasOuterNegation(const PatternNode& node, const std::vector<TypedStep>& steps) {
  if (node.kind == PatternNode::Kind::Step) return steps[node.step].negated;
  if (node.kind == PatternNode::Kind::All) {
    return std::any_of(node.parts.begin(), node.parts.end(),
                       [&](const PatternNode& part) { return HasOuterNegation(part, steps); });
  }
  return HasOuterNegation(node.parts.front(), steps) || HasOuterNegation(node.parts.back(), steps);
}

// How far a part may have got: in an AND each member by itself. As many as one more than the bound count as that.
size_t CountStates(const PatternNode& node, const std::vector<TypedStep>& steps) {
  constexpr size_t kTooMany = limits::kMaxPatternStates + 1;
  if (node.kind == PatternNode::Kind::Step) return steps[node.step].negated ? 0 : 1;
  const bool all = node.kind == PatternNode::Kind::All;
  size_t states = all ? 1 : 0;
  for (const PatternNode& part : node.parts) {
    const size_t of_part = CountStates(part, steps);
    states = std::min(kTooMany, all ? states * (of_part + 1) : states + of_part);
  }
  return all ? states - 1 : states;
}

// Of the automaton: one for the start, and of no two ways the same; those who watch for a negated group have
// theirs.
size_t CountStates(const TypedPattern& pattern) {
  size_t states = 1;
  const auto count = [&](const std::vector<PatternNode>& ways) {
    for (const PatternNode& way : ways) states += CountStates(way, pattern.steps);
  };
  count(pattern.alternatives);
  for (const TypedStep& step : pattern.steps) count(step.group);
  return states;
}

}  // namespace

bool IsPositionFree(const ast::StreamOp& op) {
  const std::string& name = op.name.name;
  return name == "within" || name == "partition_by" || name == "context" || name == "not" ||
         IsTimeBound(op) || SelectionOf(op) || EmissionNamed(name);
}

std::optional<ir::Selection> SelectionOf(const ast::StreamOp& op) {
  if (op.name.name != "strategy") return SelectionNamed(op.name.name);
  const auto* name = op.arguments.size() == 1 && op.arguments.front().value
                         ? std::get_if<ast::NameExpr>(&op.arguments.front().value->node)
                         : nullptr;
  // `.any()` is another operator.
  if (name != nullptr && name->name == "any") return ir::Selection::Any;
  return name == nullptr || name->name == "stam" || name->name == "stnm"
             ? std::nullopt
             : SelectionNamed(name->name);
}

std::optional<ir::Selection> SelectionNamed(const std::string& name) {
  if (name == "stam" || name == "next") return ir::Selection::Stam;
  if (name == "stnm") return ir::Selection::Stnm;
  if (name == "strict") return ir::Selection::Strict;
  return std::nullopt;
}

std::optional<ir::ClosureMode> EmissionNamed(const std::string& name) {
  if (name == "each") return ir::ClosureMode::Each;
  if (name == "longest") return ir::ClosureMode::Whole;
  if (name == "subsets") return ir::ClosureMode::Subsets;
  return std::nullopt;
}

// The source and the arrows, with the operators that stand before a later arrow; what is left is
// returned.
bool Checker::ReadPatternForm(const ast::StreamDecl& decl, PatternForm& form,
                              std::vector<const ast::StreamOp*>& after) {
  const bool is_short = ShortPattern(decl) != nullptr;
  if (is_short ? !ReadShortPattern(decl, form, after) : !ReadArrows(decl, form, after))
    return false;
  const bool is_alone = form.steps().size() == 1;
  for (const ast::StreamOp* op : after) {
    if (op->negation) form.Forbid(*op->negation);
  }
  // Without arrows there is nothing to complete but the time (language.md 6.1).
  if (is_alone) form.ForbidAtTheEnd();
  return true;
}

bool Checker::ReadArrows(const ast::StreamDecl& decl, PatternForm& form,
                         std::vector<const ast::StreamOp*>& after) {
  if (const auto* named = std::get_if<ast::NamedSource>(&decl.source.node)) {
    auto pattern = patterns_.find(named->step.type.name);
    const bool is_pattern = pattern != patterns_.end() && pattern->second->pattern &&
                            !StreamNamed(named->step.type.name, stream_index_.at(decl.name.name));
    if (is_pattern) {
      NoteDeclared(NameKind::Pattern, "pattern", named->step.type);
      form.Append(*pattern->second->pattern);
    } else {
      form.Append(named->step);
    }
  } else if (const auto* from = std::get_if<ast::ConnectorSource>(&decl.source.node)) {
    form.Append(from->step);
  } else if (const auto* sequence = std::get_if<ast::SequenceSource>(&decl.source.node)) {
    for (const ast::PatternStep& step : sequence->steps) form.Append(step);
  } else {
    NotAvailable(decl.source.span, "this source in front of `->`");
    return false;
  }
  for (const ast::StreamItem& item : decl.items) {
    const auto* step = std::get_if<ast::PatternStep>(&item);
    if (step == nullptr) {
      after.push_back(&std::get<ast::StreamOp>(item));
      continue;
    }
    for (const ast::StreamOp* op : after) {
      if (!IsPositionFree(*op)) form.steps().back().ops.push_back(op);
    }
    std::erase_if(after, [](const ast::StreamOp* op) { return !IsPositionFree(*op); });
    form.Append(*step);
  }
  return true;
}

// The group of a negation that `index` stands for.
void Checker::CheckGroup(uint32_t index, const PatternForm& form, TypedPattern& pattern) {
  const SourceSpan span = form.steps()[index].span;
  std::vector<PatternNode>& ways = pattern.steps[index].group;
  if (!form.ExpandGroup(index, limits::kMaxPatternAlternatives, ways)) {
    Report(DiagnosticKind::ProgramTooLarge, span,
           fmt::format("the `OR`s of this group make more than {} ways through it",
                       limits::kMaxPatternAlternatives));
  }
  for (const PatternNode& way : ways) {
    if (!HasPositive(way, pattern.steps)) {
      return Report(DiagnosticKind::NegationAlone, span,
                    "a group that must not come needs a step that is not negated",
                    "`NOT (NOT A)` has no meaning: write the step itself");
    }
    if (!HasOuterNegation(way, pattern.steps)) continue;
    return Report(DiagnosticKind::NegationNeedsWithin, span,
                  "an absence at an end of a group that must not come has no end itself",
                  "inside `NOT (..)` a negation stands between two steps");
  }
}

void Checker::CheckPatternForm(const ast::StreamDecl& decl, const PatternForm& form,
                               TypedPattern& pattern) {
  if (!form.Expand(limits::kMaxPatternAlternatives, pattern.alternatives)) {
    Report(DiagnosticKind::ProgramTooLarge, decl.source.span,
           fmt::format("the `OR`s of this pattern make more than {} ways through it",
                       limits::kMaxPatternAlternatives),
           "write one stream for each of them");
    pattern.alternatives.clear();
    return;
  }
  if (CountStates(pattern) > limits::kMaxPatternStates) {
    Report(DiagnosticKind::ProgramTooLarge, decl.source.span,
           fmt::format("this pattern has more than {} states", limits::kMaxPatternStates),
           "an `AND` of n members can be half done in 2^n ways: give a part of them a stream of "
           "their own");
    pattern.alternatives.clear();
    return;
  }
  for (const PatternNode& way : pattern.alternatives) {
    if (HasPositive(way, pattern.steps)) {
      if (pattern.within > 0 || !HasOuterNegation(way, pattern.steps)) continue;
      return Report(
          DiagnosticKind::NegationNeedsWithin, decl.name.span,
          fmt::format("the absence in `{}` has no end: it needs a `within`", decl.name.name),
          "add .within(1h) or another bound");
    }
    return Report(DiagnosticKind::NegationAlone, decl.source.span,
                  "a pattern needs a step that is not negated",
                  "say after what the event must not come");
  }
}

namespace {

bool HasClosureInAll(const PatternNode& node, const std::vector<TypedStep>& steps, bool inside) {
  if (node.kind == PatternNode::Kind::Step) return inside && steps[node.step].is_closure();
  inside = inside || node.kind == PatternNode::Kind::All;
  return std::any_of(node.parts.begin(), node.parts.end(),
                     [&](const PatternNode& part) { return HasClosureInAll(part, steps, inside); });
}

// The closures behind which no positive step comes, but a negation does.
void ClosuresBeforeAbsence(const PatternNode& node, bool negation_behind,
                           std::vector<TypedStep>& steps, std::vector<TypedStep*>& found) {
  if (node.kind == PatternNode::Kind::Step) {
    TypedStep& step = steps[node.step];
    if (negation_behind && step.is_closure()) found.push_back(&step);
    return;
  }
  for (auto part = node.parts.rbegin(); part != node.parts.rend(); ++part) {
    if (part->kind == PatternNode::Kind::Step && steps[part->step].negated) {
      negation_behind = true;
      continue;
    }
    ClosuresBeforeAbsence(*part, negation_behind, steps, found);
    if (node.kind == PatternNode::Kind::Sequence) return;
  }
}

// What a negation or another member of an AND sees of a closure depends on which elements are chosen.
bool DependsOnChoice(const TypedPattern& pattern) {
  const auto reads_closure = [&](const TypedExprPtr& conjunct) {
    for (uint32_t other = 0; other < pattern.steps.size(); ++other) {
      if (pattern.steps[other].is_closure() && Reads(*conjunct, other)) return true;
    }
    return false;
  };
  const bool negation =
      std::any_of(pattern.steps.begin(), pattern.steps.end(), [&](const TypedStep& step) {
        return step.is_hidden() &&
               std::any_of(step.conjuncts.begin(), step.conjuncts.end(), reads_closure);
      });
  return negation || std::any_of(pattern.alternatives.begin(), pattern.alternatives.end(),
                                 [&](const PatternNode& way) {
                                   return HasClosureInAll(way, pattern.steps, false);
                                 });
}

}  // namespace

// Operators that turn the dials of a pattern; the others are returned.
void Checker::CheckDials(const std::vector<const ast::StreamOp*>& after, TypedPattern& pattern) {
  const ast::StreamOp* selection = nullptr;
  const ast::StreamOp* emission = nullptr;
  const auto turn = [&](const ast::StreamOp*& dial, const ast::StreamOp* op, const char* what) {
    if (dial != nullptr) {
      Report(DiagnosticKind::SecondDial, op->name.span,
             fmt::format("second {} operator `.{}`", what, op->name.name), "keep one of them", "",
             {{dial->name.span, "the first one"}});
      return;
    }
    dial = op;
    if (!op->arguments.empty() && op->name.name != "strategy") {
      Report(DiagnosticKind::InvalidArgument, op->span,
             fmt::format("`.{}` takes no arguments", op->name.name));
    }
  };
  for (const ast::StreamOp* op : after) {
    if (SelectionOf(*op)) turn(selection, op, "selection");
    if (EmissionNamed(op->name.name)) turn(emission, op, "emission");
  }
  if (selection != nullptr) pattern.selection = *SelectionOf(*selection);
  std::optional<ir::ClosureMode> mode;
  if (emission != nullptr) mode = EmissionNamed(emission->name.name);
  if (pattern.selection == ir::Selection::Any) {
    CheckAny(*selection, emission);
    pattern.run_per_choice = DependsOnChoice(pattern);
    mode = ir::ClosureMode::Subsets;
  }
  SetClosureModes(pattern, mode);
}

// Every choice of events is a match, so no other choice of elements can be asked for.
void Checker::CheckAny(const ast::StreamOp& selection, const ast::StreamOp* emission) {
  if (emission == nullptr || emission->name.name == "subsets") return;
  Report(DiagnosticKind::SecondDial, emission->name.span,
         fmt::format("`.{}` cannot go with `.strategy(any)`", emission->name.name),
         "it yields every choice of a closure's elements", "",
         {{selection.name.span, "the selection"}});
}

// Decision D10. X+ yields its whole whenever the run is complete: at the end with each element.
void Checker::SetClosureModes(TypedPattern& pattern, std::optional<ir::ClosureMode> asked) {
  const bool monotonic =
      std::any_of(pattern.steps.begin(), pattern.steps.end(),
                  [](const TypedStep& step) { return step.monotonic && !step.is_hidden(); });
  if (!asked && monotonic) asked = ir::ClosureMode::Whole;
  pattern.longest = asked == ir::ClosureMode::Whole;
  for (TypedStep& step : pattern.steps) {
    step.mode = step.prefix_all ? ir::ClosureMode::Each : ir::ClosureMode::Whole;
    if (asked) step.mode = *asked;
    // The choice is the run; of what must not come any match will do.
    if (pattern.run_per_choice || step.is_hidden()) step.mode = ir::ClosureMode::Whole;
  }
  if (asked) return;
  std::vector<TypedStep*> whole;
  for (const PatternNode& way : pattern.alternatives)
    ClosuresBeforeAbsence(way, false, pattern.steps, whole);
  for (TypedStep* step : whole) step->mode = ir::ClosureMode::Whole;
}

void Checker::MoveEqualities(TypedStream& stream, const std::vector<TypedExprPtr>& conjuncts,
                             std::vector<TypedExprPtr>& rest) {
  // Decision E18: x.f == y.g over two steps is a condition of the later one.
  const auto is_plain = [&](uint32_t step) {
    return step != kCurrentRow && stream.pattern->steps[step].repeat == Repeat::One;
  };
  for (const TypedExprPtr& conjunct : conjuncts) {
    bool equality = conjunct->op == TypedOp::Eq && conjunct->args[0]->op == TypedOp::Field &&
                    conjunct->args[1]->op == TypedOp::Field;
    uint32_t a = equality ? conjunct->args[0]->index : kCurrentRow;
    uint32_t b = equality ? conjunct->args[1]->index : kCurrentRow;
    if (!is_plain(a) || !is_plain(b) || a == b) {
      rest.push_back(conjunct);
      continue;
    }
    uint32_t later = std::max(a, b);
    stream.pattern->steps[later].conjuncts.push_back(StepToCurrent(conjunct, later));
  }
}

void Checker::CheckPatternKey(const ast::Expr& key, TypedPattern& pattern, Position& at) {
  // The field of that name in each step's event; `alias.field` means the same (7.6).
  std::string field;
  if (const auto* name = std::get_if<ast::NameExpr>(&key.node)) field = name->name;
  if (const auto* member = std::get_if<ast::MemberExpr>(&key.node)) {
    const auto* base = std::get_if<ast::NameExpr>(&member->object->node);
    const bool is_step = base != nullptr && std::any_of(pattern.steps.begin(), pattern.steps.end(),
                                                        [&](const TypedStep& step) {
                                                          return step.alias == base->name;
                                                        });
    if (base != nullptr && !is_step) {
      return Report(DiagnosticKind::AliasNotBound, member->object->span,
                    fmt::format("`{}` is no step of this pattern", base->name));
    }
    if (is_step) field = member->name;
  }
  if (field.empty()) return CheckComputedKey(key, pattern);
  NoteKey(key, pattern);
  auto read = MakeExpr(TypedOp::Field, ir::Type::Any, key.span);
  read->text = field;
  pattern.partition.push_back({field, read});
  if (at.shape.Find(field) == nullptr) {
    at.shape.fields.push_back({field, ir::Type::Any, true, BareSpan(key)});
  }
}

// The key of each step's event, whatever its type; an alias means the event at hand as well (7.6).
void Checker::CheckComputedKey(const ast::Expr& key, TypedPattern& pattern) {
  RowShape event;
  event.open = true;
  event.name = "the steps' events";
  Scope scope;
  scope.row = &event;
  for (const TypedStep& step : pattern.steps) {
    if (!step.alias.empty())
      scope.aliases.push_back({step.alias, &event, kCurrentRow, step.alias_span});
  }
  TypedExprPtr value = CheckExpr(key, scope);
  if (value == nullptr) return;
  std::string name = ToText(*value, {});
  const bool known = std::any_of(pattern.partition.begin(), pattern.partition.end(),
                                 [&](const NamedItem& item) { return item.name == name; });
  if (!known) pattern.partition.push_back({std::move(name), std::move(value)});
}

// Names after the match: aliases, then the match's own fields (language-later.md 5.4).
void Checker::SetMatchScope(const TypedStream& stream, Position& at) {
  const TypedPattern& pattern = *stream.pattern;
  at.shape = {};
  at.shape.name = stream.name;
  at.shape.fields = {{pattern.name_field(), ir::Type::Str, false},
                     {"match_duration_ms", ir::Type::Int, false},
                     {"match_count", ir::Type::Int, false},
                     {"match_rate", ir::Type::Float, true}};
  const bool has_closure =
      std::any_of(pattern.steps.begin(), pattern.steps.end(),
                  [](const TypedStep& step) { return step.is_closure() && !step.is_hidden(); });
  if (has_closure) {
    at.shape.fields.push_back({"_kleene_truncated", ir::Type::Int, true});
    at.shape.fields.push_back({"_enumeration_truncated", ir::Type::Bool, true});
  }
  at.scope.row = &at.shape;
  for (uint32_t i = 0; i < pattern.steps.size(); ++i) {
    const TypedStep& step = pattern.steps[i];
    if (step.alias.empty()) continue;
    if (step.is_hidden()) {
      at.scope.later_aliases.push_back(step.alias);
    } else {
      at.scope.aliases.push_back(
          {step.alias, &step.shape, i, step.alias_span, false, step.is_closure()});
    }
  }
  at.after_pattern = true;
  at.scope.after_match = true;
}

void Checker::CheckPatternBounds(const ast::StreamDecl& decl,
                                 const std::vector<const ast::StreamOp*>& after,
                                 TypedPattern& pattern, Position& at) {
  const ast::Expr* within = nullptr;
  std::vector<const ast::Expr*> keys;
  if (const auto* named = std::get_if<ast::NamedSource>(&decl.source.node)) {
    auto declared = patterns_.find(named->step.type.name);
    if (declared != patterns_.end()) {
      within = declared->second->within.get();
      if (declared->second->partition_by) keys.push_back(declared->second->partition_by.get());
    }
  }
  bool own_keys = false;
  for (const ast::StreamOp* op : after) {
    if (op->name.name == "within" && op->arguments.size() == 1)
      within = op->arguments[0].value.get();
    if (op->name.name != "partition_by") continue;
    if (!std::exchange(own_keys, true)) keys.clear();
    for (const ast::Argument& argument : op->arguments) {
      if (argument.value) keys.push_back(argument.value.get());
    }
  }
  for (const ast::Expr* key : keys) CheckPatternKey(*key, pattern, at);
  if (within != nullptr) {
    if (auto ns = ConstantDuration(*within, at.scope)) pattern.within = *ns;
    return;
  }
  if (TrendOperator(decl) != nullptr) return;  // an error there
  Report(DiagnosticKind::PatternWithoutWithin, decl.name.span,
         fmt::format("pattern `{}` has no `.within`: its state is bounded by the run limit only",
                     decl.name.name),
         "add .within(1h) or another bound");
}

void Checker::CheckPatternStream(const ast::StreamDecl& decl, TypedStream& stream, Position& at) {
  const uint32_t reader = stream_index_.at(stream.name);
  PatternForm form;
  std::vector<const ast::StreamOp*> after;
  TypedPattern& pattern = stream.pattern.emplace();
  if (const ast::Argument* named = ShortPattern(decl)) pattern.label = named->name.name;
  if (!ReadPatternForm(decl, form, after)) return;
  // Scopes point at the shapes.
  pattern.steps.reserve(form.steps().size());
  for (const WrittenStep& step : form.steps()) pattern.steps.push_back(ResolveStep(step, reader));
  for (uint32_t i = 0; i < pattern.steps.size(); ++i) CheckStep(i, form, pattern);
  SetMatchScope(stream, at);
  CheckPatternBounds(decl, after, pattern, at);
  CheckPatternForm(decl, form, pattern);
  for (uint32_t i = 0; i < form.steps().size(); ++i) {
    if (form.steps()[i].forbidden) pattern.forbidden.push_back(i);
  }
  const bool has_trends = TrendOperator(decl) != nullptr;
  if (!has_trends) {
    CheckDials(after, pattern);
    WarnOfClosures(form, pattern);
  }
  for (const ast::StreamOp* op : after) {
    const std::string& name = op->name.name;
    if (name == "within" || name == "partition_by" || op->negation) continue;
    if (SelectionOf(*op) || EmissionNamed(name)) continue;
    if (has_trends && IsRuledOutByTrends(*op)) continue;
    CheckOperator(*op, stream, at);
  }
}

}  // namespace varpulis::sema
