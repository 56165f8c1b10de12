#include "tests/oracle/pattern_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/time.h"

namespace varpulis::oracle {

namespace {

std::string Text(const Term& term, const Pattern& pattern) {
  const char* field = kFieldNames[term.field];
  const std::string alias = term.reads_step() ? pattern.steps[term.step].alias : "";
  switch (term.kind) {
    case Term::Kind::Constant:
      return fmt::format("{}", term.number);
    case Term::Kind::Own:
      return field;
    case Term::Kind::Last:
      return fmt::format("{}.{}", alias, field);
    case Term::Kind::First:
      return fmt::format("first({}).{}", alias, field);
    case Term::Kind::Len:
      return fmt::format("len({})", alias);
    case Term::Kind::Count:
      return fmt::format("count({})", alias);
    case Term::Kind::Sum:
      return fmt::format("sum({}.{})", alias, field);
    case Term::Kind::Collect:
      return fmt::format("collect({}.{})", alias, field);
    case Term::Kind::MatchCount:
      return "match_count";
    case Term::Kind::MatchDuration:
      return "match_duration_ms";
  }
  return {};
}

std::string Text(const Condition& condition, const Pattern& pattern) {
  static constexpr std::array kOps = {"==", "!=", "<", "<=", ">", ">="};
  if (condition.kind == Condition::Kind::Compare) {
    return fmt::format("{} {} {}", Text(condition.left, pattern),
                       kOps[static_cast<size_t>(condition.op)], Text(condition.right, pattern));
  }
  std::vector<std::string> parts;
  for (const Condition& part : condition.parts) parts.push_back(Text(part, pattern));
  const bool negates = condition.kind == Condition::Kind::Not;
  return fmt::format("{}({})", negates ? "not " : "", fmt::join(parts, " or "));
}

std::string Text(const std::vector<Condition>& conditions, const Pattern& pattern) {
  std::vector<std::string> texts;
  for (const Condition& condition : conditions) texts.push_back(Text(condition, pattern));
  return fmt::format("{}", fmt::join(texts, " and "));
}

std::string Where(const Step& step, const Pattern& pattern) {
  return step.conditions.empty() ? "" : " where " + Text(step.conditions, pattern);
}

// `all B.increasing(x) where c as b`; the signs of declared patterns behind the type.
std::string Text(const Step& step, const Pattern& pattern) {
  static constexpr std::array kSigns = {"", "", "+", "*", "?"};
  std::string text = step.negated ? "NOT " : step.repeat == Repeat::All ? "all " : "";
  text += kTypeNames[step.type];
  text += kSigns[static_cast<size_t>(step.repeat)];
  if (step.monotonic != 0) text += step.monotonic > 0 ? ".increasing(x)" : ".decreasing(x)";
  const std::string alias = step.alias.empty() ? "" : " as " + step.alias;
  // Both orders mean the same.
  const std::string where = Where(step, pattern);
  return text + (where.size() % 2 == 0 ? where + alias : alias + where);
}

std::string Text(const Node& node, const Pattern& pattern) {
  if (node.kind == Node::Kind::Step) return Text(pattern.steps[node.step], pattern);
  std::vector<std::string> parts;
  for (const Node& part : node.parts) parts.push_back(Text(part, pattern));
  // Behind a condition an `xor` would be part of it.
  if (node.kind == Node::Kind::Xor) return fmt::format("({})", fmt::join(parts, ") xor ("));
  if (node.kind == Node::Kind::Never) return "NOT " + parts.front();
  if (node.kind == Node::Kind::Sequence) return fmt::format("SEQ({})", fmt::join(parts, ", "));
  return fmt::format("({})", fmt::join(parts, node.kind == Node::Kind::And ? " AND " : " OR "));
}

std::string NotText(const Step& step, const Pattern& pattern) {
  return fmt::format(" .not({}{})", kTypeNames[step.type], Where(step, pattern));
}

// Steps with arrows between them; what is negated stands behind them as `.not`.
std::string ArrowText(const Pattern& pattern) {
  std::vector<std::string> steps;
  std::string negations;
  for (const Node& part : pattern.root.parts) {
    const Step& step = pattern.steps[part.step];
    if (step.negated) {
      negations += NotText(step, pattern);
    } else {
      steps.push_back(Text(step, pattern));
    }
  }
  return fmt::format("{}{}", fmt::join(steps, " -> "), negations);
}

std::string SequenceText(const Pattern& pattern) {
  std::vector<std::string> steps;
  for (const Node& part : pattern.root.parts) {
    const Step& step = pattern.steps[part.step];
    const std::string within =
        step.within_ms > 0 ? fmt::format(" .within({}ms)", step.within_ms) : "";
    steps.push_back(
        fmt::format("{}: {}{}{}", step.alias, kTypeNames[step.type], Where(step, pattern), within));
  }
  return fmt::format("sequence({})", fmt::join(steps, ", "));
}

std::string Dials(const Pattern& pattern) {
  static constexpr std::array kSelections = {"", " .stnm()", " .strict()", " .strategy(any)"};
  static constexpr std::array kEmissions = {"", " .each()", " .longest()", " .subsets()"};
  return fmt::format("{}{}", kSelections[static_cast<size_t>(pattern.selection)],
                     kEmissions[static_cast<size_t>(pattern.emission)]);
}

}  // namespace

std::string ProgramText(const Pattern& pattern) {
  std::string text;
  std::string source;
  std::string bounds;
  if (pattern.form == Form::Declared) {
    source = "P" + pattern.name;
    text = fmt::format("pattern {} = {}", source, Text(pattern.root, pattern));
    if (pattern.within_ms > 0) text += fmt::format(" within {}ms", pattern.within_ms);
    if (pattern.partitioned) text += " partition by k";
    text += "\n";
  } else {
    source = pattern.form == Form::Arrows ? ArrowText(pattern) : SequenceText(pattern);
    if (pattern.within_ms > 0) bounds += fmt::format(" .within({}ms)", pattern.within_ms);
    if (pattern.partitioned) bounds += " .partition_by(k)";
  }
  for (const uint32_t step : pattern.forbidden) bounds += NotText(pattern.steps[step], pattern);
  text += fmt::format("stream {} = {}{}{}", pattern.name, source, bounds, Dials(pattern));
  if (!pattern.filter.empty()) text += fmt::format(" .where({})", Text(pattern.filter, pattern));
  std::vector<std::string> outputs;
  for (size_t i = 0; i < pattern.outputs.size(); ++i) {
    outputs.push_back(fmt::format("o{}: {}", i, Text(pattern.outputs[i], pattern)));
  }
  return text + fmt::format(" .emit({})\n", fmt::join(outputs, ", "));
}

std::string DeclarationText() {
  std::string text;
  for (const char* type : kTypeNames) {
    text += fmt::format("event {}:\n", type);
    for (const char* field : kFieldNames) text += fmt::format("    {}: int?\n", field);
  }
  return text;
}

std::string EventText(const std::vector<Event>& events, bool json) {
  std::string text;
  for (const Event& event : events) {
    const char* type = kTypeNames[event.type];
    std::vector<std::string> fields;
    if (json) {
      fields.push_back(fmt::format(R"("type": "{}", "timestamp": "{}")", type,
                                   base::FormatTimestamp(event.ms * kNsPerMs)));
    }
    for (size_t i = 0; i < event.fields.size(); ++i) {
      const Value& value = event.fields[i];
      if (value.kind == Value::Kind::Missing) continue;
      const std::string number = value.is_number() ? fmt::format("{}", value.number) : "null";
      const char* quote = json ? "\"" : "";
      fields.push_back(fmt::format("{}{}{}: {}", quote, kFieldNames[i], quote, number));
    }
    text += json ? fmt::format("{{{}}}\n", fmt::join(fields, ", "))
                 : fmt::format("@{}ms {} {{ {} }}\n", event.ms, type, fmt::join(fields, ", "));
  }
  return text;
}

}  // namespace varpulis::oracle
