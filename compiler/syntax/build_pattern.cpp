// Patterns and their steps.

#include "compiler/syntax/ast_builder.h"

namespace varpulis::syntax {

using ast::PatternExpr;
using ast::PatternExprPtr;

namespace {
// The operands joined, or the only one alone.
template <typename Node, typename Operand>
PatternExprPtr Join(AstBuilder& b, const std::vector<Operand*>& trees, source::SourceSpan span,
                    std::vector<PatternExprPtr> Node::* operands) {
  if (trees.size() == 1) return b.Build(trees.front());
  Node node;
  for (auto* tree : trees) (node.*operands).push_back(b.Build(tree));
  auto result = std::make_unique<PatternExpr>();
  result->span = span;
  result->node = std::move(node);
  return result;
}
}  // namespace

ast::PatternDecl AstBuilder::Build(Grammar::PatternDeclContext* tree) {
  ast::PatternDecl decl;
  decl.name = Name(tree->name());
  decl.pattern = Build(tree->patternExpr());
  for (auto* clause : tree->patternClause()) {
    auto& target = clause->WITHIN() ? decl.within : decl.partition_by;
    if (target != nullptr) FailSyntax(Span(clause), "this clause stands twice");
    target = Build(clause->expr());
  }
  return decl;
}

PatternExprPtr AstBuilder::Build(Grammar::PatternExprContext* tree) {
  return Join(*this, tree->patternAny(), Span(tree), &ast::SequencePattern::items);
}
PatternExprPtr AstBuilder::Build(Grammar::PatternAnyContext* tree) {
  return Join(*this, tree->patternXor(), Span(tree), &ast::OrPattern::operands);
}
PatternExprPtr AstBuilder::Build(Grammar::PatternXorContext* tree) {
  return Join(*this, tree->patternAll(), Span(tree), &ast::XorPattern::operands);
}
PatternExprPtr AstBuilder::Build(Grammar::PatternAllContext* tree) {
  return Join(*this, tree->patternPart(), Span(tree), &ast::AndPattern::operands);
}

PatternExprPtr AstBuilder::Build(Grammar::PatternPartContext* tree) {
  auto result = std::make_unique<PatternExpr>();
  result->span = Span(tree);
  bool negated = false;
  if (auto* seq = dynamic_cast<Grammar::SeqPartContext*>(tree)) {
    negated = seq->PATTERN_NOT() != nullptr;
    ast::SequencePattern sequence;
    for (auto* item : seq->patternExpr()) sequence.items.push_back(Build(item));
    result->node = std::move(sequence);
  } else if (auto* group = dynamic_cast<Grammar::GroupPartContext*>(tree)) {
    negated = group->PATTERN_NOT() != nullptr;
    result = Build(group->patternExpr());
  } else {
    auto* part = dynamic_cast<Grammar::StepPartContext*>(tree);
    ast::PatternStep step = BuildStep(part->dottedName(), part->stepTail());
    using Repeat = ast::PatternStep::Repeat;
    step.span = Span(tree);
    step.negated = part->PATTERN_NOT() != nullptr;
    step.repeat = part->ALL()        ? Repeat::All
                  : part->PLUS()     ? Repeat::Plus
                  : part->STAR()     ? Repeat::Star
                  : part->QUESTION() ? Repeat::Optional
                                     : Repeat::One;
    SetMonotonic(step, part->monotonic());
    result->node = std::move(step);
  }
  if (!negated) return result;
  auto negation = std::make_unique<PatternExpr>();
  negation->span = Span(tree);
  negation->node = ast::NotPattern{std::move(result)};
  return negation;
}

ast::PatternStep AstBuilder::BuildStep(Grammar::DottedNameContext* type,
                                       Grammar::StepTailContext* tail) {
  ast::PatternStep step;
  step.type = Name(type);
  step.span = step.type.span;
  if (tail == nullptr) return step;
  if (tail->name()) step.alias = Name(tail->name());
  for (auto* tree : tail->expr()) {
    auto condition = Build(tree);
    if (step.condition == nullptr) {
      step.condition = std::move(condition);
      continue;
    }
    const auto span = step.condition->span.To(condition->span);
    ast::LogicalExpr both{ast::LogicalOp::And, {}};
    both.operands.push_back(std::move(step.condition));
    both.operands.push_back(std::move(condition));
    step.condition = std::make_unique<ast::Expr>(span, std::move(both));
  }
  if (tail->stop != nullptr && tail->stop->getStopIndex() > tail->start->getStartIndex()) {
    step.span = step.span.To(Span(tail));
  }
  return step;
}

void AstBuilder::SetMonotonic(ast::PatternStep& step, Grammar::MonotonicContext* tree) {
  if (tree == nullptr) return;
  using Monotonic = ast::PatternStep::Monotonic;
  step.monotonic = tree->INCREASING() ? Monotonic::Increasing : Monotonic::Decreasing;
  step.monotonic_field = Name(tree->name());
}

}  // namespace varpulis::syntax
