#pragma once

// Which elements of a run's closures make matches (decisions D9 to D11).

#include <functional>

#include "tests/oracle/evaluate.h"

namespace varpulis::oracle {

// How many matches a closure yields. `Longest` differs from `Whole` in that a run waits for more.
enum class Yield : uint8_t { Whole, Longest, Each, Subsets };

// Of each step; `ways` are the pattern's.
std::vector<Yield> Yields(const Pattern& pattern, const std::vector<Node>& ways);

// Calls visit for the choices that satisfy the pattern's own conditions, in order. `completed_by` is the
// step whose event completes the run, UINT32_MAX if time does.
void ForChoices(const Scene& run, const std::vector<Yield>& yields, uint32_t completed_by,
                const std::function<void(const Bindings&)>& visit);

}  // namespace varpulis::oracle
