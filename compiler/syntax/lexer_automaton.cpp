#include "compiler/syntax/lexer_automaton.h"

#include "base/check.h"

namespace varpulis::syntax {

using antlr4::atn::LexerATNSimulator;
using antlr4::dfa::DFAState;

namespace {

// All characters beyond ASCII mean the same to VPL: nothing outside of texts and comments. They are
// shown to the automaton as DEL, which means nothing either.
constexpr unsigned kOther = 0x7f;

// U+FEFF is a space wherever it stands.
bool IsInByteOrderMark(std::string_view text, size_t at) {
  for (size_t back = 0; back < 3 && back <= at; ++back) {
    if (text.substr(at - back, 3) == "\xef\xbb\xbf") return true;
  }
  return false;
}

unsigned Symbol(std::string_view text, size_t at) {
  const auto byte = static_cast<unsigned char>(text[at]);
  if (byte < 0x80) return byte;
  return IsInByteOrderMark(text, at) ? ' ' : kOther;
}

LexerATNSimulator& SimulatorOf(antlr4::Lexer& lexer) {
  return *lexer.getInterpreter<LexerATNSimulator>();
}

}  // namespace

LexerAutomaton::LexerAutomaton(antlr4::Lexer& lexer)
    : LexerATNSimulator(lexer.getATN(), SimulatorOf(lexer)._decisionToDFA,
                        SimulatorOf(lexer).getSharedContextCache()),
      nodes_(kDead + 1) {
  // ANTLR makes the first state when it matches its first token.
  antlr4::ANTLRInputStream blank(" ");
  match(&blank, 0);
  start_ = NodeOf(_decisionToDFA[0].s0);
}

LexerAutomaton::Id LexerAutomaton::NodeOf(DFAState* state) {
  if (state == ERROR.get()) return kDead;
  const auto [known, is_new] = ids_.emplace(state, static_cast<Id>(nodes_.size()));
  if (is_new) {
    VPL_CHECK(nodes_.size() < UINT16_MAX, "the lexer has more states than its grammar allows");
    nodes_.push_back({state, state->isAcceptState, static_cast<uint32_t>(state->prediction), {}});
  }
  return known->second;
}

LexerAutomaton::Id LexerAutomaton::Extend(Id node, unsigned symbol) {
  DFAState* state = nodes_[node].state;
  DFAState* target = getExistingTargetState(state, symbol);
  if (target == nullptr) {
    antlr4::ANTLRInputStream no_text;  // only predicates would look at it, and there are none
    target = computeTargetState(&no_text, state, symbol);
  }
  const Id next = NodeOf(target);
  nodes_[node].next[symbol] = next;
  return next;
}

LexerAutomaton::Match LexerAutomaton::Next(std::string_view text, uint32_t begin) {
  Id node = start_;
  Match match{0, begin};
  for (size_t at = begin; at < text.size(); ++at) {
    const unsigned symbol = Symbol(text, at);
    Id next = nodes_[node].next[symbol];
    if (next == kUnseen) next = Extend(node, symbol);
    if (next == kDead) break;
    node = next;
    if (nodes_[node].accepts) match = {nodes_[node].type, static_cast<uint32_t>(at + 1)};
  }
  VPL_CHECK(match.end > begin, "no token at byte {}", begin);
  while (match.end < text.size() && (text[match.end] & 0xc0) == 0x80) ++match.end;
  return match;
}

}  // namespace varpulis::syntax
