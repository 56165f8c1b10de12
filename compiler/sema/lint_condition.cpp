#include "compiler/sema/lint_condition.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include <fmt/format.h>

#include "compiler/sema/lint_facts.h"

namespace varpulis::sema {
namespace {

using diagnostics::DiagnosticKind;
using source::SourceSpan;

enum class Outcome { Unknown, Never, Always };

bool IsText(const TypedExpr& e) { return e.op == TypedOp::Str; }

Outcome Opposite(Outcome outcome) {
  if (outcome == Outcome::Never) return Outcome::Always;
  return outcome == Outcome::Always ? Outcome::Never : Outcome::Unknown;
}

// Operands of nested nodes of one kind, left to right.
void Flatten(const TypedExpr& expr, TypedOp op, std::vector<const TypedExpr*>& parts) {
  if (expr.op != op) {
    parts.push_back(&expr);
    return;
  }
  for (const TypedExprPtr& arg : expr.args) Flatten(*arg, op, parts);
}

class Linter {
 public:
  Linter(const TypedStream& stream, diagnostics::DiagnosticEmitter& diagnostics)
      : diagnostics_(diagnostics) {
    if (!stream.pattern) return;
    for (const TypedStep& step : stream.pattern->steps) step_names_.push_back(step.alias);
  }

  // Conditions that must hold together.
  void Conditions(const std::vector<const TypedExpr*>& conditions) {
    std::vector<const TypedExpr*> parts;
    for (const TypedExpr* condition : conditions) Flatten(*condition, TypedOp::And, parts);
    All(parts);
  }

 private:
  Outcome Judge(const TypedExpr& expr) {
    std::vector<const TypedExpr*> parts;
    switch (expr.op) {  // NOLINT: others are not looked into
      case TypedOp::And:
        Flatten(expr, TypedOp::And, parts);
        return All(parts);
      case TypedOp::Or:
        Flatten(expr, TypedOp::Or, parts);
        return Any(parts);
      case TypedOp::Not:
        return Opposite(Judge(*expr.args[0]));
      case TypedOp::Eq:
      case TypedOp::Ne:
      case TypedOp::Lt:
      case TypedOp::Le:
        return JudgeComparison(expr);
      case TypedOp::In:
        return JudgeList(expr);
      case TypedOp::Call:
        return JudgeCall(expr);
      default:
        return Outcome::Unknown;
    }
  }

  Outcome All(const std::vector<const TypedExpr*>& parts) {
    bool all_hold = true, one_fails = false;
    for (const TypedExpr* part : parts) {
      const Outcome outcome = Judge(*part);
      all_hold = all_hold && outcome == Outcome::Always;
      one_fails = one_fails || outcome == Outcome::Never;
    }
    if (one_fails) return Outcome::Never;
    if (all_hold) return Outcome::Always;
    return Contradicts(parts) ? Outcome::Never : Outcome::Unknown;
  }

  Outcome Any(const std::vector<const TypedExpr*>& parts) {
    bool all_fail = true, one_holds = false;
    for (const TypedExpr* part : parts) {
      const Outcome outcome = Judge(*part);
      all_fail = all_fail && outcome == Outcome::Never;
      one_holds = one_holds || outcome == Outcome::Always;
    }
    if (one_holds) return Outcome::Always;
    if (all_fail) return Outcome::Never;
    return Covers(parts) ? Outcome::Always : Outcome::Unknown;
  }

  // --- parts that cannot hold together -----------------------------------------------------------

  using Facts = std::vector<Fact>;

  // Facts of the parts by their subject, in order of first mention.
  static std::vector<Facts> BySubject(const std::vector<const TypedExpr*>& parts) {
    std::vector<Facts> groups;
    std::unordered_multimap<size_t, size_t> places;
    for (const TypedExpr* part : parts) {
      auto fact = FactOf(*part);
      if (!fact) continue;
      const size_t hash = HashOf(*fact->subject);
      auto [at, end] = places.equal_range(hash);
      while (at != end && !SameExpr(*groups[at->second].front().subject, *fact->subject)) ++at;
      if (at == end) {
        places.emplace(hash, groups.size());
        groups.push_back({});
        groups.back().push_back(std::move(*fact));
      } else {
        groups[at->second].push_back(std::move(*fact));
      }
    }
    return groups;
  }

