// .process: a call whose `emit` statements make the rows that flow on (language.md 4.8).

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "compiler/sema/checker.h"

namespace varpulis::sema {

void Checker::CheckProcess(const ast::StreamOp& op, TypedStream& stream, Position& at) {
  if (op.arguments.size() != 1 || !op.arguments.front().value) {
    Report(DiagnosticKind::InvalidArgument, op.span, "`.process` takes one expression",
           ".process(f(x))");
    return;
  }
  const ast::Expr& written = *op.arguments.front().value;
  Scope scope = at.scope;
  scope.in_process = true;
  ProcessOp process;
  process.value = CheckExpr(written, scope);
  std::set<std::string> types;
  for (const std::string& callee : CalledIn(written)) {
    auto function = functions_.find(callee);
    if (function == functions_.end()) continue;
    types.insert(function->second.emitted.begin(), function->second.emitted.end());
  }
  if (process.value != nullptr && types.empty()) {
    Report(DiagnosticKind::InvalidArgument, written.span,
           "nothing here emits events, so nothing would flow on",
           "call a function with `emit T(...)` statements");
  }
  RowShape shape;
  shape.name = stream.name;
  for (const std::string& type : types) {
    const uint32_t event = CollectedType(type);
    process.events.push_back(event);
    for (const ShapeField& field : program_.collected_types[event].shape.fields) {
      if (shape.Find(field.name) == nullptr) shape.fields.push_back(field);
    }
  }
  SetRow(at, std::move(shape));
  if (process.value != nullptr) stream.operators.push_back(std::move(process));
}

}  // namespace varpulis::sema
