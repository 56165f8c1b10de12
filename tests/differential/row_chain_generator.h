#pragma once

// Random chains of operators that need no window: limit distinct map filter on_error log alert enrich
// fork.

#include <string>

#include "tests/differential/expression_generator.h"

namespace varpulis::testing {

struct RowChain {
  std::string text;  // `.limit(3) .map(x => ...)`
  Scope scope;       // what rows at its end have
};

// `scope` is what rows have that enter. `depth` bounds how far forks nest. Every row that leaves has
// the fields `k` and `u` if those that enter have them.
RowChain RandomRowChain(Dice& dice, const Scope& scope, int depth);

// `.enrich` of connector Crm, often by `key`; what its rows have is added to the scope.
std::string RandomEnrich(Dice& dice, Scope& scope, const std::string& key = "u");
// The declaration of Crm, and what it answers (table_provider.h).
inline constexpr const char* kCrm = "connector Crm = http(url: \"http://h/\")\n";
inline constexpr const char* kCrmAnswers =
    "Crm \"ana\" -> {\"w\": \"gold, and some text\", \"i\": 5}\n"
    "Crm \"bo\" -> {\"w\": null}\n"
    "Crm \"7\" -> timeout\n"
    "Crm 1 -> {\"i\": 9007199254740993, \"w\": \"one\"}\n"
    "Crm 2 -> {\"i\": 2.5, \"w\": [1, {\"a\": null}]}\n"
    "Crm 3 -> error down\n"
    "Crm true -> {\"w\": \"t\"}\n";

}  // namespace varpulis::testing