  bool Contradicts(const std::vector<const TypedExpr*>& parts) {
    if (parts.size() < 2) return false;
    if (const auto opposites = FindOpposites(parts)) {
      Report(DiagnosticKind::NeverTrue, opposites->second->span, "these two never hold together",
             {}, "and this", {{opposites->first->span, "this"}});
      return true;
    }
    for (const Facts& facts : BySubject(parts)) {
      if (facts.size() < 2) continue;
      if (NoCandidateLeft(facts) || EmptyRange(facts) || OtherEnds(facts) || NullWithValue(facts))
        return true;
    }
    return false;
  }

  void ReportConflict(const Fact& later, const Fact& earlier) {
    const Fact& first = later.atom->span.begin < earlier.atom->span.begin ? later : earlier;
    const Fact& second = &first == &later ? earlier : later;
    Report(DiagnosticKind::NeverTrue, second.atom->span,
           fmt::format("`{}` cannot be both: together this is never true", Text(*first.subject)),
           first.kind == Fact::Kind::IsNull || second.kind == Fact::Kind::IsNull
               ? ""
               : "join alternatives by `or`",
           "and this", {{first.atom->span, "this"}});
  }

  // Values that one fact allows, and that the others all refuse.
  bool NoCandidateLeft(const Facts& facts) {
    const auto is_list = [](const Fact& fact) {
      return !fact.negated && (fact.kind == Fact::Kind::Equal || fact.kind == Fact::Kind::OneOf);
    };
    constexpr size_t kMostComparisons = 10'000;  // keeps long lists with long conditions quick
    const auto list = std::find_if(facts.begin(), facts.end(), is_list);
    if (list == facts.end() || list->values.size() * facts.size() > kMostComparisons) return false;
    const Fact* refusing = nullptr;
    for (const TypedExpr* value : list->values) {
      const auto refuses = [&](const Fact& fact) {
        return &fact != &*list && HoldsFor(fact, *value) == false;
      };
      const auto found = std::find_if(facts.begin(), facts.end(), refuses);
      if (found == facts.end()) return false;
      refusing = &*found;
    }
    if (refusing != nullptr) ReportConflict(*refusing, *list);
    return refusing != nullptr;
  }

  // Above one bound and below a smaller one, of numbers or texts or times.
  bool EmptyRange(const Facts& facts) {
    std::map<TypedOp, const Fact*> lows, highs;  // the strictest by kind of literal
    for (const Fact& fact : facts) {
      if (fact.negated) continue;
      const bool is_low = fact.kind == Fact::Kind::Above || fact.kind == Fact::Kind::AtLeast;
      const bool is_high = fact.kind == Fact::Kind::Below || fact.kind == Fact::Kind::AtMost;
      if (!is_low && !is_high) continue;
      const TypedExpr& bound = *fact.values.front();
      const TypedOp kind = bound.op == TypedOp::Int ? TypedOp::Float : bound.op;
      const Fact*& strictest = (is_low ? lows : highs)[kind];
      const auto below = strictest ? IsBelow(bound, *strictest->values.front()) : is_high;
      const auto same = strictest ? SameValue(bound, *strictest->values.front()) : false;
      const bool open = fact.kind == Fact::Kind::Above || fact.kind == Fact::Kind::Below;
      if ((below == is_high && same == false) || (open && same == true)) strictest = &fact;
    }
    for (const auto& [kind, low] : lows) {
      const Fact* high = highs[kind];
      if (low == nullptr || high == nullptr) continue;
      const bool open = low->kind == Fact::Kind::Above || high->kind == Fact::Kind::Below;
      const auto above = IsBelow(*high->values.front(), *low->values.front());
      const auto meets = SameValue(*high->values.front(), *low->values.front());
      if (above != true && !(open && meets == true)) continue;
      ReportConflict(*high, *low);
      return true;
    }
    return false;
  }

