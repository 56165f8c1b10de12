#pragma once

// XOR (language.md 4.8, decisions 0021 and 0031): exactly one of its sides is complete, and no other becomes
// so before it, at the same time, meanwhile or after it within the pattern's time.

#include "tests/oracle/description.h"

namespace varpulis::oracle {

// The pattern with, behind the sides of an XOR, each of them once more as what must not come. Steps keep
// their numbers; the new ones are hidden, and their conditions speak of each other.
Pattern WithCounterparts(const Pattern& pattern);

}  // namespace varpulis::oracle
