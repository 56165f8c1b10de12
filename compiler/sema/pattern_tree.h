#pragma once

// The form of a pattern as it is written: which steps it has and how they stand to each other. Private
// to compiler/sema.

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "compiler/ast/program.h"
#include "compiler/sema/typed_pattern.h"

namespace varpulis::sema {

// A part of the tree with its alternatives still in it.
struct PatternTree {
  // Never: what is around the steps of a negated group, among their places only.
  enum class Kind : uint8_t { Step, Sequence, All, Any, Never };
  Kind kind = Kind::Step;
  uint32_t step = 0;
  std::vector<PatternTree> parts = {};
  bool continued = false;  // see PatternNode
};

struct WrittenStep {
  const ast::PatternStep* step = nullptr;  // null if it stands for a negated group
  source::SourceSpan span = {};
  bool negated = false;
  uint32_t group_of = kNoGroup;                // in a negated group: the step that stands for it
  bool forbidden = false;                      // `.not`: during the whole run
  std::vector<const ast::StreamOp*> ops = {};  // operators that belong to it (decision D13)
  const ast::Expr* filter = nullptr;           // of the source that it stands for; null if none
  std::string alias = {};                      // as written, or as the short form gives it
  // Stands for a step that is written once and used twice: nobody else sees its alias.
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
  // Whether step `other` may be bound when an event is tried for `step`.
  bool MayBeBound(uint32_t other, uint32_t step) const;
  // The patterns that the alternatives stand for; false if there are more than `limit`.
  bool Expand(size_t limit, std::vector<PatternNode>& alternatives) const;
  // The same of the negated group that `step` stands for; no ways if it stands for none.
  bool ExpandGroup(uint32_t step, size_t limit, std::vector<PatternNode>& ways) const;

 private:
  PatternTree Build(const ast::PatternExpr& pattern);
  PatternTree BuildGroup(PatternTree::Kind kind, const std::vector<ast::PatternExprPtr>& operands);
  PatternTree BuildNegation(const ast::PatternExpr& operand);
  PatternTree BuildNegation(const ast::PatternStep& step);
  PatternTree BuildExclusive(const ast::XorPattern& exclusive);
  PatternTree BuildSide(const ast::XorPattern& exclusive, size_t side);
  uint32_t Add(const ast::PatternStep& step, bool negated);
  template <typename Build>
  uint32_t AddGroup(source::SourceSpan span, const Build& build);

  PatternTree whole_{PatternTree::Kind::Sequence, 0, {}};
  std::vector<WrittenStep> steps_;
  std::vector<WrittenStep::Place> around_ = {{PatternTree::Kind::Sequence, 0, 0}};
  uint32_t groups_ = 1;
  std::map<uint32_t, PatternTree> negated_groups_;  // by the step that stands for it
  uint32_t inside_ = kNoGroup;                      // of them the one that is being built
  bool repeats_ = false;                            // what is built is written elsewhere
};

}  // namespace varpulis::sema
