// .partition_by and .window (language.md 4.3).

#include <utility>

#include <fmt/format.h>

#include "base/limits.h"
#include "compiler/sema/checker.h"

namespace varpulis::sema {

void Checker::CheckPartitionBy(const ast::StreamOp& op, TypedStream& stream, Position& at) {
  if (at.window_open) {
    Report(DiagnosticKind::PartitionAfterWindow, op.name.span,
           "`.partition_by` after `.window` has no effect on that window", "move it before .window",
           "", {{at.window_span, "the window"}});
    OpenBatch(stream, at);
  }
  if (op.arguments.empty()) {
    Report(DiagnosticKind::InvalidArgument, op.span, "`.partition_by` needs a key");
    return;
  }
  at.keys.clear();
  at.keys_span = op.span;
  for (const ast::Argument& argument : op.arguments) {
    if (!argument.value) continue;
    TypedExprPtr key = CheckExpr(*argument.value, at.scope);
    if (key == nullptr) continue;
    at.keys.push_back(
        {key->op == TypedOp::Field ? key->text : std::string(), key, BareSpan(*argument.value)});
  }
}

// The constant size of a window or of its slide: nanoseconds, or rows if that is possible.
std::optional<int64_t> Checker::WindowExtent(const ast::Expr& written, const char* what,
                                             bool rows_too, bool& is_rows) {
  const TypedExprPtr value = CheckExpr(written, Scope());
  if (value == nullptr) return std::nullopt;
  is_rows = value->op == TypedOp::Int;
  if (value->op == TypedOp::Duration && value->integer > 0) return value->integer;
  if (is_rows && rows_too) {
    if (value->integer >= 1 && value->integer <= limits::kMaxCountWindow) return value->integer;
    Report(DiagnosticKind::BadCountWindow, written.span,
           fmt::format("a count window holds 1 to {} events", limits::kMaxCountWindow));
    return std::nullopt;
  }
  Report(DiagnosticKind::InvalidArgument, written.span,
         fmt::format("the {} of a window is a positive duration{}", what,
                     rows_too ? " or number of events" : ""),
         rows_too ? "5m or 100" : "5m");
  return std::nullopt;
}

bool Checker::CheckPolicy(const ast::Argument& argument, Window& window) {
  const TypedExprPtr value = CheckExpr(*argument.value, Scope());
  if (value == nullptr) return false;
  const std::string policy = value->op == TypedOp::Str ? value->text : std::string();
  const bool is_timed = ir::IsTimed(window.kind) && window.kind != ir::WindowKind::Sliding;
  if (policy != "event" && policy != "watermark" && policy != "processing") {
    Report(DiagnosticKind::InvalidArgument, argument.value->span,
           "the policy of a window is \"event\", \"watermark\" or \"processing\"",
           DidYouMean(diagnostics::ClosestName(policy, {"event", "watermark", "processing"})));
    return false;
  }
  if (policy != "event" && !is_timed) {
    Report(DiagnosticKind::InvalidArgument, argument.span,
           fmt::format("policy \"{}\" is for tumbling and session windows", policy),
           "this window puts out on its own events, which is policy \"event\"");
    return false;
  }
  if (policy == "processing") {
    Report(DiagnosticKind::ProcessingTimePolicy, argument.span,
           "policy \"processing\" closes windows by event time, as \"event\" does",
           "a replay has no other time; leave the policy out");
  }
  window.by_clock = policy == "watermark";
  return true;
}

std::optional<Window> Checker::WindowOf(const ast::StreamOp& op) {
  const ast::Expr* size = nullptr;
  const ast::Expr* slide = nullptr;
  const ast::Expr* gap = nullptr;
  const ast::Expr* delay = nullptr;
  const ast::Argument* policy = nullptr;
  for (const ast::Argument& argument : op.arguments) {
    const std::string& name = argument.name.name;
    if (!argument.value) continue;
    if (name == "delay") {
      delay = argument.value.get();
    } else if (name.empty() || name == "tumbling") {
      size = argument.value.get();
    } else if (name == "sliding") {
      slide = argument.value.get();
    } else if (name == "session") {
      gap = argument.value.get();
    } else if (name == "policy") {
      policy = &argument;
    } else {
      Report(DiagnosticKind::UnknownParameter, argument.name.span,
             fmt::format("unknown parameter `{}` for `.window`", name),
             DidYouMean(diagnostics::ClosestName(
                 name, {"tumbling", "sliding", "session", "policy", "delay"})));
      return std::nullopt;
    }
  }
  Window window;
  bool is_rows = false;
  if (delay != nullptr) {
    if (op.arguments.size() > 1) {
      Report(DiagnosticKind::InvalidArgument, op.span, "a window that delays has nothing else",
             "delay: 3");
      return std::nullopt;
    }
    const auto rows = PositiveInt(*delay, "the delay of a window");
    if (!rows) return std::nullopt;
    window.kind = ir::WindowKind::Delay;
    window.size = *rows;
    return window;
  }
  if (gap != nullptr) {
    if (size != nullptr || slide != nullptr) {
      Report(DiagnosticKind::InvalidArgument, op.span, "a session window has only its gap",
             "session: 5m");
      return std::nullopt;
    }
    const auto extent = WindowExtent(*gap, "gap", false, is_rows);
    if (!extent) return std::nullopt;
    window.kind = ir::WindowKind::Session;
    window.size = *extent;
  } else {
    if (size == nullptr) {
      Report(DiagnosticKind::InvalidArgument, op.span, "`.window` needs a size",
             "a duration (5m) or a number of events (100)");
      return std::nullopt;
    }
    const auto extent = WindowExtent(*size, "size", true, is_rows);
    if (!extent) return std::nullopt;
    window.kind = is_rows ? ir::WindowKind::Count : ir::WindowKind::Tumbling;
    window.size = *extent;
  }
  if (slide != nullptr) {
    bool slides_by_rows = false;
    const auto extent = WindowExtent(*slide, "slide", true, slides_by_rows);
    if (!extent) return std::nullopt;
    if (slides_by_rows != is_rows) {
      Report(DiagnosticKind::InvalidArgument, slide->span,
             "size and slide of a window are both durations or both numbers of events",
             is_rows ? ".window(100, sliding: 10)" : ".window(5m, sliding: 1m)", "",
             {{size->span, "the size"}});
      return std::nullopt;
    }
    window.kind = is_rows ? ir::WindowKind::SlidingCount : ir::WindowKind::Sliding;
    window.slide = *extent;
    if (window.slide > window.size) {
      Report(DiagnosticKind::SlideLargerThanWindow, slide->span,
             "the slide is larger than the window: events in between are in no result",
             "a window that does not slide has no gaps", "", {{size->span, "the window"}});
    }
  }
  if (policy != nullptr && !CheckPolicy(*policy, window)) return std::nullopt;
  return window;
}

// Behind a pattern its key, which is one field of every step and a field of the match.
std::vector<NamedItem> Checker::KeysOf(const TypedStream& stream, const Position& at) {
  if (!at.after_pattern) return at.keys;
  std::vector<NamedItem> keys;
  for (const NamedItem& key : stream.pattern->partition) {
    auto read = MakeExpr(TypedOp::Field, ir::Type::Any, key.value->span);
    read->text = key.name;
    keys.push_back({key.name, std::move(read), key.value->span});
  }
  return keys;
}

void Checker::CheckWindow(const ast::StreamOp& op, TypedStream& stream, Position& at) {
  if (at.has_window || at.has_aggregate) {
    Report(DiagnosticKind::SecondWindow, op.name.span, "second `.window` in one stream",
           "put the second window into a stream of its own");
    return;
  }
  at.has_window = true;
  at.window_span = op.name.span;
  if (std::optional<Window> window = WindowOf(op)) at.window = std::move(*window);
  at.window.keys = KeysOf(stream, at);
  at.window_open = true;
  // Each of its rows is a batch.
  if (at.window.kind == ir::WindowKind::Delay) OpenBatch(stream, at);
}

void Checker::OpenBatch(TypedStream& stream, Position& at) {
  at.window_open = false;
  at.has_batches = true;
  if (at.after_pattern) {
    NotAvailable(at.window_span,
                 "`.window` after a pattern in the same stream, without `.aggregate` behind it");
  }
  at.changed_rows = true;
  stream.operators.push_back(WindowOp{at.window});
}

}  // namespace varpulis::sema
