// What a run captures and what the match row has: whatever somebody reads later, and nothing else.

#include <algorithm>

#include "compiler/lower/pattern_builder.h"
#include "compiler/sema/operator_values.h"

namespace varpulis::lower {

using sema::TypedExpr;
using sema::TypedExprPtr;
using sema::TypedOp;
using sema::TypedOperator;

namespace {

// The operator takes the row as a whole.
bool TakesWholeRow(const TypedOperator& op) {
  if (const auto* emit = std::get_if<sema::EmitOp>(&op)) return emit->all_fields;
  if (const auto* print = std::get_if<sema::PrintOp>(&op)) return print->values.empty();
  if (const auto* distinct = std::get_if<sema::DistinctOp>(&op)) return distinct->key == nullptr;
  if (const auto* log = std::get_if<sema::LogOp>(&op)) return log->data == nullptr;
  if (std::holds_alternative<sema::ToOp>(op)) return true;
  const auto* fork = std::get_if<sema::ForkOp>(&op);
  return fork != nullptr && fork->combine == sema::ForkOp::Combine::AtLeast;
}

// Behind it, rows have columns of their own.
bool ReplacesRow(const TypedOperator& op) {
  return std::holds_alternative<sema::SelectOp>(op) || std::holds_alternative<sema::EmitOp>(op) ||
         std::holds_alternative<sema::MapOp>(op) || std::holds_alternative<sema::ForkOp>(op) ||
         std::holds_alternative<sema::AggregateOp>(op) ||
         std::holds_alternative<sema::ProcessOp>(op);
}

}  // namespace

void PatternBuilder::AddCapture(std::vector<Capture>& list, const TypedExprPtr& read) {
  std::string name = CaptureName(steps_, *read);
  bool known =
      std::any_of(list.begin(), list.end(), [&](const Capture& c) { return c.name == name; });
  if (!known) list.push_back({read->index, read, name});
}

// What later steps read goes into the run; what the operators read goes into the match row, and into
// the run unless it comes from the last step.
void PatternBuilder::FindCaptures() {
  for (const StepParts& part : parts_) {
    for (const TypedExprPtr& conjunct : part.cross) {
      std::vector<TypedExprPtr> reads;
      CollectReads(conjunct, reads);
      for (const TypedExprPtr& read : reads) {
        if (read->index != sema::kCurrentRow) AddCapture(captures_, read);
      }
    }
  }
  const bool is_replaced = CaptureOperators(stream_.operators);
  if (!is_replaced && has_readers_) CaptureMatch();
}

// True if the match is replaced by another row.
bool PatternBuilder::CaptureOperators(const std::vector<TypedOperator>& operators) {
  for (const TypedOperator& op : operators) {
    CaptureValues(op);
    if (TakesWholeRow(op)) CaptureMatch();
    if (const auto* fork = std::get_if<sema::ForkOp>(&op)) {
      for (const sema::ForkPath& path : fork->paths) {
        if (!CaptureOperators(path.operators)) CaptureMatch();
      }
    }
    if (ReplacesRow(op)) return true;
  }
  return false;
}

void PatternBuilder::CaptureValues(const TypedOperator& op) {
  sema::ForEachValue(op, [this](const TypedExprPtr& value) { CaptureOutput(value); });
}

// Everything that the no-emit form of the match consists of (language.md 6.5).
void PatternBuilder::CaptureMatch() {
  match_fields_.insert("match_duration_ms");
  for (uint32_t i = 0; i < steps_.size(); ++i) {
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
      if (read->op == TypedOp::Field) match_fields_.insert(read->text);
      if (read->op == TypedOp::Event) CaptureMatch();
      continue;
    }
    AddCapture(match_columns_, read);
    if (read->index != last_) AddCapture(captures_, read);
  }
}

}  // namespace varpulis::lower
