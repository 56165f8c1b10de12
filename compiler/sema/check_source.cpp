#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/limits.h"
#include "compiler/sema/checker.h"
#include "compiler/sema/row_shape.h"

namespace varpulis::sema {
namespace {

// What the source reads if it is one name; null for any other source.
const ast::PatternStep* SourceStep(const ast::SourceNode& source) {
  if (const auto* named = std::get_if<ast::NamedSource>(&source)) return &named->step;
  if (const auto* from = std::get_if<ast::ConnectorSource>(&source)) return &from->step;
  return nullptr;
}

}  // namespace

uint32_t Checker::EventTypeIndex(const ast::Identifier& name, uint32_t reader) {
  auto known = event_index_.find(name.name);
  if (known != event_index_.end()) return known->second;
  const std::string& own = stream_decls_[reader]->name.name;
  const std::string closest = source_names_.Closest(name.name, own);
  const bool emitted = emitters_.contains(name.name) || EmittedInPath(name.name);
  if (!event_decls_.empty() && !emitted) {
    Report(DiagnosticKind::UndeclaredEventType, name.span,
           fmt::format("`{}` is neither a declared event type nor a stream", name.name),
           closest.empty() ? fmt::format("declare it: event {}: ...", name.name)
                           : DidYouMean(closest));
  } else if (event_decls_.empty() && !emitted && !closest.empty()) {
    Report(DiagnosticKind::UndeclaredTypeNearMiss, name.span,
           fmt::format("undeclared event type or stream `{}`", name.name), DidYouMean(closest));
  }
  RowShape shape;
  shape.name = name.name;
  shape.open = true;
  auto index = static_cast<uint32_t>(program_.event_types.size());
  event_index_[name.name] = index;
  program_.event_types.push_back({name.name, false, std::move(shape)});
  return index;
}

// Merges of filters share their conditions in memory; whoever evaluates them does not.
uint64_t Checker::PartsOf(const TypedExpr& expr) {
  const auto known = parts_.find(&expr);
  if (known != parts_.end()) return known->second;
  uint64_t parts = 1;
  for (const TypedExprPtr& arg : expr.args) {
    parts = std::min(parts + PartsOf(*arg), 2 * limits::kMaxConditionParts);
  }
  parts_[&expr] = parts;
  return parts;
}

void Checker::LimitConditions(std::vector<SourceRoot>& roots, const ast::Identifier& name) {
  uint64_t parts = 0;
  for (const SourceRoot& root : roots) {
    for (const TypedExprPtr& condition : root.conditions) parts += PartsOf(*condition);
  }
  if (parts <= limits::kMaxConditionParts) return;
  Report(DiagnosticKind::ProgramTooLarge, name.span,
         fmt::format("the filters behind `{}` have more than {} parts, merges included", name.name,
                     limits::kMaxConditionParts),
         "give one of the streams on the way an .emit(): then it is evaluated once");
  for (SourceRoot& root : roots) root.conditions.clear();
}

std::vector<SourceRoot> Checker::ResolveSource(const ast::Identifier& name, uint32_t reader) {
  NoteSource(name, reader);
  std::vector<SourceRoot> roots;
  if (auto stream = StreamNamed(name.name, reader)) {
    TypedStream& source = program_.streams[*stream];
    if (!source.filter_only) return {StreamRoot(reader, *stream)};
    source.is_repeated = true;
    roots = source.roots;
    for (SourceRoot& root : roots) {
      for (const TypedOperator& op : source.operators) {
        if (const auto* where = std::get_if<WhereOp>(&op))
          root.conditions.push_back(where->condition);
      }
    }
    LimitConditions(roots, name);
    return roots;
  }
  roots.push_back({false, EventTypeIndex(name, reader), {}});
  if (EmittedInPath(name.name)) {
    NotAvailable(name.span, fmt::format("reading `{}`, which a path of `.fork` emits,", name.name));
  }
  const auto emitters = checked_emitters_.find(name.name);
  if (emitters == checked_emitters_.end()) return roots;
  for (uint32_t other : emitters->second) {
    if (other == reader) continue;
    SourceRoot root = StreamRoot(reader, other);
    // A stream that emits it twice stands in the list twice in a row.
    const bool known = roots.back().is_stream && roots.back().index == other;
    if (!known) roots.push_back(std::move(root));
  }
  return roots;
}

RowShape Checker::ShapeOf(const std::vector<SourceRoot>& roots, const std::string& name) const {
  std::vector<const RowShape*> shapes;
  for (const SourceRoot& root : roots) {
    shapes.push_back(root.is_stream ? &program_.streams[root.index].output
                                    : &program_.event_types[root.index].shape);
  }
  // One field of several roots is one name.
  std::map<std::string, SourceSpan> declared;
  for (const RowShape* shape : shapes) {
    for (const ShapeField& field : shape->fields) {
      auto [known, is_new] = declared.emplace(field.name, field.declared);
      if (!is_new) NoteSame(known->second, field.declared);
    }
  }
  return MergeShapes(shapes, name);
}

void Checker::CheckMerge(const ast::MergeSource& merge, TypedStream& stream) {
  uint32_t reader = stream_index_.at(stream.name);
  std::map<std::pair<bool, uint32_t>, size_t> places;  // of the roots
  for (const ast::Branch& branch : merge.branches) {
    if (branch.on) {
      Report(DiagnosticKind::InvalidArgument, branch.on->span,
             "a branch of `merge` has no `.on`: nothing is joined",
             "choose its events with .where(...)");
    }
    std::vector<SourceRoot> roots = ResolveSource(branch.source, reader);
    RowShape shape = ShapeOf(roots, branch.source.name);
    TypedExprPtr condition;
    if (branch.condition) {
      Scope scope;
      scope.row = &shape;
      scope.aliases.push_back({branch.source.name, &shape, kCurrentRow, branch.source.span});
      if (!branch.label.empty()) {
        scope.aliases.push_back({branch.label.name, &shape, kCurrentRow, branch.label.span});
      }
      condition = CheckCondition(*branch.condition, scope);
    }
    for (SourceRoot& root : roots) {
      if (condition) root.conditions.push_back(condition);
      const auto [place, is_new] =
          places.emplace(std::pair(root.is_stream, root.index), stream.roots.size());
      if (is_new) {
        stream.roots.push_back(root);
        continue;
      }
      SourceRoot* same = &stream.roots[place->second];
      // The same branch twice; merges of such merges would double it each time.
      if (same->conditions == root.conditions) continue;
      // One row passes once if at least one branch lets it: the conditions are alternatives.
      TypedExprPtr left = JoinConjuncts(same->conditions);
      TypedExprPtr right = JoinConjuncts(root.conditions);
      same->conditions.clear();
      if (left && right) {
        same->conditions.push_back(
            MakeExpr(TypedOp::Or, ir::Type::Bool, left->span, {left, right}));
      }
    }
  }
  stream.source_shape = ShapeOf(stream.roots, stream.name);
}

std::optional<DurationNs> Checker::TimerDuration(const ast::Expr& written, const char* what,
                                                 DurationNs least) {
  const TypedExprPtr value = CheckExpr(written, Scope());
  if (value == nullptr) return std::nullopt;
  if (value->op == TypedOp::Duration && value->integer >= least) return value->integer;
  Report(DiagnosticKind::InvalidArgument, written.span,
         fmt::format("the {} of a timer is a {}duration", what, least > 0 ? "positive " : ""),
         "for example 5s, 10m or 1h");
  return std::nullopt;
}

// Its events are of a type of their own, `Timer_<stream>`, which has no name for others.
void Checker::CheckTimer(const ast::TimerSource& source, TypedStream& stream) {
  TypedTimer timer;
  if (const auto interval = TimerDuration(*source.interval, "interval", 1)) {
    timer.interval = timer.initial_delay = *interval;
  }
  if (source.initial_delay) {
    const auto delay = TimerDuration(*source.initial_delay, "initial delay", 0);
    if (delay) timer.initial_delay = *delay;
  }
  RowShape shape;
  shape.name = "Timer_" + stream.name;
  shape.fields = {{"timestamp", ir::Type::Int, false}};
  stream.roots = {{false, static_cast<uint32_t>(program_.event_types.size()), {}}};
  stream.source_shape = shape;
  program_.event_types.push_back({shape.name, true, shape, timer});
}

void Checker::CheckStreamSource(const ast::StreamDecl& decl, TypedStream& stream, Scope& scope) {
  uint32_t reader = stream_index_.at(stream.name);
  if (const auto* merge = std::get_if<ast::MergeSource>(&decl.source.node)) {
    CheckMerge(*merge, stream);
  } else if (const auto* step = SourceStep(decl.source.node)) {
    stream.roots = ResolveSource(step->type, reader);
    stream.source_shape = ShapeOf(stream.roots, step->type.name);
    scope.row = &stream.source_shape;
    scope.aliases.push_back({step->type.name, &stream.source_shape, kCurrentRow, step->type.span});
    if (!step->alias.empty()) {
      scope.aliases.push_back(
          {step->alias.name, &stream.source_shape, kCurrentRow, step->alias.span});
    }
    if (step->condition) {
      TypedExprPtr condition = CheckCondition(*step->condition, scope);
      if (condition) stream.operators.push_back(WhereOp{condition});
    }
  } else if (std::holds_alternative<ast::JoinSource>(decl.source.node)) {
    NotAvailable(decl.source.span, "`join`");
    stream.source_shape.open = true;  // nothing is known, so nothing is missing
  } else if (const auto* timer = std::get_if<ast::TimerSource>(&decl.source.node)) {
    CheckTimer(*timer, stream);
  }
  scope.row = &stream.source_shape;
}

}  // namespace varpulis::sema
