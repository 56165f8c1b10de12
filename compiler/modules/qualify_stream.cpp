#include <algorithm>
#include <utility>

#include "compiler/modules/qualify.h"

namespace varpulis::modules {
namespace {

// Operators whose arguments are words of the operator and no expressions.
bool TakesWords(std::string_view op) { return op == "strategy" || op == "score"; }

}  // namespace

void Qualifier::AddStepLocals(const ast::PatternStep& step) {
  if (!step.alias.empty()) locals_.push_back(step.alias.name);
  const auto in_program = names_.FindSource(module_, step.type.name);
  sources_.emplace_back(step.type.name, in_program.value_or(step.type.name));
  if (!in_program) return;
  // A pattern as source brings the aliases of its steps.
  const auto& aliases = names_.StepAliases(*in_program);
  locals_.insert(locals_.end(), aliases.begin(), aliases.end());
}

void Qualifier::CollectLocals(const ast::StreamDecl& d) {
  const auto of_branches = [&](const std::vector<ast::Branch>& branches) {
    for (const ast::Branch& branch : branches) {
      if (!branch.label.empty()) locals_.push_back(branch.label.name);
      sources_.emplace_back(
          branch.source.name,
          names_.FindSource(module_, branch.source.name).value_or(branch.source.name));
    }
  };
  const ast::SourceNode& source = d.source.node;
  if (const auto* named = std::get_if<ast::NamedSource>(&source)) AddStepLocals(named->step);
  if (const auto* from = std::get_if<ast::ConnectorSource>(&source)) AddStepLocals(from->step);
  if (const auto* merge = std::get_if<ast::MergeSource>(&source)) of_branches(merge->branches);
  if (const auto* join = std::get_if<ast::JoinSource>(&source)) of_branches(join->branches);
  if (const auto* sequence = std::get_if<ast::SequenceSource>(&source)) {
    for (const ast::PatternStep& step : sequence->steps) AddStepLocals(step);
  }
  for (const ast::StreamItem& item : d.items) {
    if (const auto* step = std::get_if<ast::PatternStep>(&item)) AddStepLocals(*step);
  }
}

void Qualifier::Visit(ast::StreamDecl& d, bool top_level) {
  Declare(d.name, Space::Stream, top_level);
  if (d.annotation) Visit(*d.annotation);
  const size_t outside = locals_.size();
  CollectLocals(d);
  std::visit([&](auto& source) { Visit(source); }, d.source.node);
  for (ast::StreamItem& item : d.items) {
    std::visit([&](auto& part) { Visit(part); }, item);
  }
  locals_.resize(outside);
  sources_.clear();
}

void Qualifier::Visit(ast::ConnectorSource& source) {
  Rename(source.connector, Space::Connector);
  Visit(source.step);
  for (ast::Argument& argument : source.parameters) Visit(argument);
}

void Qualifier::Visit(ast::SequenceSource& source) {
  for (ast::PatternStep& step : source.steps) Visit(step);
}

void Qualifier::Visit(ast::TimerSource& source) {
  Visit(source.interval);
  Visit(source.initial_delay);
}

void Qualifier::Visit(std::vector<ast::Branch>& branches) {
  for (ast::Branch& branch : branches) {
    RenameSource(branch.source);
    Visit(branch.condition);
    Visit(branch.on);
  }
}

void Qualifier::Visit(ast::StreamOp& op) {
  const std::string& name = op.name.name;
  if (TakesWords(name)) return;
  Rename(op.as_type, Space::Event);
  if (op.negation) Visit(*op.negation);
  for (ast::Argument& argument : op.arguments) {
    const bool names_connector = (name == "to" || name == "enrich") && argument.name.empty();
    const bool names_context = (name == "context" && argument.name.empty()) ||
                               (name == "emit" && argument.name.name == "context");
    const Space space = names_connector ? Space::Connector : Space::Context;
    if ((names_connector || names_context) && argument.value) {
      if (BecomeName(*argument.value, space, name != "emit")) continue;
    }
    // The column keeps the name of what was copied.
    const bool copies = name == "select" && argument.name.empty() && argument.value;
    const auto* column = copies ? std::get_if<ast::NameExpr>(&argument.value->node) : nullptr;
    if (column != nullptr) argument.name = {column->name, argument.value->span};
    Visit(argument);
  }
}

void Qualifier::Visit(ast::Argument& argument) {
  Visit(argument.value);
  for (ast::StreamOp& op : argument.path) Visit(op);
  if (argument.pattern) Visit(*argument.pattern);
}

}  // namespace varpulis::modules
