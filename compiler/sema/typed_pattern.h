#pragma once

// A checked pattern: its steps, and the order in which they may be bound (language.md 6).

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "compiler/ir/pattern_plan.h"
#include "compiler/sema/typed_row.h"

namespace varpulis::sema {

enum class Repeat : uint8_t { One, Plus, Star, Optional };

struct TypedStep {
  std::string alias;  // empty if none
  source::SourceSpan alias_span;
  std::vector<SourceRoot> roots;
  RowShape shape;
  // Conjuncts of the condition under which an event binds the step: the current row is the candidate,
  // other inputs are steps that may be bound by then.
  std::vector<TypedExprPtr> conjuncts;
  // Of a closure: the same for the elements behind the first. Reads of the step itself mean the
  // elements so far (language.md G5).
  std::vector<TypedExprPtr> more;
  std::string type_name;
  Repeat repeat = Repeat::One;
  bool prefix_all = false;  // `all X`, whose default mode is not that of `X+`
  bool monotonic = false;
  bool negated = false;
  bool at_once = false;   // the other side of an XOR, see ir::PatternStepPlan
  DurationNs within = 0;  // since the step before; 0: none
  ir::ClosureMode mode = ir::ClosureMode::Whole;

  bool is_closure() const { return repeat == Repeat::Plus || repeat == Repeat::Star; }
  bool is_optional() const { return repeat == Repeat::Star || repeat == Repeat::Optional; }
};

// What has to be bound. Negated steps stand in sequences only: no such event between their neighbours.
struct PatternNode {
  enum class Kind : uint8_t { Step, Sequence, All };
  Kind kind = Kind::Step;
  uint32_t step = 0;  // Step
  std::vector<PatternNode> parts;
};

struct TypedPattern {
  std::vector<TypedStep> steps;
  // The ways of an OR, each a pattern of its own over some of the steps; one if there is none.
  std::vector<PatternNode> alternatives;
  // `.not`: negated steps that kill a run from its start to its completion.
  std::vector<uint32_t> forbidden;
  DurationNs within = 0;             // 0: none
  std::vector<NamedItem> partition;  // expressions over the row of each step
  ir::Selection selection = ir::Selection::Stam;
  // Closures are asked for as long as they get: a run that is complete waits while one may grow.
  bool longest = false;
  // Of `.pattern(label: A -> B)`: matches show it as `pattern`; those of others show their `stream`.
  std::string label;

  const char* name_field() const { return label.empty() ? "stream" : "pattern"; }
};

// `join(L, R)` and its outer forms: sides, which expressions read as steps, joined pairwise from the left.
struct TypedJoin {
  // A field of an earlier side and one of the side itself that are equal.
  using Keys = std::vector<std::pair<TypedExprPtr, TypedExprPtr>>;

  std::vector<TypedStep> sides;
  // Rows without a partner come out, too: of all that is on the left, and of each side on the right.
  bool keeps_left = false;
  bool keeps_right = false;
  std::vector<Keys> keys;  // of each side; none of the first
  DurationNs within = 0;

  bool keeps(size_t side) const { return side == 0 ? keeps_left : keeps_right; }
};

// All steps of the node, in the order of the text; negated ones too.
void CollectSteps(const PatternNode& node, std::vector<uint32_t>& steps);
// `SEQ(#0, NOT #1, AND(#2, #3))`, for `--emit=typed`.
std::string Print(const PatternNode& node, const std::vector<TypedStep>& steps);

}  // namespace varpulis::sema
