#pragma once

// Chooses between alternatives of the grammar by a table of what ANTLR has already worked out. ANTLR's
// own way to the same answer takes process-wide locks, one for each token it looks at, and those make
// threads that parse wait for each other.

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "antlr4-runtime.h"

namespace varpulis::syntax {

// One per parser. Answers like its base class.
class TablePrediction : public antlr4::atn::ParserATNSimulator {
 public:
  // `shared` lends its tables and must outlive this object, as must `parser`.
  TablePrediction(antlr4::Parser* parser, const ParserATNSimulator& shared);

  size_t adaptivePredict(antlr4::TokenStream* input, size_t decision,
                         antlr4::ParserRuleContext* outer) override;

 private:
  using Id = uint32_t;
  static constexpr Id kUnseen = 0;
  struct Node {
    antlr4::dfa::DFAState* state = nullptr;
    size_t prediction = 0;
    bool decides = false;   // `prediction` is the answer
    bool is_plain = false;  // false: only the base class can go on from here
  };

  Id NodeOf(antlr4::dfa::DFAState* state);
  Id Next(Id node, size_t token_type);
  Id StartOf(size_t decision);

  size_t width_;  // types of tokens, and end-of-file as 0
  std::vector<Node> nodes_;
  std::vector<Id> next_;  // by node and type of token
  std::vector<Id> starts_;
  std::unordered_map<const antlr4::dfa::DFAState*, Id> ids_;
};

}  // namespace varpulis::syntax