  bool OtherEnds(const Facts& facts) {
    for (const Fact::Kind kind : {Fact::Kind::StartsWith, Fact::Kind::EndsWith}) {
      // The longest must begin (end) with all others.
      const Fact* longest = nullptr;
      for (const Fact& fact : facts) {
        if (fact.kind != kind || fact.negated) continue;
        const std::string& text = fact.values.front()->text;
        if (longest == nullptr || text.size() > longest->values.front()->text.size())
          longest = &fact;
      }
      for (const Fact& fact : facts) {
        if (longest == nullptr || fact.kind != kind || fact.negated) continue;
        if (HoldsFor(fact, *longest->values.front()) != false) continue;
        ReportConflict(fact, *longest);
        return true;
      }
    }
    return false;
  }

  bool NullWithValue(const Facts& facts) {
    const auto is_null = [](const Fact& fact) {
      return fact.kind == Fact::Kind::IsNull && !fact.negated;
    };
    const auto needs_value = [](const Fact& fact) {
      return fact.negated == (fact.kind == Fact::Kind::IsNull);
    };
    const auto null = std::find_if(facts.begin(), facts.end(), is_null);
    const auto value = std::find_if(facts.begin(), facts.end(), needs_value);
    if (null == facts.end() || value == facts.end()) return false;
    ReportConflict(*value, *null);
    return true;
  }

  // --- alternatives of which one always holds ----------------------------------------------------

  bool Covers(const std::vector<const TypedExpr*>& parts) {
    if (const auto opposites = FindOpposites(parts)) {
      Report(DiagnosticKind::AlwaysTrue, opposites->second->span, "one of these two always holds",
             {}, "this is the opposite", {{opposites->first->span, "of this"}});
      return true;
    }
    // True for every value, but not for a missing one.
    const auto differs = [](const TypedExpr* part) { return part->op == TypedOp::Ne; };
    if (std::count_if(parts.begin(), parts.end(), differs) > 1) DiffersFromOne(parts);
    return false;
  }

  using Pair = std::pair<const TypedExpr*, const TypedExpr*>;

  // `p` and `not p`.
  static std::optional<Pair> FindOpposites(const std::vector<const TypedExpr*>& parts) {
    std::unordered_multimap<size_t, const TypedExpr*> negated;
    for (const TypedExpr* part : parts) {
      if (part->op == TypedOp::Not && part->args[0]->type == ir::Type::Bool)
        negated.emplace(HashOf(*part->args[0]), part);
    }
    if (negated.empty()) return std::nullopt;
    for (const TypedExpr* part : parts) {
      auto [at, end] = negated.equal_range(HashOf(*part));
      for (; at != end; ++at) {
        if (SameExpr(*part, *at->second->args[0]) && IsPure(*part)) return Pair{part, at->second};
      }
    }
    return std::nullopt;
  }

  // `x != a or x != b`.
  void DiffersFromOne(const std::vector<const TypedExpr*>& parts) {
    for (const Facts& facts : BySubject(parts)) {
      const Fact* first = nullptr;
      for (const Fact& fact : facts) {
        if (fact.kind != Fact::Kind::NotEqual || fact.negated) continue;
        if (first == nullptr) first = &fact;
        if (SameValue(*fact.values.front(), *first->values.front()) != false) continue;
        const std::string subject = Text(*fact.subject);
        Report(DiagnosticKind::AlwaysTrue, fact.atom->span,
               fmt::format("`{}` always differs from one of the two", subject),
               "join them by `and`", "whatever the value is", {{first->atom->span, "or this"}});
        return;
      }
    }
  }

  // --- single parts ------------------------------------------------------------------------------

  Outcome JudgeComparison(const TypedExpr& expr) {
    const bool flipped = IsLiteral(expr.args[0]->op);
    const TypedExpr& subject = *expr.args[flipped ? 1 : 0];
    const TypedExpr& value = *expr.args[flipped ? 0 : 1];
    if (IsLiteral(subject.op) || !IsLiteral(value.op) || value.op == TypedOp::Null)
      return Outcome::Unknown;
    if (expr.op == TypedOp::Eq || expr.op == TypedOp::Ne) {
      if (const auto outcome = OtherKind(expr, subject, value)) return *outcome;
      if (const auto outcome = OtherCase(expr, subject, value)) return *outcome;
    }
    return flipped ? Outcome::Unknown : Negative(expr, subject, value);
  }

