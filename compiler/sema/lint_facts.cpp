#include "compiler/sema/lint_facts.h"

#include <algorithm>
#include <array>
#include <functional>

#include "compiler/ir/kernel.h"

namespace varpulis::sema {
namespace {

bool IsNumber(const TypedExpr& e) { return e.op == TypedOp::Int || e.op == TypedOp::Float; }

// Exact for what programs write; a double holds no int beyond 2^53, which compares as it does at run
// time only up to there.
std::optional<double> NumberOf(const TypedExpr& e) {
  constexpr int64_t kExact = int64_t{1} << 53;
  if (e.op == TypedOp::Float) return e.number;
  if (e.integer > kExact || e.integer < -kExact) return std::nullopt;
  return static_cast<double>(e.integer);
}

std::optional<Fact::Kind> ComparisonOf(TypedOp op, bool flipped) {
  switch (op) {  // NOLINT: only comparisons are facts
    case TypedOp::Eq:
      return Fact::Kind::Equal;
    case TypedOp::Ne:
      return Fact::Kind::NotEqual;
    case TypedOp::Lt:
      return flipped ? Fact::Kind::Above : Fact::Kind::Below;
    case TypedOp::Le:
      return flipped ? Fact::Kind::AtLeast : Fact::Kind::AtMost;
    case TypedOp::Gt:
      return flipped ? Fact::Kind::Below : Fact::Kind::Above;
    case TypedOp::Ge:
      return flipped ? Fact::Kind::AtMost : Fact::Kind::AtLeast;
    default:
      return std::nullopt;
  }
}

bool IsPlainLiteral(const TypedExpr& e) { return IsLiteral(e.op) && e.op != TypedOp::Null; }

std::optional<Fact> ComparisonFact(const TypedExpr& part) {
  const TypedExpr& a = *part.args[0];
  const TypedExpr& b = *part.args[1];
  const bool flipped = IsPlainLiteral(a);
  if (flipped == IsPlainLiteral(b)) return std::nullopt;
  const auto kind = ComparisonOf(part.op, flipped);
  if (!kind) return std::nullopt;
  return Fact{*kind, false, &part, flipped ? &b : &a, {flipped ? &a : &b}};
}

std::optional<Fact> CallFact(const TypedExpr& part) {
  const std::string_view name = BuiltinName(part);
  const auto kind = name == "starts_with" ? Fact::Kind::StartsWith
                    : name == "ends_with" ? Fact::Kind::EndsWith
                                          : Fact::Kind::Contains;
  const bool is_test = name == "starts_with" || name == "ends_with" || name == "contains";
  if (!is_test || part.args.size() != 2 || part.args[1]->op != TypedOp::Str) return std::nullopt;
  return Fact{kind, false, &part, part.args[0].get(), {part.args[1].get()}};
}

std::optional<Fact> ListFact(const TypedExpr& part) {
  const TypedExpr& list = *part.args[1];
  if (list.op != TypedOp::Array) return std::nullopt;
  Fact fact{Fact::Kind::OneOf, false, &part, part.args[0].get(), {}};
  for (const TypedExprPtr& value : list.args) {
    if (!IsPlainLiteral(*value)) return std::nullopt;
    fact.values.push_back(value.get());
  }
  return fact;
}

std::optional<Fact> UncheckedFact(const TypedExpr& part) {
  if (part.op == TypedOp::IsNull) {
    return Fact{Fact::Kind::IsNull, false, &part, part.args[0].get(), {}};
  }
  if (part.op == TypedOp::In) return ListFact(part);
  if (part.op == TypedOp::Call) return CallFact(part);
  if (part.args.size() == 2) return ComparisonFact(part);
  return std::nullopt;
}

std::optional<bool> TextHolds(const Fact& fact, const TypedExpr& value) {
  if (value.op != TypedOp::Str) return std::nullopt;
  const std::string& text = value.text;
  const std::string& part = fact.values.front()->text;
  if (fact.kind == Fact::Kind::StartsWith) return text.starts_with(part);
  if (fact.kind == Fact::Kind::EndsWith) return text.ends_with(part);
  return text.find(part) != std::string::npos;
}

std::optional<bool> Negated(std::optional<bool> value) {
  if (value) return !*value;
  return std::nullopt;
}

std::optional<bool> IsOneOf(const std::vector<const TypedExpr*>& values, const TypedExpr& value) {
  bool known = true;
  for (const TypedExpr* candidate : values) {
    const auto same = SameValue(*candidate, value);
    if (same == true) return true;
    known = known && same.has_value();
  }
  if (known) return false;
  return std::nullopt;
}

std::optional<bool> PositiveHolds(const Fact& fact, const TypedExpr& value) {
  switch (fact.kind) {
    case Fact::Kind::Equal:
      return SameValue(*fact.values.front(), value);
    case Fact::Kind::NotEqual:
      return Negated(SameValue(*fact.values.front(), value));
    case Fact::Kind::Below:
      return IsBelow(value, *fact.values.front());
    case Fact::Kind::AtMost:
      return Negated(IsBelow(*fact.values.front(), value));
    case Fact::Kind::Above:
      return IsBelow(*fact.values.front(), value);
    case Fact::Kind::AtLeast:
      return Negated(IsBelow(value, *fact.values.front()));
    case Fact::Kind::OneOf:
      return IsOneOf(fact.values, value);
    case Fact::Kind::StartsWith:
    case Fact::Kind::EndsWith:
    case Fact::Kind::Contains:
      return TextHolds(fact, value);
    case Fact::Kind::IsNull:
      return false;
  }
  return std::nullopt;
}

}  // namespace

std::string_view BuiltinName(const TypedExpr& expr) {
  if (expr.op != TypedOp::Call || expr.index >= ir::Builtins().size()) return {};
  return ir::Builtins()[expr.index].name;
}

bool IsPure(const TypedExpr& expr) {
  static constexpr std::array<std::string_view, 12> kPure = {
      "lower",       "upper",     "trim",        "len",       "abs",       "contains",
      "starts_with", "ends_with", "regex_match", "to_string", "substring", "reverse"};
  switch (expr.op) {  // NOLINT: everything else may change, or is not worth following
    case TypedOp::Field:
    case TypedOp::Member:
    case TypedOp::Null:
    case TypedOp::Bool:
    case TypedOp::Int:
    case TypedOp::Float:
    case TypedOp::Str:
    case TypedOp::Duration:
    case TypedOp::Timestamp:
    case TypedOp::EventTime:
    case TypedOp::Eq:
    case TypedOp::Ne:
    case TypedOp::Lt:
    case TypedOp::Le:
    case TypedOp::Gt:
    case TypedOp::Ge:
    case TypedOp::In:
    case TypedOp::IsNull:
    case TypedOp::Array:
    case TypedOp::And:
    case TypedOp::Or:
    case TypedOp::Not:
      break;
    case TypedOp::Call:
      if (std::find(kPure.begin(), kPure.end(), BuiltinName(expr)) == kPure.end()) return false;
      break;
    default:
      return false;
  }
  return std::all_of(expr.args.begin(), expr.args.end(),
                     [](const TypedExprPtr& arg) { return IsPure(*arg); });
}

std::optional<Fact> FactOf(const TypedExpr& part) {
  if (part.op == TypedOp::Not) {
    auto fact = FactOf(*part.args[0]);
    if (!fact || fact->negated) return std::nullopt;
    fact->negated = true;
    fact->atom = &part;
    return fact;
  }
  auto fact = UncheckedFact(part);
  if (fact && !IsPure(*fact->subject)) return std::nullopt;
  return fact;
}

std::optional<bool> SameValue(const TypedExpr& a, const TypedExpr& b) {
  if (IsNumber(a) && IsNumber(b)) {
    if (a.op == TypedOp::Int && b.op == TypedOp::Int) return a.integer == b.integer;
    const auto left = NumberOf(a), right = NumberOf(b);
    if (!left || !right) return std::nullopt;
    return *left == *right;
  }
  if (a.op != b.op) return std::nullopt;
  if (a.op == TypedOp::Str) return a.text == b.text;
  return a.integer == b.integer;
}

std::optional<bool> IsBelow(const TypedExpr& a, const TypedExpr& b) {
  if (IsNumber(a) && IsNumber(b)) {
    if (a.op == TypedOp::Int && b.op == TypedOp::Int) return a.integer < b.integer;
    const auto left = NumberOf(a), right = NumberOf(b);
    if (!left || !right) return std::nullopt;
    return *left < *right;
  }
  if (a.op != b.op || a.op == TypedOp::Bool) return std::nullopt;
  if (a.op == TypedOp::Str) return a.text < b.text;
  return a.integer < b.integer;
}

std::optional<bool> HoldsFor(const Fact& fact, const TypedExpr& value) {
  const auto holds = PositiveHolds(fact, value);
  return fact.negated ? Negated(holds) : holds;
}

bool SameExpr(const TypedExpr& a, const TypedExpr& b) {
  if (&a == &b) return true;
  const bool same_node = a.op == b.op && a.type == b.type && a.text == b.text && a.keys == b.keys &&
                         a.integer == b.integer && a.number == b.number && a.index == b.index &&
                         a.args.size() == b.args.size();
  return same_node && std::equal(a.args.begin(), a.args.end(), b.args.begin(),
                                 [](const auto& x, const auto& y) { return SameExpr(*x, *y); });
}

size_t HashOf(const TypedExpr& expr) {
  size_t hash = std::hash<std::string>()(expr.text);
  const auto mix = [&](size_t value) { hash = (hash ^ value) * 0x9e3779b97f4a7c15; };
  mix(static_cast<size_t>(expr.op));
  mix(static_cast<size_t>(expr.integer));
  mix(expr.index);
  for (const TypedExprPtr& arg : expr.args) mix(HashOf(*arg));
  return hash;
}

LetterCase CaseOf(const TypedExpr& text) {
  const std::string_view name = BuiltinName(text);
  if (name == "lower") return LetterCase::Lower;
  if (name == "upper") return LetterCase::Upper;
  if (name == "trim" || name == "substring" || name == "reverse") return CaseOf(*text.args[0]);
  return LetterCase::Any;
}

// Only ASCII is looked at: there the mappings of Unicode leave no letter of the other case.
std::optional<std::string> InCase(const TypedExpr& literal, LetterCase letter_case) {
  if (literal.op != TypedOp::Str || letter_case == LetterCase::Any) return std::nullopt;
  const auto is_wrong = [&](char c) {
    return letter_case == LetterCase::Lower ? c >= 'A' && c <= 'Z' : c >= 'a' && c <= 'z';
  };
  if (std::none_of(literal.text.begin(), literal.text.end(), is_wrong)) return std::nullopt;
  std::string text = literal.text;
  for (char& c : text) {
    if (is_wrong(c)) c ^= 'a' ^ 'A';
  }
  return text;
}

namespace {

// Reads items of a pattern that may be left out: `.*`, `\s?`, `[a-z]{0,3}`, lazy ones too.
class OptionalItems {
 public:
  explicit OptionalItems(std::string_view pattern) : rest_(pattern) {}

