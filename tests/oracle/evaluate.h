#pragma once

// What conditions and outputs mean (language-later.md 3, language.md 6.2), over events and bindings.

#include <cstdint>
#include <string>
#include <vector>

#include "tests/oracle/description.h"

namespace varpulis::oracle {

// Numbers of the events that each step holds, in the order in which it took them.
using Bindings = std::vector<std::vector<size_t>>;

struct Scene {
  const Pattern& pattern;
  const std::vector<Event>& events;
  const Bindings& bindings;
  const Event* candidate = nullptr;
  uint32_t own = UINT32_MAX;  // the step that the candidate is tried for
  int64_t duration_ms = 0;    // of a match
};

bool Holds(const Condition& condition, const Scene& scene);
// Whether the step's field, or anything of it, is read.
bool Mentions(const Condition& condition, uint32_t step);
bool MentionsClosure(const Condition& condition, const Pattern& pattern);
// As it stands in an output line; empty if there is no value.
std::string OutputText(const Term& term, const Scene& scene);

}  // namespace varpulis::oracle