  static bool IsNumeric(ir::Type type) { return type == ir::Type::Int || type == ir::Type::Float; }

  static bool IsOtherKind(const TypedExpr& subject, const TypedExpr& value) {
    if (subject.type == ir::Type::Any || value.type == ir::Type::Any) return false;
    return subject.type != value.type && !(IsNumeric(subject.type) && IsNumeric(value.type));
  }

  std::string KindHelp(const TypedExpr& subject, const TypedExpr& value) const {
    if (subject.type == ir::Type::Timestamp) return "times are written @2024-01-31T12:00:00Z";
    if (subject.type == ir::Type::Duration) return "durations are written 90s, 5m, 2h";
    if (subject.type == ir::Type::Str) return fmt::format("write '{}'", Text(value));
    if (IsText(value) && !value.text.empty() && IsPlain(value.text))
      return fmt::format("write {}", value.text);
    return {};
  }

  // A number or a boolean in quotes.
  static bool IsPlain(const std::string& text) {
    if (text == "true" || text == "false") return true;
    return text.find_first_not_of("0123456789.-") == std::string::npos;
  }

  std::optional<Outcome> OtherKind(const TypedExpr& expr, const TypedExpr& subject,
                                   const TypedExpr& value) {
    if (!IsOtherKind(subject, value)) return std::nullopt;
    const std::string what = fmt::format("`{}` is {}, which never equals {}", Text(subject),
                                         VplTypeName(subject.type), VplTypeName(value.type));
    if (expr.op == TypedOp::Eq) {
      Report(DiagnosticKind::NeverTrue, expr.span, what, KindHelp(subject, value),
             "this is never true");
      return Outcome::Never;
    }
    Report(DiagnosticKind::AlwaysTrue, expr.span, what, KindHelp(subject, value),
           "this is true for every value");
    return Outcome::Unknown;  // a value that is missing differs from nothing
  }

  std::string CaseHelp(const std::string& proper) const {
    return fmt::format("write '{}'", proper);
  }

  std::optional<Outcome> OtherCase(const TypedExpr& expr, const TypedExpr& subject,
                                   const TypedExpr& value) {
    const auto proper = InCase(value, CaseOf(subject));
    if (!proper) return std::nullopt;
    const bool equal = expr.op == TypedOp::Eq;
    Report(equal ? DiagnosticKind::NeverTrue : DiagnosticKind::AlwaysTrue, value.span,
           fmt::format("`{}` is never '{}'", Text(subject), value.text), CaseHelp(*proper),
           equal ? "this is never found" : "everything differs from this");
    return equal ? Outcome::Never : Outcome::Unknown;
  }

  // `len(x) < 0`.
  Outcome Negative(const TypedExpr& expr, const TypedExpr& subject, const TypedExpr& value) {
    const std::string_view name = BuiltinName(subject);
    if ((name != "len" && name != "abs") || value.op != TypedOp::Int) return Outcome::Unknown;
    const bool never = expr.op == TypedOp::Lt   ? value.integer <= 0
                       : expr.op == TypedOp::Ne ? false
                                                : value.integer < 0;
    if (!never) return Outcome::Unknown;
    Report(DiagnosticKind::NeverTrue, expr.span,
           fmt::format("`{}` is never negative", Text(subject)), {}, "this is never true");
    return Outcome::Never;
  }

  Outcome JudgeList(const TypedExpr& expr) {
    const TypedExpr& subject = *expr.args[0];
    const TypedExpr& list = *expr.args[1];
    if (list.op != TypedOp::Array || IsLiteral(subject.op)) return Outcome::Unknown;
    size_t impossible = 0;
    for (const TypedExprPtr& value : list.args) {
      if (!IsLiteral(value->op) || value->op == TypedOp::Null) continue;
      const auto proper = InCase(*value, CaseOf(subject));
      if (!proper && !IsOtherKind(subject, *value)) continue;
      ++impossible;
      const std::string what =
          proper ? fmt::format("`{}` is never '{}'", Text(subject), value->text)
                 : fmt::format("`{}` is {}, which never equals {}", Text(subject),
                               VplTypeName(subject.type), VplTypeName(value->type));
      Report(DiagnosticKind::NeverTrue, value->span, what,
             proper ? CaseHelp(*proper) : KindHelp(subject, *value), "this is never found");
    }
    if (list.args.empty()) {
      Report(DiagnosticKind::NeverTrue, expr.span, "nothing is in an empty list", {},
             "this is never true");
    }
    return impossible == list.args.size() ? Outcome::Never : Outcome::Unknown;
  }

