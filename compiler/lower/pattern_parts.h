#pragma once

// What the conditions of a pattern's steps consist of, and the automaton that they describe.

#include <string>
#include <vector>

#include "compiler/ir/automaton.h"
#include "compiler/sema/typed_program.h"

namespace varpulis::lower {

// `candidate == bound`: one side reads only the candidate event, the other only bound steps.
struct KeyPart {
  sema::TypedExprPtr candidate;
  sema::TypedExprPtr bound;
};

struct StepParts {
  std::vector<sema::TypedExprPtr> local;  // event-local conjuncts
  std::vector<sema::TypedExprPtr> cross;  // conjuncts over bound steps, the equalities included
  std::vector<KeyPart> keys;
};

StepParts Split(const sema::TypedStep& step);

// Appends the parts of an expression that read an event: fields, whole events, time and type.
void CollectReads(const sema::TypedExprPtr& expr, std::vector<sema::TypedExprPtr>& reads);

// `Purchase as b [user == l.user]`.
std::string StepText(const sema::TypedStep& step, const std::vector<std::string>& aliases);

// True if the hash under which a run waits is the same in all its states: every key of a step is the
// key of the step before, carried over or equal by the condition just checked.
bool HasConstantKey(const std::vector<StepParts>& parts, bool partitioned);

ir::Automaton BuildAutomaton(const std::vector<sema::TypedStep>& steps,
                             const std::vector<StepParts>& parts,
                             const std::vector<std::string>& aliases, const std::string& partition);

}  // namespace varpulis::lower
