#pragma once

// What a part of a condition demands of one value, as far as that can be told from the text: facts
// that follow from two-valued logic (language-later.md 3), never guesses.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "compiler/sema/typed_expr.h"

namespace varpulis::sema {

// `subject` is tested against literals. True facts imply that the subject has a value, except IsNull
// and negated ones.
struct Fact {
  enum class Kind {
    Equal,
    NotEqual,
    Below,
    AtMost,
    Above,
    AtLeast,
    OneOf,
    StartsWith,
    EndsWith,
    Contains,
    IsNull
  };
  Kind kind;
  bool negated = false;             // `not (...)`: also true where the subject has no value
  const TypedExpr* atom = nullptr;  // the whole part
  const TypedExpr* subject = nullptr;
  std::vector<const TypedExpr*> values;  // literals; empty for IsNull
};

// Nothing if the part is of another form, or its subject may change between two evaluations.
std::optional<Fact> FactOf(const TypedExpr& part);

// Whether the fact holds for a subject that is `value`, a literal; nothing if that depends on more.
std::optional<bool> HoldsFor(const Fact& fact, const TypedExpr& value);
// Whether two literals are the same value; nothing if they may be (integer text, decision D23).
std::optional<bool> SameValue(const TypedExpr& a, const TypedExpr& b);
// a < b, of two numbers or two texts.
std::optional<bool> IsBelow(const TypedExpr& a, const TypedExpr& b);

// The same expression, which gives the same value for the same event.
bool SameExpr(const TypedExpr& a, const TypedExpr& b);
size_t HashOf(const TypedExpr& expr);
// Only fields and builtins that always give the same result.
bool IsPure(const TypedExpr& expr);

// The name of the builtin that a call calls, empty for other expressions.
std::string_view BuiltinName(const TypedExpr& expr);

// What `lower` and `upper` rule out.
enum class LetterCase { Any, Lower, Upper };
LetterCase CaseOf(const TypedExpr& text);
// A letter of the literal that no text in that case has; the text it should be then.
std::optional<std::string> InCase(const TypedExpr& literal, LetterCase letter_case);

// True only if the regular expression (RE2 syntax) finds something in every text.
bool MatchesEveryText(std::string_view pattern);

}  // namespace varpulis::sema
