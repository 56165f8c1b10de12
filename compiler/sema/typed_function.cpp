#include "compiler/sema/typed_function.h"

#include <fmt/format.h>

namespace varpulis::sema {
namespace {

class Printer {
 public:
  explicit Printer(std::string indent) : indent_(std::move(indent)) {}

  std::string Block(const TypedBlock& block) {
    std::string text;
    for (const TypedStatement& statement : block) {
      text += indent_ + std::visit([&](const auto& node) { return Text(node); }, statement.node);
      text += '\n';
    }
    return text;
  }

 private:
  std::string Inner(const TypedBlock& block) { return Printer(indent_ + "  ").Block(block); }
  // A header and its block, without the last line break.
  std::string WithBlock(std::string header, const TypedBlock& block) {
    header += '\n' + Inner(block);
    header.pop_back();
    return header;
  }
  static std::string Value(const TypedExprPtr& value) {
    return value == nullptr ? std::string() : " " + sema::Print(*value);
  }

  std::string Text(const SetLocal& s) {
    return fmt::format("local{} ={}", s.local, Value(s.value));
  }
  std::string Text(const SetGlobal& s) {
    return fmt::format("global{} ={}", s.global, Value(s.value));
  }
  std::string Text(const IfArms& s) {
    std::string text;
    for (const IfArms::Arm& arm : s.arms) {
      if (!text.empty()) text += '\n' + indent_;
      text += WithBlock(arm.condition ? "if" + Value(arm.condition) : "else", arm.body);
    }
    return text;
  }
  std::string Text(const ForEachLoop& s) {
    std::string what =
        s.low ? fmt::format("{} {}{}", Value(s.low), s.inclusive ? "..=" : "..", Value(s.high))
              : Value(s.sequence);
    return WithBlock(fmt::format("for local{} in{}", s.variable, what), s.body);
  }
  std::string Text(const WhileLoop& s) { return WithBlock("while" + Value(s.condition), s.body); }
  std::string Text(const ReturnValue& s) { return "return" + Value(s.value); }
  std::string Text(const BreakLoop&) { return "break"; }
  std::string Text(const ContinueLoop&) { return "continue"; }
  std::string Text(const EmitEvent& s) {
    return fmt::format("emit event{}{}", s.event, Value(s.fields));
  }
  std::string Text(const Evaluate& s) { return "evaluate" + Value(s.value); }

  std::string indent_;
};

}  // namespace

std::string Print(const TypedBlock& block, const std::string& indent) {
  return Printer(indent).Block(block);
}

std::string Print(const TypedFunction& function) {
  std::string parameters;
  for (uint32_t local : function.parameters) {
    const TypedLocal& parameter = function.body.locals[local];
    parameters += fmt::format("{}{}: {}", parameters.empty() ? "" : ", ", parameter.name,
                              VplTypeName(parameter.type));
  }
  return fmt::format("fn {}({}) -> {}{}\n{}", function.name, parameters,
                     VplTypeName(function.result), function.ordered ? " ordered" : "",
                     Print(function.body.statements, "  "));
}

const TypedExpr* SingleExpression(const TypedFunction& function) {
  if (function.body.statements.size() != 1) return nullptr;
  const auto& node = function.body.statements.front().node;
  if (const auto* value = std::get_if<Evaluate>(&node)) return value->value.get();
  if (const auto* result = std::get_if<ReturnValue>(&node)) return result->value.get();
  return nullptr;
}

}  // namespace varpulis::sema
