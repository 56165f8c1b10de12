// Rules as VPL, in the shape in which converters of rule packs write them.

#include <fmt/format.h>

#include "examples/generate/rule_pack.h"

namespace varpulis::generate {
namespace {

// A raw text: an apostrophe is written twice.
std::string Quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') quoted += c;
    quoted += c;
  }
  return quoted + "'";
}

std::string Text(const Predicate& predicate) {
  const std::string_view field = predicate.field;
  switch (predicate.test) {
    case Test::Equals:
      return fmt::format("lower({}) == {}", field, Quoted(predicate.values.front()));
    case Test::In: {
      std::string list;
      for (const std::string& value : predicate.values) {
        list += (list.empty() ? "" : ", ") + Quoted(value);
      }
      return fmt::format("lower({}) in [{}]", field, list);
    }
    case Test::StartsWith:
      return fmt::format("starts_with(lower({}), {})", field, Quoted(predicate.values.front()));
    case Test::EndsWith:
      return fmt::format("ends_with(lower({}), {})", field, Quoted(predicate.values.front()));
    case Test::Contains:
      return fmt::format("contains(lower({}), {})", field, Quoted(predicate.values.front()));
    case Test::Matches:
      return fmt::format("regex_match({}, {})", field, Quoted(predicate.values.front()));
    case Test::Number:
      return fmt::format("{} == {}", field, predicate.values.front());
    case Test::AtLeast:
      return fmt::format("{} >= {}", field, predicate.values.front());
  }
  return {};
}

std::string Text(const Selection& selection, bool alone) {
  std::string text;
  for (const Predicate& predicate : selection) {
    text += (text.empty() ? "" : " and ") + Text(predicate);
  }
  return selection.size() > 1 && !alone ? "(" + text + ")" : text;
}

std::string Text(const Alternatives& alternatives) {
  std::string text = "(";
  for (const Selection& selection : alternatives) {
    text += (text.size() > 1 ? " or " : "") + Text(selection, alternatives.size() == 1);
  }
  return text + ")";
}

}  // namespace

std::string RuleText(const Rule& rule) {
  std::string text = fmt::format("# {}\n# id {} level {}\nstream {} = {}\n    .where(", rule.title,
                                 rule.id, rule.level, rule.name, rule.source->type);
  bool first = true;
  const auto join = [&] {
    if (!first) text += "\n        and ";
    first = false;
  };
  for (const Alternatives& alternatives : rule.all) {
    join();
    text += Text(alternatives);
  }
  for (const Alternatives& alternatives : rule.except) {
    join();
    text += "not " + Text(alternatives);
  }
  text += fmt::format(")\n    .emit(rule: {}, rule_id: '{}', level: '{}', technique: '{}'",
                      Quoted(rule.title), rule.id, rule.level, rule.technique);
  for (const std::string_view field : rule.context) text += fmt::format(", {0}: {0}", field);
  return text + ")\n";
}

std::string RulePackText(uint64_t seed, uint64_t rules) {
  std::string text = fmt::format("# {} rules of seed {}\n", rules, seed);
  for (uint64_t i = 0; i < rules; ++i) text += "\n" + RuleText(MakeRule(seed, i));
  return text;
}

}  // namespace varpulis::generate