  // True if there is nothing else up to the end.
  bool All() {
    while (!rest_.empty()) {
      if (!SkipItem() || !SkipOptionalQuantifier()) return false;
    }
    return true;
  }

 private:
  bool SkipItem() {
    const char c = rest_.front();
    if (c == '[') return SkipClass();
    if (c == '\\') {
      // Classes and escaped punctuation; `\b`, `\z` and so on are no items.
      if (rest_.size() < 2) return false;
      const bool is_class = std::string_view("dDsSwW").find(rest_[1]) != std::string_view::npos;
      const bool is_sign =
          std::string_view("\\.+*?()|[]{}^$/-_#&~ ").find(rest_[1]) != std::string_view::npos;
      rest_.remove_prefix(2);
      return is_class || is_sign;
    }
    if (std::string_view("()|*+?{}^$]").find(c) != std::string_view::npos) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool SkipClass() {
    size_t end = rest_.find(']', rest_.starts_with("[^") ? 3 : 2);
    const bool plain = end != std::string_view::npos &&
                       rest_.substr(1, end - 1).find_first_of("[\\") == std::string_view::npos;
    if (plain) rest_.remove_prefix(end + 1);
    return plain;
  }

  bool SkipOptionalQuantifier() {
    if (rest_.empty() || (rest_.front() != '*' && rest_.front() != '?')) return false;
    rest_.remove_prefix(1);
    if (rest_.starts_with('?')) rest_.remove_prefix(1);
    return true;
  }

  std::string_view rest_;
};

}  // namespace

bool MatchesEveryText(std::string_view pattern) {
  bool dot_is_all = false;
  if (pattern.starts_with("(?")) {
    const size_t end = pattern.find(')');
    if (end == std::string_view::npos) return false;
    const std::string_view flags = pattern.substr(2, end - 2);
    if (flags.find_first_not_of("ims") != std::string_view::npos) return false;
    dot_is_all = flags.find('s') != std::string_view::npos;
    pattern.remove_prefix(end + 1);
  }
  const bool at_start = pattern.starts_with('^');
  if (at_start) pattern.remove_prefix(1);
  const bool at_end = pattern.ends_with('$') && !pattern.ends_with("\\$");
  if (at_end) pattern.remove_suffix(1);
  // Between both anchors the items must span the whole text.
  if (at_start && at_end) return dot_is_all && (pattern == ".*" || pattern == ".*?");
  return OptionalItems(pattern).All();
}

}  // namespace varpulis::sema
