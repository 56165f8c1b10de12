#pragma once

// The form of a pattern as it is written: which steps it has and how they stand to each other. Private
// to compiler/sema.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "compiler/ast/program.h"
#include "compiler/sema/typed_pattern.h"

namespace varpulis::sema {

// A part of the tree with its alternatives still in it.
struct PatternTree {
  enum class Kind : uint8_t { Step, Sequence, All, Any };
  Kind kind = Kind::Step;
  uint32_t step = 0;
  std::vector<PatternTree> parts;
};

struct WrittenStep {
  const ast::PatternStep* step = nullptr;
  bool negated = false;
  bool forbidden = false;                      // `.not`: during the whole run
  std::vector<const ast::StreamOp*> ops = {};  // operators that belong to it (decision D13)
  const ast::Expr* filter = nullptr;           // of the source that it stands for; null if none
  std::string alias = {};                      // as written, or as the short form gives it
  // Stands for a step that is written once and used twice: its alias is that one's.
  bool repeated = false;
  // The sequences, ANDs and ORs around it, outermost first, and in which of their parts it stands.
  struct Place {
    PatternTree::Kind kind;
    uint32_t group;
    uint32_t part;
  };
  std::vector<Place> places = {};
};

class PatternForm {
 public:
  // The reason why a part of a pattern cannot be had, for E090.
  struct Refusal {
    source::SourceSpan span;
    std::string what;
  };

  // Appends the parts of a declared pattern to the sequence.
  void Append(const ast::PatternExpr& pattern);
  // Appends one step to the sequence.
  void Append(const ast::PatternStep& step);
  // Adds a step that must not come during the whole run.
  void Forbid(const ast::PatternStep& step);
  // What was forbidden comes behind everything else: an absence.
  void ForbidAtTheEnd();

  std::vector<WrittenStep>& steps() { return steps_; }
  const std::vector<WrittenStep>& steps() const { return steps_; }
  const std::vector<Refusal>& refusals() const { return refusals_; }
  // Whether step `other` may be bound when an event is tried for `step`.
  bool MayBeBound(uint32_t other, uint32_t step) const;
  // The patterns that the alternatives stand for; false if there are more than `limit`.
  bool Expand(size_t limit, std::vector<PatternNode>& alternatives) const;

 private:
  PatternTree Build(const ast::PatternExpr& pattern);
  PatternTree BuildGroup(PatternTree::Kind kind, const std::vector<ast::PatternExprPtr>& operands);
  PatternTree BuildNegation(const ast::PatternExpr& operand);
  PatternTree BuildExclusive(const ast::XorPattern& exclusive);
  uint32_t Add(const ast::PatternStep& step, bool negated);

  PatternTree whole_{PatternTree::Kind::Sequence, 0, {}};
  std::vector<WrittenStep> steps_;
  std::vector<WrittenStep::Place> around_ = {{PatternTree::Kind::Sequence, 0, 0}};
  uint32_t groups_ = 1;
  std::vector<Refusal> refusals_;
};

}  // namespace varpulis::sema
