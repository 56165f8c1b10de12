#pragma once

// The attacks that are hidden among ordinary visits, for examples/fraud/fraud.vpl to find.

#include "base/time.h"
#include "examples/generate/shop.h"

namespace varpulis::generate {

// A stranger logs in from abroad, changes the password and buys something expensive.
void TakeOver(Shop& shop, TimestampNs time, const Customer& victim);
// Somebody tries a stolen card with many small purchases, then with a large one.
void TestCard(Shop& shop, TimestampNs time, const Customer& victim);
// Somebody guesses a password; half of them get in.
void GuessPassword(Shop& shop, TimestampNs time, const Customer& victim);
// The customer and a stranger far away are logged in within minutes of each other.
void BeInTwoPlaces(Shop& shop, TimestampNs time, const Customer& victim);

}  // namespace varpulis::generate