  Outcome JudgeCall(const TypedExpr& expr) {
    const std::string_view name = BuiltinName(expr);
    const bool is_regex = name == "regex_match";
    if (!is_regex && name != "contains" && name != "starts_with" && name != "ends_with")
      return Outcome::Unknown;
    const TypedExpr& subject = *expr.args[0];
    const TypedExpr& part = *expr.args[1];
    if (!IsText(part) || IsLiteral(subject.op)) return Outcome::Unknown;
    // An array may well contain an empty text.
    const bool may_be_array = name == "contains" && subject.type != ir::Type::Str;
    if (is_regex ? MatchesEveryText(part.text) : part.text.empty() && !may_be_array) {
      Report(DiagnosticKind::MatchesEveryText, part.span,
             is_regex ? "this regular expression finds something in every text"
                      : "every text has the empty text in it",
             fmt::format("to ask whether there is a value, write: not is_null({})", Text(subject)));
      return Outcome::Unknown;
    }
    const auto proper = is_regex ? std::nullopt : InCase(part, CaseOf(subject));
    if (!proper) return Outcome::Unknown;
    Report(DiagnosticKind::NeverTrue, part.span,
           fmt::format("`{}` never has '{}' in it", Text(subject), part.text), CaseHelp(*proper),
           "this is never found");
    return Outcome::Never;
  }

  // --- reporting ---------------------------------------------------------------------------------

  std::string Text(const TypedExpr& expr) const { return ToText(expr, step_names_); }

  void Report(DiagnosticKind kind, SourceSpan span, std::string message, std::string help,
              std::string label = {}, std::vector<diagnostics::Label> related = {}) {
    diagnostics_.Emit(
        {kind, span, std::move(message), std::move(label), std::move(related), std::move(help)});
  }

  diagnostics::DiagnosticEmitter& diagnostics_;
  std::vector<std::string> step_names_;
};

}  // namespace

namespace {

// The operator lets rows pass as they are, or drops them.
bool KeepsRows(const TypedOperator& op) {
  return std::holds_alternative<PrintOp>(op) || std::holds_alternative<LogOp>(op) ||
         std::holds_alternative<TapOp>(op) || std::holds_alternative<ToOp>(op) ||
         std::holds_alternative<AlertOp>(op) || std::holds_alternative<LimitOp>(op) ||
         std::holds_alternative<DistinctOp>(op) || std::holds_alternative<ConcurrentOp>(op) ||
         std::holds_alternative<OnErrorOp>(op);
}

// Conditions in a row ask the same row; other operators make new ones.
void LintOperators(const std::vector<TypedOperator>& operators, Linter& linter) {
  std::vector<const TypedExpr*> conditions;
  for (const TypedOperator& op : operators) {
    if (const auto* where = std::get_if<WhereOp>(&op)) {
      conditions.push_back(where->condition.get());
    } else if (!KeepsRows(op)) {
      linter.Conditions(conditions);
      conditions.clear();
    }
    const auto* fork = std::get_if<ForkOp>(&op);
    if (fork == nullptr) continue;
    for (const ForkPath& path : fork->paths) LintOperators(path.operators, linter);
  }
  linter.Conditions(conditions);
}

}  // namespace

void LintStream(const TypedStream& stream, diagnostics::DiagnosticEmitter& diagnostics) {
  Linter linter(stream, diagnostics);
  if (stream.pattern) {
    for (const TypedStep& step : stream.pattern->steps) {
      std::vector<const TypedExpr*> conditions;
      for (const TypedExprPtr& conjunct : step.conjuncts) conditions.push_back(conjunct.get());
      linter.Conditions(conditions);
    }
  }
  LintOperators(stream.operators, linter);
}

}  // namespace varpulis::sema
