#include "compiler/syntax/table_prediction.h"

namespace varpulis::syntax {

using antlr4::atn::ParserATNSimulator;
using antlr4::dfa::DFAState;

TablePrediction::TablePrediction(antlr4::Parser* the_parser, const ParserATNSimulator& shared)
    : ParserATNSimulator(the_parser, shared.atn, shared.decisionToDFA,
                         const_cast<ParserATNSimulator&>(shared).getSharedContextCache()),
      width_(shared.atn.maxTokenType + 1),
      nodes_(1),
      next_(width_),
      starts_(shared.decisionToDFA.size()) {}

TablePrediction::Id TablePrediction::NodeOf(DFAState* state) {
  const auto [known, is_new] = ids_.emplace(state, static_cast<Id>(nodes_.size()));
  if (is_new) {
    const bool is_plain = state != ERROR.get() && state->predicates.empty();
    nodes_.push_back({state, state->prediction, is_plain && state->isAcceptState, is_plain});
    next_.resize(next_.size() + width_);
  }
  return known->second;
}

TablePrediction::Id TablePrediction::StartOf(size_t decision) {
  if (starts_[decision] != kUnseen) return starts_[decision];
  const antlr4::dfa::DFA& dfa = decisionToDFA[decision];
  if (dfa.isPrecedenceDfa() || dfa.s0 == nullptr) return kUnseen;
  return starts_[decision] = NodeOf(dfa.s0);
}

TablePrediction::Id TablePrediction::Next(Id node, size_t token_type) {
  const size_t column = token_type == antlr4::Token::EOF ? 0 : token_type;
  const size_t place = node * width_ + column;
  if (next_[place] != kUnseen) return next_[place];
  DFAState* target = getExistingTargetState(nodes_[node].state, token_type);
  if (target == nullptr) return kUnseen;
  const Id next = NodeOf(target);
  next_[place] = next;
  return next;
}

size_t TablePrediction::adaptivePredict(antlr4::TokenStream* input, size_t decision,
                                        antlr4::ParserRuleContext* outer) {
  const bool by_table = getPredictionMode() == antlr4::atn::PredictionMode::SLL;
  Id node = by_table ? StartOf(decision) : kUnseen;
  for (ssize_t ahead = 1; node != kUnseen && nodes_[node].is_plain; ++ahead) {
    if (nodes_[node].decides) return nodes_[node].prediction;
    node = Next(node, input->LA(ahead));
  }
  return ParserATNSimulator::adaptivePredict(input, decision, outer);
}

}  // namespace varpulis::syntax
