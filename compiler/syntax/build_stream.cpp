// Streams, their sources and operators.

#include "compiler/syntax/ast_builder.h"
#include "compiler/syntax/tree_nodes.h"

namespace varpulis::syntax {

ast::StreamDecl AstBuilder::Build(Grammar::StreamDeclContext* tree) {
  ast::StreamDecl decl;
  decl.name = Name(tree->name());
  if (tree->typeRef()) decl.annotation = Build(tree->typeRef());
  decl.source = Build(tree->source());
  for (auto* item : tree->streamItem()) decl.items.push_back(Build(item));
  return decl;
}

// --- sources -------------------------------------------------------------------------------------

ast::StreamSource AstBuilder::Build(Grammar::SourceContext* tree) {
  ast::StreamSource source;
  source.span = Span(tree);
  if (auto* merge = dynamic_cast<Grammar::MergeOfContext*>(tree)) {
    ast::MergeSource node;
    for (auto* branch : merge->branches()->branch()) node.branches.push_back(Build(branch));
    source.node = std::move(node);
  } else if (auto* join = dynamic_cast<Grammar::JoinOfContext*>(tree)) {
    using Kind = ast::JoinSource::Kind;
    ast::JoinSource node;
    node.kind = join->LEFT_JOIN()    ? Kind::Left
                : join->RIGHT_JOIN() ? Kind::Right
                : join->FULL_JOIN()  ? Kind::Full
                                     : Kind::Inner;
    for (auto* branch : join->branches()->branch()) node.branches.push_back(Build(branch));
    source.node = std::move(node);
  } else if (auto* sequence = dynamic_cast<Grammar::SequenceOfContext*>(tree)) {
    ast::SequenceSource node;
    for (auto* written : sequence->sequenceStep()) {
      ast::PatternStep step = BuildStep(written->dottedName(), nullptr);
      step.alias = Name(written->name());
      step.span = Span(written);
      size_t next = 0;
      if (written->WHERE()) step.condition = Build(written->expr(next++));
      if (written->WITHIN()) step.within = Build(written->expr(next));
      node.steps.push_back(std::move(step));
    }
    source.node = std::move(node);
  } else if (auto* timer = dynamic_cast<Grammar::TimerOfContext*>(tree)) {
    const auto expressions = timer->expr();
    ast::TimerSource node{Build(expressions[0]), nullptr};
    if (expressions.size() > 1) node.initial_delay = Build(expressions[1]);
    source.node = std::move(node);
  } else if (auto* connector = dynamic_cast<Grammar::ConnectorOfContext*>(tree)) {
    ast::ConnectorSource node{BuildStep(connector->dottedName(0), connector->stepTail()),
                              Name(connector->dottedName(1)),
                              {}};
    node.step.span = source.span;
    for (auto* argument : connector->argument()) node.parameters.push_back(Build(argument));
    source.node = std::move(node);
  } else {
    auto* named = dynamic_cast<Grammar::NamedOfContext*>(tree);
    ast::NamedSource node{BuildStep(named->dottedName(), named->stepTail())};
    if (named->ALL()) node.step.repeat = ast::PatternStep::Repeat::All;
    node.step.span = source.span;
    source.node = std::move(node);
  }
  return source;
}

ast::Branch AstBuilder::Build(Grammar::BranchContext* tree) {
  ast::Branch branch;
  branch.span = Span(tree);
  branch.label = OptionalName(tree->name());
  branch.source = Name(tree->dottedName());
  size_t next = 0;
  if (tree->WHERE()) branch.condition = Build(tree->expr(next++));
  if (tree->ON()) branch.on = Build(tree->expr(next));
  return branch;
}

// --- operators -----------------------------------------------------------------------------------

ast::StreamItem AstBuilder::Build(Grammar::StreamItemContext* tree) {
  if (tree->streamOp()) return Build(tree->streamOp());
  ast::PatternStep step = BuildStep(tree->dottedName(), tree->stepTail());
  if (tree->ALL()) step.repeat = ast::PatternStep::Repeat::All;
  SetMonotonic(step, tree->monotonic());
  return step;
}

ast::StreamOp AstBuilder::Build(Grammar::StreamOpContext* tree) {
  ast::StreamOp op;
  op.span = Span(tree);
  if (auto* emit = dynamic_cast<Grammar::EmitAsContext*>(tree)) {
    op.name = {"emit", Span(emit->EMIT()->getSymbol())};
    op.as_type = Name(emit->dottedName());
    op.arguments = Build(emit->arguments());
  } else if (auto* negation = dynamic_cast<Grammar::NegationContext*>(tree)) {
    op.name = {"not", Span(negation->NOT()->getSymbol())};
    op.negation = BuildStep(negation->dottedName(), negation->stepTail());
    op.negation->negated = true;
  } else if (auto* pattern = dynamic_cast<Grammar::PatternOpContext*>(tree)) {
    op.name = {"pattern", Span(pattern->PATTERN()->getSymbol())};
    ast::Argument argument;
    argument.name = Name(pattern->anyName());
    if (pattern->lambda()) {
      argument.value = Build(pattern->lambda());
    } else {
      argument.pattern = Build(pattern->patternExpr());
    }
    argument.span = Span(pattern->anyName());
    op.arguments.push_back(std::move(argument));
  } else {
    auto* plain = dynamic_cast<Grammar::PlainOpContext*>(tree);
    op.name = Name(plain->anyName());
    op.arguments = Build(plain->arguments());
  }
  return op;
}

std::vector<ast::Argument> AstBuilder::Build(Grammar::ArgumentsContext* tree) {
  std::vector<ast::Argument> arguments;
  if (tree == nullptr) return arguments;
  for (auto* argument : AllOf<Grammar::ArgumentContext>(tree)) arguments.push_back(Build(argument));
  return arguments;
}

ast::Argument AstBuilder::Build(Grammar::ArgumentContext* tree) {
  ast::Argument argument;
  argument.span = Span(tree);
  argument.name = OptionalName(FirstOf<Grammar::AnyNameContext>(tree));
  // StreamOpContext has labels, so it is asked for in ANTLR's way, and only where there may be one.
  argument.value = BuildOptional(FirstOf<Grammar::ExprContext>(tree));
  if (argument.value == nullptr) {
    for (auto* op : tree->streamOp()) argument.path.push_back(Build(op));
    return argument;
  }
  if (tree->ASC()) argument.order = ast::SortOrder::Ascending;
  if (tree->DESC()) argument.order = ast::SortOrder::Descending;
  return argument;
}

}  // namespace varpulis::syntax
