#pragma once

// Whether an event fits a step of a run (language.md 6.2, decision D9).

#include "tests/oracle/evaluate.h"

namespace varpulis::oracle {

// The scene's candidate for its own step: type and conditions. `way_steps` are the positive steps of the
// run's way. A condition over members of an AND is judged when the last of them is tried.
bool Fits(const Scene& scene, const std::vector<uint32_t>& way_steps);
// Of the conditions of the scene's step those that mention a closure, for an event that it holds.
bool FitsAgain(const Scene& scene);

}  // namespace varpulis::oracle
