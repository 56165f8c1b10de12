#pragma once

// The automaton that ANTLR builds for the generated lexer, as a table that is walked byte by byte.
// ANTLR's own walk takes a process-wide lock and a hash lookup for each character, and works out the
// edges of characters beyond ASCII again each time; here it is asked only for edges not yet seen.

#include <array>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "antlr4-runtime.h"

namespace varpulis::syntax {

// One per thread; what it has learnt stays with it.
class LexerAutomaton : private antlr4::atn::LexerATNSimulator {
 public:
  // `lexer` lends its tables and must outlive this object.
  explicit LexerAutomaton(antlr4::Lexer& lexer);

  struct Match {
    uint32_t type;
    uint32_t end;
  };
  // The longest token that starts at `begin`, which is not the end of the text; spaces and comments
  // are tokens here. The text must be UTF-8: the bytes of a character stay together.
  Match Next(std::string_view text, uint32_t begin);

 private:
  using Id = uint16_t;
  struct Node {
    antlr4::dfa::DFAState* state;
    bool accepts;
    uint32_t type;
    std::array<Id, 128> next;
  };
  static constexpr Id kUnseen = 0;
  static constexpr Id kDead = 1;

  Id NodeOf(antlr4::dfa::DFAState* state);
  // What follows `node` at `symbol`, from ANTLR.
  Id Extend(Id node, unsigned symbol);

  std::vector<Node> nodes_;
  std::unordered_map<const antlr4::dfa::DFAState*, Id> ids_;
  Id start_;
};

}  // namespace varpulis::syntax
