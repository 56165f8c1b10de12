// .watermark and .allowed_lateness (language.md 7.2). Both mean the same wherever they stand in the stream.

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/limits.h"
#include "compiler/sema/checker.h"

namespace varpulis::sema {
namespace {

// The largest bounds of what the stream reads.
ir::TimeBounds UpstreamBounds(const TypedProgram& program, const TypedStream& stream) {
  ir::TimeBounds bounds;
  std::set<std::pair<bool, uint32_t>> ways;
  const auto add = [&](const std::vector<SourceRoot>& roots) {
    for (const SourceRoot& root : roots) {
      ways.emplace(root.is_stream, root.index);
      if (!root.is_stream) continue;
      const ir::TimeBounds& upstream = program.streams[root.index].time;
      bounds.watermarked = bounds.watermarked || upstream.watermarked;
      bounds.lateness = std::max(bounds.lateness, upstream.lateness);
    }
  };
  add(stream.roots);
  if (const std::vector<TypedStep>* steps = StepsOf(stream)) {
    for (const TypedStep& step : *steps) add(step.roots);
  }
  bounds.reorders = bounds.watermarked && ways.size() > 1;
  return bounds;
}

// Decision D17: with a watermark only the clock closes windows, and those of a fixed length lie on a grid.
void PutOnWatermark(std::vector<TypedOperator>& operators) {
  for (TypedOperator& op : operators) {
    Window* window = nullptr;
    if (auto* aggregate = std::get_if<AggregateOp>(&op)) window = &aggregate->window;
    if (auto* batch = std::get_if<WindowOp>(&op)) window = &batch->window;
    if (window != nullptr && ir::IsTimed(window->kind)) {
      window->watermarked = true;
      window->by_clock = true;
    }
    auto* fork = std::get_if<ForkOp>(&op);
    if (fork == nullptr) continue;
    for (ForkPath& path : fork->paths) PutOnWatermark(path.operators);
  }
}

}  // namespace

bool IsTimeBound(const ast::StreamOp& op) {
  return op.name.name == "watermark" || op.name.name == "allowed_lateness";
}

std::optional<DurationNs> Checker::CheckWatermark(const ast::StreamOp& op) {
  const ast::Expr* written = nullptr;
  for (const ast::Argument& argument : op.arguments) {
    const std::string& name = argument.name.name;
    if (!argument.value) continue;
    if (name == "out_of_order" || name == "delay") {
      written = argument.value.get();
    } else if (name.empty()) {
      Report(DiagnosticKind::InvalidArgument, argument.span,
             "the argument of `.watermark` has a name", ".watermark(out_of_order: 5s)");
      return std::nullopt;
    } else {
      Report(DiagnosticKind::UnknownParameter, argument.name.span,
             fmt::format("unknown parameter `{}` for `.watermark`", name),
             "it takes out_of_order: how late a row may be");
      return std::nullopt;
    }
  }
  if (written != nullptr) return WaitingTime(*written);
  Report(DiagnosticKind::DurationExpected, op.span, "`.watermark` needs a duration",
         ".watermark(out_of_order: 5s)");
  return std::nullopt;
}

std::optional<DurationNs> Checker::CheckLateness(const ast::StreamOp& op) {
  if (op.arguments.size() == 1 && op.arguments.front().value) {
    const ast::Argument& argument = op.arguments.front();
    if (argument.name.empty()) return WaitingTime(*argument.value);
    Report(DiagnosticKind::UnknownParameter, argument.name.span,
           fmt::format("unknown parameter `{}` for `.allowed_lateness`", argument.name.name),
           ".allowed_lateness(1m)");
    return std::nullopt;
  }
  Report(DiagnosticKind::DurationExpected, op.span, "`.allowed_lateness` needs one duration",
         ".allowed_lateness(1m)");
  return std::nullopt;
}

std::optional<DurationNs> Checker::WaitingTime(const ast::Expr& written) {
  const auto duration = ConstantDuration(written, Scope());
  if (!duration || *duration >= 0) return duration;
  Report(DiagnosticKind::DurationExpected, written.span, "this duration is negative");
  return std::nullopt;
}

void Checker::CheckTimeBounds(const ast::StreamDecl& decl, TypedStream& stream) {
  const ast::StreamOp* watermark = nullptr;
  const ast::StreamOp* lateness = nullptr;
  for (const ast::StreamItem& item : decl.items) {
    const auto* op = std::get_if<ast::StreamOp>(&item);
    if (op == nullptr || !IsTimeBound(*op)) continue;
    const ast::StreamOp*& place = op->name.name == "watermark" ? watermark : lateness;
    if (place != nullptr) {
      Report(DiagnosticKind::SecondDial, op->name.span,
             fmt::format("second `.{}` in one stream", op->name.name), "keep one of them", "",
             {{place->name.span, "the first one"}});
      continue;
    }
    place = op;
  }
  stream.time = UpstreamBounds(program_, stream);
  if (watermark != nullptr) {
    stream.time.out_of_order = CheckWatermark(*watermark);
    stream.time.watermarked = true;
    stream.time.reorders = true;
  }
  if (lateness != nullptr) {
    const std::optional<DurationNs> allowed = CheckLateness(*lateness);
    if (!stream.time.watermarked) {
      Report(DiagnosticKind::LatenessWithoutWatermark, lateness->name.span,
             "`.allowed_lateness` without `.watermark`: no row of this stream is late",
             "add .watermark(out_of_order: 5s)");
    } else if (allowed) {
      stream.time.lateness = std::max(stream.time.lateness, *allowed);
    }
  }
  if (!stream.time.watermarked) return;
  PutOnWatermark(stream.operators);
  LimitOverlap(decl, stream.operators);
}

// Each row is folded into all windows of the grid that cover its time.
void Checker::LimitOverlap(const ast::StreamDecl& decl,
                           const std::vector<TypedOperator>& operators) {
  for (const TypedOperator& op : operators) {
    const Window* window = nullptr;
    if (const auto* aggregate = std::get_if<AggregateOp>(&op)) window = &aggregate->window;
    if (const auto* batch = std::get_if<WindowOp>(&op)) window = &batch->window;
    if (window != nullptr && window->kind == ir::WindowKind::Sliding && window->slide > 0 &&
        window->size / window->slide > limits::kMaxOverlappingWindows) {
      Report(DiagnosticKind::InvalidArgument, decl.name.span,
             fmt::format("with a watermark, a window of `{}` may slide by no less than 1/{} of its "
                         "size",
                         decl.name.name, limits::kMaxOverlappingWindows),
             "a larger slide");
    }
    const auto* fork = std::get_if<ForkOp>(&op);
    if (fork == nullptr) continue;
    for (const ForkPath& path : fork->paths) LimitOverlap(decl, path.operators);
  }
}

}  // namespace varpulis::sema
