// .fork and what may stand directly behind it: .all .any .first (language.md 4.9).

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "compiler/sema/checker.h"
#include "compiler/sema/row_shape.h"

namespace varpulis::sema {
namespace {

bool EmitsAs(const std::vector<ast::StreamOp>& path, const std::string& event_type) {
  return std::any_of(path.begin(), path.end(), [&](const ast::StreamOp& op) {
    if (op.as_type.name == event_type) return true;
    return std::any_of(op.arguments.begin(), op.arguments.end(), [&](const ast::Argument& nested) {
      return EmitsAs(nested.path, event_type);
    });
  });
}

bool HasTimeWindow(const std::vector<TypedOperator>& operators) {
  return std::any_of(operators.begin(), operators.end(), [](const TypedOperator& op) {
    if (const auto* aggregate = std::get_if<AggregateOp>(&op)) {
      return ir::IsTimed(aggregate->window.kind);
    }
    if (const auto* window = std::get_if<WindowOp>(&op)) return ir::IsTimed(window->window.kind);
    const auto* fork = std::get_if<ForkOp>(&op);
    return fork != nullptr &&
           std::any_of(fork->paths.begin(), fork->paths.end(),
                       [](const ForkPath& p) { return HasTimeWindow(p.operators); });
  });
}

// The fields of the row, and `<path>.<field>` of each path.
RowShape CombinedShape(RowShape shape, const std::vector<ForkPath>& paths,
                       const std::string& name) {
  shape.name = name;
  for (const ForkPath& path : paths) {
    shape.groups.push_back({path.name, path.shape.open});
    for (const ShapeField& field : path.shape.fields) {
      shape.fields.push_back({path.name + "." + field.name, field.type, true});
    }
  }
  return shape;
}

}  // namespace

bool Checker::EmittedInPath(const std::string& event_type) const {
  return std::any_of(stream_decls_.begin(), stream_decls_.end(), [&](const auto* stream) {
    return std::any_of(
        stream->items.begin(), stream->items.end(), [&](const ast::StreamItem& item) {
          const auto* op = std::get_if<ast::StreamOp>(&item);
          if (op == nullptr || op->name.name != "fork") return false;
          return std::any_of(
              op->arguments.begin(), op->arguments.end(),
              [&](const ast::Argument& path) { return EmitsAs(path.path, event_type); });
        });
  });
}

void Checker::CheckFork(const ast::StreamOp& op, TypedStream& stream, Position& at) {
  ForkOp fork;
  at.fork_input = OutputShape(stream, at);
  // Behind the fork .having may follow if some path aggregates, and a second window may not.
  bool has_window = at.has_window;
  bool has_aggregate = at.has_aggregate;
  for (const ast::Argument& argument : op.arguments) {
    const Position path = CheckForkPath(argument, stream, at, fork);
    if (path.has_window && !at.has_window) at.no_batches = true;
    has_window = has_window || path.has_window;
    has_aggregate = has_aggregate || path.has_aggregate;
  }
  at.has_window = has_window;
  at.has_aggregate = has_aggregate;
  if (op.arguments.empty()) {
    Report(DiagnosticKind::InvalidArgument, op.span, "`.fork` needs at least one path",
           ".fork(high: .where(x > 10), low: .where(x < 1))");
  }
  std::vector<const RowShape*> shapes;
  for (const ForkPath& path : fork.paths) shapes.push_back(&path.shape);
  RowShape shape = MergeShapes(shapes, stream.name);
  std::erase_if(shape.fields, [](const ShapeField& field) { return field.name == "_path"; });
  shape.fields.push_back({"_path", ir::Type::Str, false});
  if (fork.paths.size() < op.arguments.size()) shape.open = true;  // some of it is not known
  SetRow(at, std::move(shape));
  at.after_fork = true;
  stream.operators.push_back(std::move(fork));
}

// Checks the path and adds it to the fork. Returns the position at its end, `at` if it is no path.
Checker::Position Checker::CheckForkPath(const ast::Argument& argument, TypedStream& stream,
                                         const Position& at, ForkOp& fork) {
  const std::string& name = argument.name.name;
  if (name.empty() || argument.path.empty()) {
    Report(DiagnosticKind::InvalidArgument, argument.span,
           "a path of `.fork` is a name and operators", "high: .where(x > 10)");
    return at;
  }
  const bool twice = std::any_of(fork.paths.begin(), fork.paths.end(),
                                 [&](const ForkPath& path) { return path.name == name; });
  if (twice || at.shape.FindGroup(name) != nullptr) {
    Report(DiagnosticKind::DuplicateName, argument.name.span,
           fmt::format("duplicate path name `{}`", name), "give each path a name of its own");
    return at;
  }
  Position path = at;
  path.scope.row = &path.shape;
  path.changed_rows = true;  // equalities of a path's .where stay in the path
  path.no_batches = path.has_window;
  // The operators of a path are collected where those of a stream are.
  std::vector<TypedOperator> outside = std::exchange(stream.operators, {});
  for (const ast::StreamOp& nested : argument.path) {
    if (IsTimeBound(nested)) {
      Report(DiagnosticKind::InvalidArgument, nested.name.span,
             fmt::format("`.{}` belongs to a stream, not to a path of it", nested.name.name),
             "write it outside of .fork(...)");
    }
    CheckOperator(nested, stream, path);
  }
  if (path.window_open) OpenBatch(stream, path);
  fork.paths.push_back(
      {name, std::exchange(stream.operators, std::move(outside)), OutputShape(stream, path)});
  return path;
}

void Checker::CheckCombiner(const ast::StreamOp& op, TypedStream& stream, Position& at) {
  const std::string& name = op.name.name;
  auto* fork = stream.operators.empty() ? nullptr : std::get_if<ForkOp>(&stream.operators.back());
  if (!at.after_fork || fork == nullptr) {
    Report(DiagnosticKind::MissingPriorOperator, op.name.span,
           fmt::format("`.{}` needs a `.fork` directly before it", name),
           "it says how many of the fork's paths must put out something");
    return;
  }
  const size_t most = name == "any" ? 1 : 0;
  if (op.arguments.size() > most || (!op.arguments.empty() && !op.arguments[0].value)) {
    Report(DiagnosticKind::InvalidArgument, op.span,
           most == 0 ? fmt::format("`.{}` takes no argument", name)
                     : "`.any` takes at most one number of paths");
    return;
  }
  int64_t needed = name == "all" ? static_cast<int64_t>(fork->paths.size()) : 1;
  if (!op.arguments.empty()) {
    const auto number = PositiveInt(*op.arguments[0].value, "the argument of `.any`");
    if (!number) return;
    needed = *number;
    if (needed > static_cast<int64_t>(fork->paths.size())) {
      Report(DiagnosticKind::InvalidArgument, op.arguments[0].value->span,
             fmt::format("the fork has only {} path(s)", fork->paths.size()));
      return;
    }
  }
  if (std::any_of(fork->paths.begin(), fork->paths.end(),
                  [](const ForkPath& path) { return HasTimeWindow(path.operators); })) {
    Report(DiagnosticKind::InvalidArgument, op.name.span,
           fmt::format("`.{}` behind a path with a window of time", name),
           "its rows come when the clock says so and belong to no input event; use a count window");
    return;
  }
  if (name == "first") {
    fork->combine = ForkOp::Combine::First;
    return;
  }
  fork->combine = ForkOp::Combine::AtLeast;
  fork->needed = static_cast<uint32_t>(needed);
  SetRow(at, CombinedShape(at.fork_input, fork->paths, stream.name));
}

}  // namespace varpulis::sema
