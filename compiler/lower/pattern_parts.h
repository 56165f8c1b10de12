#pragma once

// What the conditions of a pattern's steps consist of. Private to compiler/lower.

#include <optional>
#include <string>
#include <vector>

#include "compiler/sema/typed_program.h"

namespace varpulis::lower {

// `candidate == bound`: one side reads only the candidate event, the other only bound steps.
struct KeyPart {
  sema::TypedExprPtr candidate;
  sema::TypedExprPtr bound;
};

// The conjunct as such an equality, if it is one.
std::optional<KeyPart> AsKeyPart(const sema::TypedExprPtr& conjunct);

struct StepParts {
  std::vector<sema::TypedExprPtr> local;  // event-local conjuncts
  std::vector<sema::TypedExprPtr> cross;  // conjuncts over bound steps, the equalities included
  std::vector<sema::TypedExprPtr> more;   // of a closure: `cross` for the elements behind the first
  std::vector<KeyPart> keys;              // equalities of `cross`, which `more` has as well
};

StepParts Split(const sema::TypedStep& step);

// Appends the parts of an expression that read an event: fields, whole events, time and type.
void CollectReads(const sema::TypedExprPtr& expr, std::vector<sema::TypedExprPtr>& reads);
// The steps that the expression reads, each once.
std::vector<uint32_t> StepsRead(const sema::TypedExprPtr& expr);

// `Purchase+ as b [user == l.user]`.
std::string StepText(const sema::TypedStep& step, const std::vector<std::string>& aliases);

}  // namespace varpulis::lower
